"""The network that listens to tags."""

from __future__ import annotations

import pytest
import torch

from export.nets import families
from export.nets.families import query_unet

SMALL = query_unet.Config(channels=1, fft_samples=256, hop_samples=128, widths=(4, 6),
                          bands=((1, 15), (7, 16), (2, 1)), lstm_hidden=8, tag_width=8)  # fmt: skip


def test_its_size_and_its_masks() -> None:
    with torch.device("meta"):
        whole = query_unet.build(query_unet.Config())
    assert sum(one.numel() for one in whole.parameters()) < 3_000_000
    network = query_unet.build(SMALL).eval()
    tags = torch.eye(len(SMALL.tags))[:3]
    with torch.no_grad():
        masks = network(torch.rand(3, 1, 129, 9), tags)
    assert masks.shape == (3, 1, 1, 129, 9)
    assert float(masks.min()) >= 0 and float(masks.max()) <= 1


def test_a_tag_changes_the_mask_and_others_in_the_batch_do_not() -> None:
    network = query_unet.build(SMALL).eval()
    torch.nn.init.normal_(network.tags[-1].weight)
    mix, tags = torch.rand(1, 1, 129, 8), torch.eye(len(SMALL.tags))
    with torch.no_grad():
        both = network(mix.expand(2, -1, -1, -1), tags[:2])
        alone = network(mix, tags[1:2])
    assert float((both[0] - both[1]).abs().max()) > 1e-3
    torch.testing.assert_close(both[1:], alone, atol=1e-6, rtol=0)


def test_its_configuration_is_checked_and_kept() -> None:
    values = families.config_values(SMALL)
    assert families.config_from("query_unet", values) == SMALL
    assert "query_unet" not in families.names()
    for wrong in ({"stems": 2}, {"conditional": True}, {"tags": ("a",)}):
        with pytest.raises(families.BadConfig):
            families.config_from("query_unet", wrong)
