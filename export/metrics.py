"""Separation metrics on numpy arrays, in dB; reductions over all channels and samples of a clip."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
EPS = 1e-10


def sdr(estimate: Floats, truth: Floats) -> Floats:
    """Plain SDR 10 log10(|s|^2 / |s - e|^2): (..., C, T) -> (...)."""
    signal = (truth.astype(np.float64) ** 2).sum((-2, -1))
    error = ((truth.astype(np.float64) - estimate) ** 2).sum((-2, -1))
    return 10 * np.log10((signal + EPS) / (error + EPS))


def si_sdr(estimate: Floats, truth: Floats) -> Floats:
    """Scale-invariant SDR (Le Roux et al. 2019, eq. 4): (..., C, T) -> (...), a scale per clip."""
    truth = truth.astype(np.float64)
    energy = (truth**2).sum((-2, -1), keepdims=True)
    scale = (truth * estimate).sum((-2, -1), keepdims=True) / (energy + EPS)
    return sdr(estimate, scale * truth)


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
