"""The conditioned U-Net: folded passes, FiLM, and the conditions drawn in training."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional as F

from export.nets.families import c_unet

STEMS = 3


def tiny(**values: Any) -> c_unet.CUnet:
    torch.manual_seed(0)
    config = c_unet.Config(
        stems=STEMS, channels=2, fft_samples=128, hop_samples=32, rows=32, widths=(4, 6, 8),
        condition_widths=(4, 6), condition_dropout=0.0, mask="sigmoid", **values,
    )  # fmt: skip
    return c_unet.build(config).eval()


def one_pass(network: c_unet.CUnet, planes: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """The U-Net once, as the published code does it: one vector (S,) for all items."""
    shift, scale = network.shift(vector[None])[0], network.scale(vector[None])[0]
    signal, skips, start = planes, [], 0
    for level, block in enumerate(network.unet.down):
        hidden = F.leaky_relu(block.first_norm(block.first(signal)), 0.1)
        hidden = block.second_norm(block.second(hidden))
        part = slice(start, start + hidden.shape[1])
        start = part.stop
        hidden = shift[part, None, None] + scale[part, None, None] * hidden
        skips.append(F.leaky_relu(hidden, 0.1))
        signal = F.max_pool2d(skips[-1], 2) if level + 1 < len(network.unet.down) else skips.pop()
    for up, block in zip(reversed(network.unet.up), reversed(network.unet.decode), strict=True):
        signal = block(torch.cat([up(signal), skips.pop()], 1))
    return network.unet.head(signal)


def test_folded_passes_equal_one_pass_per_stem() -> None:
    network = tiny()
    mix = torch.rand(2, 2, 65, 8)
    planes = network.planes(mix, None, None)
    masks = network.warped_masks(mix, None, None)
    for stem, vector in enumerate(torch.eye(STEMS)):
        expected = torch.sigmoid(one_pass(network, planes, vector))
        torch.testing.assert_close(masks[:, stem], expected, atol=1e-6, rtol=1e-5)
    assert (masks[:, 0] - masks[:, 1]).abs().max() > 1e-5


def test_training_pass_is_the_drawn_conditions_pass() -> None:
    network = tiny()
    mix = torch.rand(4, 2, 65, 6)
    hidden = torch.ones(4, STEMS, dtype=torch.bool)
    drawn, asked = network.draw(hidden, torch.Generator().manual_seed(3))
    masks, combination = network.training_pass(
        mix, None, None, hidden, torch.Generator().manual_seed(3), warped=True
    )
    assert torch.equal(combination[:, 0], asked)
    planes = network.planes(mix, None, None)
    for item in range(4):
        vector = network.conditions[drawn[item]]
        expected = torch.sigmoid(one_pass(network, planes[item : item + 1], vector))
        torch.testing.assert_close(masks[item, 0], expected[0, ..., :6], atol=1e-6, rtol=1e-5)
    whole, _ = network.training_pass(mix, None, None, hidden, torch.Generator().manual_seed(3))
    torch.testing.assert_close(whole, network.to_bins(masks))
    assert whole.shape == (4, 1, 2, 65, 6)


@pytest.mark.parametrize("extra", [True, False])
def test_conditions_are_equally_likely(extra: bool) -> None:
    network = tiny(extra_conditions=extra)
    hidden = torch.ones(6000, STEMS, dtype=torch.bool)
    drawn, asked = network.draw(hidden, torch.Generator().manual_seed(0))
    kinds = STEMS + 2 * extra
    shares = torch.bincount(drawn, minlength=kinds) / 6000
    assert (shares - 1 / kinds).abs().max() < 0.03
    counts = set(asked.sum(1).tolist())
    assert counts == ({0, 1, STEMS} if extra else {1})


def test_given_stems_are_never_asked_for() -> None:
    hidden = torch.tensor([[True, False, True]]).expand(500, STEMS)
    _, asked = tiny(conditional=True).draw(hidden, torch.Generator().manual_seed(0))
    assert asked[:, 1].sum() == 0
    assert {tuple(row) for row in asked.tolist()} == {(1, 0, 0), (0, 0, 1), (1, 0, 1), (0, 0, 0)}


def test_a_batch_of_one_trains() -> None:
    network = tiny().train()
    hidden = torch.ones(1, STEMS, dtype=torch.bool)
    masks, _ = network.training_pass(
        torch.rand(1, 2, 65, 4), None, None, hidden, torch.Generator().manual_seed(0)
    )
    masks.mean().backward()
    assert network.shift[0].weight.grad is not None
