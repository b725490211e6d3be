"""The taggers' front end against torch's own transform and bands made by hand."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional as F

from export.nets.taggers import RATE_HZ
from export.nets.taggers.mel import FFT, HOP, MelSpectrogram, frames, mel_bands, reflected


def test_the_spectrogram_is_torchs_centred_with_reflected_edges() -> None:
    audio = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 4001))).float()
    ours = MelSpectrogram(RATE_HZ).spectrogram(audio)
    theirs = torch.stft(
        audio, FFT, HOP, window=torch.hann_window(FFT), center=True, return_complex=True
    )
    assert ours.shape == theirs.shape == (2, 257, frames(4001))
    torch.testing.assert_close(ours, theirs.abs() ** 2, rtol=1e-4, atol=1e-2)


def test_reflected_edges_are_torchs() -> None:
    audio = torch.arange(20.0)[None]
    torch.testing.assert_close(reflected(audio, 7), F.pad(audio, (7, 7), mode="reflect"))


def test_a_band_peaks_at_its_own_frequency_and_ends_at_its_neighbours() -> None:
    bands = mel_bands(RATE_HZ).double()
    edges = [700 * (10 ** (2840.023 / 97 * k / 2595) - 1) for k in range(98)]
    for band in (40, 80, 95):
        low, peak, high = (edges[band + k] * 512 / RATE_HZ for k in range(3))
        inside = [n for n in range(257) if low < n < high]
        assert set(bands[:, band].nonzero().flatten().tolist()) == set(inside)
        for n in inside:
            wanted = (n - low) / (peak - low) if n <= peak else (high - n) / (high - peak)
            assert math.isclose(float(bands[n, band]), wanted, abs_tol=1e-3)


def test_silence_is_minus_100_db() -> None:
    found = MelSpectrogram(RATE_HZ)(torch.zeros(1, 2048))
    torch.testing.assert_close(found, torch.full_like(found, -100.0))
