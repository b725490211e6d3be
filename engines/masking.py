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


def refined(
    magnitudes: Audio, phases: Spectra, mix: Spectra, first: int = 0, end: int | None = None
) -> Spectra:
    """Frames [first, end) of stems once refined, block by block: spectra (S, C, end - first, F).

    magnitudes (S, C, F, T) of the stems, which have the mix's phases (C, T, F), each of size 1 or
    0; mix (C, T, F).
    """
    end = mix.shape[1] if end is None else end
    found = []
    for start in range(first - first % BLOCK, end, BLOCK):
        block = slice(start, start + BLOCK)
        needed = slice(max(0, first - start), end - start)
        found.append(
            _refined_block(magnitudes[..., block], phases[:, block], mix[:, block], needed)
        )
    return np.concatenate(found, axis=2)


def _refined_block(magnitudes: Audio, phases: Spectra, mix: Spectra, needed: slice) -> Spectra:
    """The needed frames of a block, of which all frames say how its stems lie in space."""
    # In double precision: covariances of stems that lie in one direction are nearly singular.
    scale = max(1.0, float(np.abs(mix).max()) / _EM_LOUDEST)
    covariances = _covariances(magnitudes, phases, scale)
    powers = np.square(magnitudes[..., needed], dtype=np.float64).mean(axis=1) / scale**2
    powers = np.ascontiguousarray(np.swapaxes(powers, -1, -2))
    heard, channels = np.asarray(mix[:, needed], np.complex128) / scale, range(len(mix))
    # Covariances of the mix (C, C, T, F).
    whole = np.einsum("stf,cdsf->cdtf", powers, covariances)
    for c in channels:
        whole[c, c] += np.sqrt(_EM_FLOOR)
    filtered = np.einsum("cdtf,dtf->ctf", _inverse(whole), heard)
    found = np.empty((len(powers), *heard.shape), np.complex64)
    for stem, power in enumerate(powers * scale):
        for c in channels:
            found[stem, c] = power * sum(covariances[c, d, stem] * filtered[d] for d in channels)
    return found


def _covariances(magnitudes: Audio, phases: Spectra, scale: float) -> Matrices:
    """(C, C, S, F) over all frames, of the stems / scale, as parts of their power there."""
    stems, channels, bins, _ = magnitudes.shape
    found = np.empty((channels, channels, stems, bins), np.complex128)
    turned = np.swapaxes(phases, -1, -2)
    for c in range(channels):
        for d in range(c + 1):
            # Stems have the same phases: only their sizes differ.
            between = turned[c] * turned[d].conj()
            sizes = np.multiply(magnitudes[:, c], magnitudes[:, d], dtype=np.float64)
            real = np.einsum("sft,ft->sf", sizes, np.asarray(between.real, np.float64))
            imag = np.einsum("sft,ft->sf", sizes, np.asarray(between.imag, np.float64))
            found[c, d] = real + 1j * imag
            found[d, c] = found[c, d].conj()
    found /= scale**2
    total = sum(found[c, c].real for c in range(channels)) / channels + _EM_FLOOR
    found /= total
    return found


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
