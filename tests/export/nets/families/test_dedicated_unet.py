"""Dedicated U-Nets: each stem has a network of its own, equal to a multi-channel one with K = 1."""

from __future__ import annotations

import pytest
import torch

from export.nets.families import dedicated_unet, m_unet
from export.nets.nade import Nade
from export.training.trainer import limit_gradients

SIZES = {"channels": 2, "fft_samples": 128, "hop_samples": 32, "rows": 32, "widths": (4, 6)}


def test_each_network_is_a_multi_channel_unet_of_one_stem() -> None:
    torch.manual_seed(0)
    merged = dedicated_unet.build(dedicated_unet.Config(stems=3, **SIZES)).eval()
    mix = torch.rand(2, 2, 65, 5)
    masks = merged(mix, None, None)
    for stem, unet in enumerate(merged.unets):
        alone = m_unet.build(m_unet.Config(stems=1, **SIZES)).eval()
        alone.unet.load_state_dict(unet.state_dict())
        torch.testing.assert_close(alone(mix, None, None)[:, 0], masks[:, stem])


def test_a_stems_error_reaches_its_own_network_only() -> None:
    merged = dedicated_unet.build(dedicated_unet.Config(stems=3, mask="sigmoid", **SIZES))
    merged(torch.rand(2, 2, 65, 5), None, None)[:, 1].mean().backward()
    reached = [
        any(w.grad is not None and w.grad.any() for w in u.parameters()) for u in merged.unets
    ]
    assert reached == [False, True, False]


def test_each_networks_gradient_has_its_own_limit() -> None:
    model = Nade("dedicated_unet", dedicated_unet.Config(stems=3, **SIZES))
    for scale, unet in zip((0.01, 1.0, 100.0), model.core.unets, strict=True):
        for weight in unet.parameters():
            weight.grad = torch.full_like(weight, scale)
    sizes = [sum(w.numel() for w in u.parameters()) ** 0.5 for u in model.core.unets]
    total = limit_gradients(model, 5.0)
    torch.testing.assert_close(
        total, torch.tensor([0.01 * sizes[0], sizes[1], 100 * sizes[2]]).norm()
    )
    norms = [
        torch.stack([w.grad.norm() for w in u.parameters()]).norm().item() for u in model.core.unets
    ]
    assert norms == pytest.approx([0.01 * sizes[0], 5.0, 5.0], rel=1e-3)
