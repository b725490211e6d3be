"""Separation metrics on numpy arrays, in dB; reductions over all channels and samples of a clip."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
EPS = 1e-10
_TINY = 1e-16
SILENCE_DB = -160.0
"""SI-SDR of an estimate that is digitally silent, which has none: as bad as can be."""


def sdr(estimate: Floats, truth: Floats) -> Floats:
    """Plain SDR 10 log10(|s|^2 / |s - e|^2): (..., C, T) -> (...)."""
    signal = (truth.astype(np.float64) ** 2).sum((-2, -1))
    error = ((truth.astype(np.float64) - estimate) ** 2).sum((-2, -1))
    return 10 * np.log10((signal + EPS) / (error + EPS))


def si_sdr(estimate: Floats, truth: Floats) -> Floats:
    """Scale-invariant SDR (Le Roux et al. 2019, eq. 4): (..., C, T) -> (...), a scale per clip.

    The same at every level of the estimate, however low: giving a quiet stem up does not pay.
    160 dB at most, SILENCE_DB where the estimate is digital silence.
    """
    truth, estimate = truth.astype(np.float64), estimate.astype(np.float64)
    energy = (truth**2).sum((-2, -1), keepdims=True)
    target = (truth * estimate).sum((-2, -1), keepdims=True) / np.maximum(energy, 1e-300) * truth
    given = (estimate**2).sum((-2, -1))
    floor = np.where(given > 0, _TINY * given, 1.0)
    found = (target**2).sum((-2, -1)) + floor
    error = ((target - estimate) ** 2).sum((-2, -1)) + floor
    return np.where(given > 0, 10 * np.log10(found / error), SILENCE_DB)


def audible(truth: Floats, floor_db: float = -60.0) -> NDArray[np.bool_]:
    """Whether a stem's RMS over the clip is above `floor_db` dBFS: (..., C, T) -> (...)."""
    rms = np.sqrt((truth.astype(np.float64) ** 2).mean((-2, -1)))
    return np.asarray(20 * np.log10(rms + EPS) > floor_db)


def bootstrap(values: Floats, seed: int = 0, draws: int = 2000) -> tuple[float, float, float]:
    """Mean of `values` (n,) with its 95 % bootstrap interval: (mean, low, high); NaN if empty."""
    values = np.asarray(values, np.float64)
    if not len(values):
        return (float("nan"),) * 3
    picks = np.random.default_rng(seed).integers(0, len(values), (draws, len(values)))
    low, high = np.percentile(values[picks].mean(1), [2.5, 97.5])
    return float(values.mean()), float(low), float(high)
