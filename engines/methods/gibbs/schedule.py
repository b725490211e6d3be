"""The masks of blocked Gibbs sampling, drawn before the first step.

The annealed masking probability is that of Yao et al. 2014 as the O-NADE separator uses it (Manilow
et al. 2022, arXiv 2203.15140; docs/research/sources.md):
    rho_n = max(rho_min, rho_max - (rho_max - rho_min) * n / (alpha * N)),  n = 0 .. N-1
Each stem is masked with that probability, independent of the others; or, with draw "count", exactly
k_n of the F stems that are not known are, each subset alike (as coconet masks in training, which
never masks nothing):
    k_n = max(1, floor(rho_n * F + 1/2)) where rho_n > 0, else 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.spec import Schedule
from engines.types import Flags

_WORDS_PER_COUNT = 4  # Philox4x64 gives four 64-bit words for each counter value.
_MASK64 = (1 << 64) - 1


def probabilities(schedule: Schedule, steps: int) -> NDArray[np.float64]:
    """rho_n for n = 0 .. steps-1, float64."""
    span = schedule.rho_max - schedule.rho_min
    falling = schedule.rho_max - span * np.arange(steps) / (schedule.alpha * steps)
    rho: NDArray[np.float64] = np.maximum(schedule.rho_min, falling)
    return rho


def uniforms(seed: int, window: int, steps: int, stems: int) -> NDArray[np.float64]:
    """(steps, stems) float64 in [0, 1): each a function of (seed, window, step, stem) alone.

    Philox4x64 is keyed by (seed, window); step n of stem s is word s of the counter values
    n * ceil(stems / 4) onwards. Row n is therefore the same for every number of steps.
    """
    width = -(-stems // _WORDS_PER_COUNT) * _WORDS_PER_COUNT
    key = np.array([seed & _MASK64, window & _MASK64], np.uint64)
    words = np.random.Philox(key=key).random_raw(steps * width).reshape(steps, width)
    draws: NDArray[np.float64] = (words[:, :stems] >> np.uint64(11)) * np.float64(2.0**-53)
    return draws


def draw_masks(schedule: Schedule, steps: int, seed: int, window: int, known: Flags) -> Flags:
    """(steps, stems) bool, True = masked (to be estimated anew) in that step.

    `known` (stems,) bool: these stems are never masked. The first step masks all others, since
    none of them has an estimate yet. A row without any True changes nothing and may be skipped.
    """
    drawn, rho = uniforms(seed, window, steps, len(known)), probabilities(schedule, steps)
    if schedule.draw == "count":
        # Known stems come last, so that the k lowest numbers are those of stems that are not.
        ranks = (drawn + known).argsort(axis=1).argsort(axis=1)
        masks: Flags = ranks < _counts(rho, int(np.count_nonzero(~known)))[:, None]
    else:
        masks = drawn < rho[:, None]
    masks[0] = True
    masks[:, known] = False
    return masks


def _counts(rho: NDArray[np.float64], free: int) -> NDArray[np.int64]:
    """How many of `free` stems are masked in each step, (steps,)."""
    nearest = np.maximum(1, np.floor(rho * free + 0.5))
    return np.where(rho > 0, nearest, 0).astype(np.int64)
