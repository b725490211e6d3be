"""The discrete Fourier transform of real frames as two matrix products.

Cooley and Tukey 1965, with two factors N = N1 * N2: with n = N2 n1 + n2 and k = k1 + N1 k2,

    X[k] = sum_n2 exp(-2 pi i n2 k / N) sum_n1 x[n] exp(-2 pi i n1 k1 / N1)

so that a transform of 4096 costs 256 multiplications per sample instead of the 4098 of one matrix.
The twiddle factors are part of the second sum's matrix, one for each k1. Complex axes c hold the
real part and the imaginary part. Computed in float64, to be stored as float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Split:
    """An even length N as outer * inner factors N1, N2, as near to each other as there are."""

    length: int
    outer: int
    inner: int

    @property
    def half(self) -> int:
        """Values of k2 that reach bins 0 .. N/2; with all k1 they reach a little further."""
        return self.inner // 2 + 1

    @property
    def reached(self) -> int:
        """Bins reached by outer * half values of k, at least N/2 + 1."""
        return self.outer * self.half


def split(length: int) -> Split:
    """The factors of an even length; a length of 2 * prime has no good ones."""
    outer = max(d for d in range(2, max(2, isqrt(length)) + 1) if length % d == 0)
    return Split(length, outer, length // outer)


def analysis(by: Split) -> tuple[Matrix, Matrix]:
    """((k1, c), n1) and (k1, (c, k2), (c, n2)): frames to the bins k1 + N1 k2."""
    angle = _angle(by.outer, by.outer, by.outer)
    first = np.stack([np.cos(angle), -np.sin(angle)], axis=1).reshape(2 * by.outer, by.outer)
    angle = _twiddled(by)
    cos, sin = np.cos(angle), np.sin(angle)
    return first, np.block([[cos, sin], [-sin, cos]])


def synthesis(by: Split) -> tuple[Matrix, Matrix]:
    """(k1, (c, n2), (c, k2)) and (n1, (k1, c)): the bins k1 + N1 k2 back to frames.

    Bins above N/2 are ignored, as are the imaginary parts of bins 0 and N/2.
    """
    angle = np.swapaxes(_twiddled(by), 1, 2)
    bins = np.arange(by.outer)[:, None, None] + by.outer * np.arange(by.half)
    share = np.where(bins > by.length // 2, 0.0, 2.0) / by.length
    share[(bins == 0) | (bins == by.length // 2)] = 1.0 / by.length
    cos, sin = share * np.cos(angle), share * np.sin(angle)
    angle = _angle(by.outer, by.outer, by.outer)
    last = np.stack([np.cos(angle), -np.sin(angle)], axis=2).reshape(by.outer, 2 * by.outer)
    return np.block([[cos, -sin], [sin, cos]]), last


def _angle(rows: int, columns: int, length: int) -> Matrix:
    # The product modulo the length, for the exactness of the angle.
    turns = np.arange(rows)[:, None] * np.arange(columns) % length
    return 2 * np.pi / length * turns


def _twiddled(by: Split) -> Matrix:
    """2 pi n2 k / N for (k1, k2, n2)."""
    bins = np.arange(by.outer)[:, None] + by.outer * np.arange(by.half)
    turns = bins[..., None] * np.arange(by.inner) % by.length
    return 2 * np.pi / by.length * turns
