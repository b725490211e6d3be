"""The transform's matrices beside numpy's transform."""

from __future__ import annotations

import numpy as np
import pytest

from export.graphs import fourier

LENGTHS = [2, 4, 6, 10, 64, 126, 254, 256, 1022, 4096]


@pytest.mark.parametrize("length", LENGTHS)
def test_analysis_is_the_transform_of_real_frames(length: int) -> None:
    by = fourier.split(length)
    assert by.outer * by.inner == length and by.reached > length // 2
    outer, inner = fourier.analysis(by)
    frame = np.random.default_rng(length).standard_normal(length)
    rows = (outer @ frame.reshape(by.outer, by.inner)).reshape(by.outer, -1, 1)
    real, imag = (inner @ rows).reshape(by.outer, 2, by.half).transpose(1, 2, 0).reshape(2, -1)
    wanted = np.fft.rfft(frame)
    np.testing.assert_allclose((real + 1j * imag)[: len(wanted)], wanted, atol=1e-10 * length)


@pytest.mark.parametrize("length", LENGTHS)
def test_synthesis_is_the_inverse_whatever_lies_beyond_the_bins(length: int) -> None:
    by = fourier.split(length)
    inner, outer = fourier.synthesis(by)
    parts = np.random.default_rng(length).standard_normal((2, by.reached))
    rows = parts.reshape(2, by.half, by.outer).transpose(2, 0, 1).reshape(by.outer, -1, 1)
    frame = outer @ (inner @ rows).reshape(2 * by.outer, by.inner)
    bins = (parts[0] + 1j * parts[1])[: length // 2 + 1]
    np.testing.assert_allclose(frame.ravel(), np.fft.irfft(bins, length), atol=1e-10 * length)


def test_factors_are_close_where_there_are_close_ones() -> None:
    found = [(by.outer, by.inner) for by in map(fourier.split, (4096, 1022, 254, 2))]
    assert found == [(64, 64), (14, 73), (2, 127), (2, 1)]
