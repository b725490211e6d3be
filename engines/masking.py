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


def refined(stems: Spectra, mix: Spectra) -> Spectra:
    """Stems' spectra (S, C, T, F) once refined, block by block, for the mix's (C, T, F)."""
    found = np.empty_like(stems)
    for first in range(0, mix.shape[1], BLOCK):
        block = slice(first, first + BLOCK)
        found[:, :, block] = _refined_block(stems[:, :, block], mix[:, block])
    return found


def _refined_block(stems: Spectra, mix: Spectra) -> Spectra:
    # In double precision: covariances of stems that lie in one direction are nearly singular.
    scale = max(1.0, float(np.abs(mix).max()) / _EM_LOUDEST)
    y, x = (np.asarray(one, np.complex128) / scale for one in (stems, mix))
    # Powers (S, T, F) over the channels, and covariances (S, F, C, C) over the frames.
    powers = np.square(np.abs(y)).mean(axis=1)
    weights = powers.sum(axis=1) + _EM_FLOOR
    covariances = np.einsum("sctf,sdtf->sfcd", y, y.conj(), optimize=True)
    covariances /= weights[..., None, None]
    whole = np.einsum("stf,sfcd->tfcd", powers, covariances, optimize=True)
    whole += np.sqrt(_EM_FLOOR) * np.eye(len(mix))
    filtered = np.einsum("tfcd,dtf->ctf", _inverse(whole), x, optimize=True)
    found = np.einsum("sfcd,dtf->sctf", covariances, filtered, optimize=True)
    found *= (powers * scale)[:, None]
    return np.asarray(found, np.complex64)


def _inverse(matrices: Matrices) -> Matrices:
    """Of (..., C, C); numpy's own is slow for many small ones."""
    channels = matrices.shape[-1]
    if channels == 1:
        return np.asarray(1 / matrices, np.complex128)
    if channels > 2:
        return np.asarray(np.linalg.inv(matrices), np.complex128)
    a, b, c, d = (matrices[..., i, j] for i in (0, 1) for j in (0, 1))
    inverse = np.empty_like(matrices)
    scale = 1 / (a * d - b * c)
    inverse[..., 0, 0], inverse[..., 0, 1] = d * scale, -b * scale
    inverse[..., 1, 0], inverse[..., 1, 1] = -c * scale, a * scale
    return inverse
