"""What each instrument's spectrum is, from mixtures and their labels alone.

The power of a mixture at a frequency is on average the sum of its instruments'. With many mixtures
of different sets that is a system of equations for each frequency, which non-negative least squares
solves (Lawson and Hanson 1974; scipy). Powers scatter as much as they are large: rows are weighted
by what they are expected to be, which is found in a few rounds.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import nnls

from export.nets.denoising.denoiser import MixDenoiser
from export.training.prefetch import BatchSource

ROWS, ROUNDS = 800, 4
_LEAST = 1e-3

Powers = NDArray[np.float64]


def measure(core: MixDenoiser, source: BatchSource, rows: int = 0) -> None:
    """Fills the network's spectra from a source of Labelled batches: of `rows` rows or a few more
    (0: ROWS)."""
    powers: list[Powers] = []
    labels: list[Powers] = []
    step = 0
    while sum(len(one) for one in powers) < (rows or ROWS):
        batch = source.batch(step)
        with torch.no_grad():
            parts = core.filters.analyse(torch.from_numpy(batch.mixes))
            power = sum((part.square() for part in parts), start=torch.zeros(()))
        powers.append(power.flatten(1, -2).mean(1).double().numpy())
        labels.append(batch.labels.astype(np.float64))
        step += 1
    found = solved(np.concatenate(powers), np.concatenate(labels))
    core.gains.spectra.copy_(torch.from_numpy(found).float())


def solved(powers: Powers, labels: Powers) -> Powers:
    """Mean powers of mixtures (n, bins) and their labels (n, L) -> (L + 1, bins): of each label,
    and last the mean of the mixtures."""
    mean = powers.mean(0)
    columns = [_column(labels, column, level) for column, level in zip(powers.T, mean, strict=True)]
    return np.concatenate([np.stack(columns, 1), mean[None]])


def _column(labels: Powers, powers: Powers, level: float) -> Powers:
    """One frequency's (L,)."""
    floor = _LEAST * level + np.finfo(np.float64).tiny
    weights = np.ones(len(powers))
    found = np.zeros(labels.shape[1])
    for _ in range(ROUNDS):
        found, _ = nnls(labels * weights[:, None], powers * weights)
        weights = 1 / (labels @ found + floor)
        weights /= weights.mean()
    return np.asarray(found, np.float64)
