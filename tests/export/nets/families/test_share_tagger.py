"""The tagger that hears shares."""

from __future__ import annotations

import pytest
import torch

from export.common.tags import NAMES
from export.nets import families
from export.nets.families import share_tagger

SMALL = share_tagger.Config(mels=16, widths=(4, 6), dense=8)


def test_its_size_and_its_answers() -> None:
    network = share_tagger.build(share_tagger.Config()).eval()
    assert 115_000 < sum(one.numel() for one in network.parameters()) < 130_000
    assert share_tagger.Config().answer_samples == 4096
    with torch.no_grad():
        found = network(0.1 * torch.randn(2, 1, 3 * 4096 + 1))
    assert found.shape == (2, 4, len(NAMES)), "an answer for every begun quarter of a second"
    assert float(found.min()) > 0 and float(found.max()) < 1


def test_silence_and_full_scale_are_heard_within_its_range() -> None:
    network = share_tagger.build(SMALL).eval()
    for level in (0.0, 1e-6, 1.0):
        with torch.no_grad():
            assert torch.isfinite(network.logits(level * torch.randn(1, 8000))).all()


def test_an_answer_hears_its_own_time() -> None:
    """What comes seconds later does not change it."""
    network = share_tagger.build(SMALL).eval()
    audio = 0.1 * torch.randn(1, 24 * SMALL.answer_samples)
    later = audio.clone()
    later[:, 12 * SMALL.answer_samples :] = 0
    with torch.no_grad():
        before, after = network.shares(audio), network.shares(later)
    torch.testing.assert_close(before[:, :8], after[:, :8])
    assert float((before[:, 16:] - after[:, 16:]).abs().max()) > 1e-4


def test_its_configuration_is_checked_and_kept() -> None:
    values = families.config_values(SMALL)
    assert families.config_from("share_tagger", values) == SMALL
    assert "share_tagger" not in families.names(), "it makes no stems"
    for wrong in ({"channels": 2}, {"conditional": True}, {"mels": 66}, {"widths": []},
                  {"tags": ["flute"]}):  # fmt: skip
        with pytest.raises(families.BadConfig, match="share_tagger"):
            families.config_from("share_tagger", wrong)
