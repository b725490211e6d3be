"""Stems' spectra from what networks say of them: ratio masks, and one step of Wiener filtering.

Ratio masks are Spleeter's (Hennequin et al. 2020): squares over their sum. The Wiener step is one
iteration of expectation maximisation in a local Gaussian model of the stems (Duong, Vincent and
Gribonval 2010), as Open-Unmix and norbert have it (Stoter et al. 2019, doi 10.21105/joss.01667),
in blocks of BLOCK frames of a window, so that it can run live.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.types import Audio, Spectra

Matrices = NDArray[np.complex128]
Powers = NDArray[np.float64]

BLOCK = 64
"""Frames that are refined together."""
_RATIO_FLOOR = 1e-10
_EM_FLOOR = 1e-10
_EM_LOUDEST = 10.0


def ratio_masks(magnitudes: Audio) -> Audio:
    """Masks (S, ...) of magnitudes (S, ...): squares over their sum, equal where all are 0."""
    squares: Audio = np.square(magnitudes)
    floor = np.float32(_RATIO_FLOOR)
    total = squares.sum(axis=0)
    total += floor
    squares += floor / np.float32(len(squares))
    squares /= total
    return squares


def refined(stems: Spectra, mix: Spectra, first: int = 0, end: int | None = None) -> Spectra:
    """Frames [first, end) of stems' spectra (S, C, T, F) once refined, block by block, for the
    mix's (C, T, F)."""
    end = mix.shape[1] if end is None else end
    stop = -(-end // BLOCK) * BLOCK
    blocks = [slice(at, at + BLOCK) for at in range(first - first % BLOCK, stop, BLOCK)]
    found = [
        _refined_block(
            stems[:, :, one], mix[:, one], max(0, first - one.start), min(BLOCK, end - one.start)
        )
        for one in blocks
    ]
    return np.concatenate(found, axis=2)


def _refined_block(stems: Spectra, mix: Spectra, first: int, end: int) -> Spectra:
    """Frames [first, end) of a block, of which all frames say how its stems lie in space."""
    # In double precision: covariances of stems that lie in one direction are nearly singular.
    scale = max(1.0, float(np.abs(mix).max()) / _EM_LOUDEST)
    powers, covariances = _moments(stems, scale)
    powers, heard = powers[:, first:end], np.asarray(mix[:, first:end], np.complex128) / scale
    channels = range(len(mix))
    # Covariances of the mix (C, C, T, F).
    whole = np.einsum("stf,cdsf->cdtf", powers, covariances)
    for c in channels:
        whole[c, c] += np.sqrt(_EM_FLOOR)
    filtered = np.einsum("cdtf,dtf->ctf", _inverse(whole), heard)
    found = np.empty((*stems.shape[:2], *heard.shape[1:]), np.complex64)
    for stem, power in enumerate(powers * scale):
        for c in channels:
            found[stem, c] = power * sum(covariances[c, d, stem] * filtered[d] for d in channels)
    return found


def _moments(stems: Spectra, scale: float) -> tuple[Powers, Matrices]:
    """Powers (S, T, F), the mean over the channels, and covariances (C, C, S, F) over the frames of
    stems (S, C, T, F) / scale."""
    # Parts by stem, channel and frame: ten times as fast as complex numbers one by one.
    re, im = (np.ascontiguousarray(part, np.float64) / scale for part in (stems.real, stems.imag))
    squares = re * re + im * im
    powers = squares.mean(axis=1)
    weights = powers.sum(axis=1) + _EM_FLOOR
    channels = stems.shape[1]
    found = np.empty((channels, channels, len(stems), stems.shape[-1]), np.complex128)
    for c in range(channels):
        found[c, c] = squares[:, c].sum(axis=1) / weights
        for d in range(c):
            real = (re[:, c] * re[:, d] + im[:, c] * im[:, d]).sum(axis=1)
            imag = (im[:, c] * re[:, d] - re[:, c] * im[:, d]).sum(axis=1)
            found[c, d] = (real + 1j * imag) / weights
            found[d, c] = found[c, d].conj()
    return powers, found


def _inverse(matrices: Matrices) -> Matrices:
    """Of (C, C, ...); numpy's own is slow for many small ones."""
    channels = len(matrices)
    if channels == 1:
        return np.asarray(1 / matrices, np.complex128)
    if channels > 2:
        last = np.moveaxis(matrices, (0, 1), (-2, -1))
        return np.asarray(np.moveaxis(np.linalg.inv(last), (-2, -1), (0, 1)), np.complex128)
    (a, b), (c, d) = matrices
    scale = 1 / (a * d - b * c)
    return np.array([[d * scale, -b * scale], [-c * scale, a * scale]])
