"""Filters, gains and labels of a denoiser."""

from __future__ import annotations

import pytest
import torch

from export.nets.denoising.filters import Samples, Spectra
from export.nets.denoising.labels import LabelSet
from export.nets.denoising.spectral import SCALE_FLOOR, SKIP_FLOOR, Spectral


def test_spectra_there_and_back_are_exact_and_noise_has_a_power_of_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filters, signal = Spectra(64), torch.randn(3, 2, 6400)
    parts = filters.analyse(signal)
    assert parts[0].shape == (3, 2, 201, 33)
    torch.testing.assert_close(filters.synthesise(parts), signal, atol=1e-4, rtol=1e-4)
    assert float(sum(part.square().mean() for part in parts)) == pytest.approx(1, abs=0.05)
    monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: True)  # as a graph has it
    for one, other in zip(parts, filters.analyse(signal), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(filters.synthesise(parts), signal, atol=1e-4, rtol=1e-4)


def test_gains_are_edm_where_all_powers_are_one_and_a_wiener_filter_where_they_are_not() -> None:
    gains, sigma = Spectral(2, 3, 0.5), torch.tensor([0.5, 2.0])
    labels = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    found = gains(sigma, labels)
    for row, level in enumerate(sigma.tolist()):
        total = 0.25 + level**2
        assert found.skip[row].tolist() == pytest.approx([0.25 / total] * 3)
        assert found.inner[row].tolist() == pytest.approx([total**-0.5] * 3)
        assert found.outer[row].tolist() == pytest.approx([0.5 * level / total**0.5] * 3)
    gains.spectra.copy_(torch.tensor([[4.0, 0.0, 1.0], [1.0, 1.0, 0.0], [4.0, 4.0, 4.0]]))
    assert gains.powers(torch.tensor([[1.0, 1.0], [0.0, 0.0]])).tolist() == [[5, 1, 1], [4, 4, 4]]
    found = gains(torch.tensor([1.0]), labels[:1])
    low = 4 * SKIP_FLOOR
    assert found.skip[0].tolist() == pytest.approx([0.8, low / (1 + low), 0.5])
    low = 4 * SCALE_FLOOR
    assert found.outer[0, 1].item() == pytest.approx((low / (1 + low)) ** 0.5)


def test_a_set_of_labels_is_told_from_every_other_one_and_from_none() -> None:
    every = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 3)
    vectors = LabelSet(3, 4)(every)
    assert vectors.shape == (8, 3, 4)
    assert (torch.cdist(vectors.flatten(1), vectors.flatten(1)) > 0.1).sum() == 8 * 7
    assert Samples().shaped(torch.ones(8, 1)).shape == (8, 1, 1)


@pytest.mark.parametrize("graph", [False, True])
def test_frames_with_half_an_edge_are_as_many_as_hops_and_exact_within(
    monkeypatch: pytest.MonkeyPatch, graph: bool
) -> None:
    monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: graph)
    filters, signal = Spectra(64, edge=16), torch.randn(2, 1, 640)
    parts = filters.analyse(signal)
    assert parts[0].shape == (2, 1, 20, 33)
    back = filters.synthesise(parts)
    torch.testing.assert_close(back[..., 16:-16], signal[..., 16:-16], atol=1e-4, rtol=1e-4)
    ends = signal[..., :16] * torch.hann_window(64)[16:32]  # of one frame alone
    torch.testing.assert_close(back[..., :16], ends, atol=1e-4, rtol=1e-4)
