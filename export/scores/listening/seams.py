"""Seams: what the joins of windows add.

A stem is compared with the same stem made otherwise: on the grid moved by half a hop, or in one
window. Where the two differ, the windows' edges made the difference; how much more at the joins
than away from them is what joins add. All in dB re the mix at the same places, so that a quiet
passage counts as a loud one does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.types import Audio

#: How far around a crossfade a join is heard.
REACH_S = 0.005
#: Where less of a clip than this lies away from joins, nothing is said of what they add.
LEAST_AWAY = 0.1
#: No difference is said to be smaller.
FLOOR_DB = -120.0


@dataclass(frozen=True)
class Seam:
    """Energy of the difference at the joins, in dB re the mix there, and how far that is above the
    same away from them; None where hardly anything is away from them."""

    at_db: float
    over_db: float | None


def seam(one: Audio, other: Audio, mix: Audio, at: NDArray[np.bool_]) -> Seam | None:
    """Stems and mix (C, T), `at` (T,): which samples are at a join. None where none is."""
    if not at.any():
        return None
    difference, total = (
        (audio.astype(np.float64) ** 2).sum(axis=0) for audio in (one - other, mix)
    )
    at_db = _ratio_db(difference[at], total[at])
    if at.mean() > 1 - LEAST_AWAY:
        return Seam(at_db, None)
    return Seam(at_db, at_db - _ratio_db(difference[~at], total[~at]))


def _ratio_db(part: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    return max(FLOOR_DB, float(10 * np.log10((part.sum() + 1e-30) / (whole.sum() + 1e-30))))


def joins(
    samples: int, hop: int, crossfade: int, rate_hz: int, shift: int = 0
) -> NDArray[np.bool_]:
    """(samples,): which lie in a crossfade between two windows, or REACH_S around it; of a grid
    whose windows begin `shift` samples early."""
    found = np.zeros(samples, np.bool_)
    reach = round(REACH_S * rate_hz)
    for start in range(hop - shift, samples, hop):
        if start > 0:
            found[max(0, start - reach) : start + crossfade + reach] = True
    return found
