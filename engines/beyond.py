"""What lies before the start and after the end of a signal, where a window reaches beyond it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.context import ZEROS
from engines.types import Audio


def surrounded(region: Audio, before: int, after: int, context: str) -> Audio:
    """(..., W) whose first `before` and last `after` samples are none of the signal's, with what
    `context` puts there, made of the rest of the region: again and again where that is shorter.

    At least one sample must be the signal's. A copy, but for "zeros": there it is `region` itself.
    """
    if context == ZEROS or not (before or after):
        return region
    count = region.shape[-1] - before - after
    places = np.arange(-before, count + after)
    found: Audio = region[..., before + _inside(places, count, context)]
    return found


def _inside(places: NDArray[np.int64], count: int, context: str) -> NDArray[np.int64]:
    """Which of `count` samples stands at each place, which 0 to count - 1 are themselves."""
    if context == "repeat":
        return places % count
    # A mirrored sample at the end is not heard twice.
    period = max(1, 2 * (count - 1))
    along = places % period
    return np.minimum(along, period - along)
