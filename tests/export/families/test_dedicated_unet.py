"""Dedicated U-Nets: each stem has a network of its own, equal to a multi-channel one with K = 1."""

from __future__ import annotations

import torch

from export.families import dedicated_unet, m_unet

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
