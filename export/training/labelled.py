"""Mixtures and the labels of what plays in them: all that a denoiser of mixtures learns from.

The published system learns from mixes of four stems and their names as text; that it also knows
fewer instruments, which separation asks of it, comes from songs in which fewer play. Here songs are
rendered, so that a song without its guitar is a mixture as well: an item is the sum of some of the
stems of one window, made before anything of it reaches the network, and the names of these stems.
Each window gives two items, of which one has some of the other's stems: nothing but the label says
why they differ.

"Mixtures only" means that every item is a sum of at least two stems that can be heard. By
`solo_share` items are single stems, which is another experiment and is to be called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.common.batch import Batch
from export.data.config import ACTIVE_RMS
from export.data.errors import DataError
from export.data.windows import active
from export.training.prefetch import BatchSource

FEWEST = 2
"""Stems of a mixture."""


@dataclass(frozen=True)
class Labelled:
    """mixes (N, C, T) and labels (N, L), both float32; rows 2 i and 2 i + 1 are of one window."""

    mixes: NDArray[np.float32]
    labels: NDArray[np.float32]


class LabelledMixes:
    """Of a source of stems: batch(step) -> Labelled with two rows for each of its items.

    Stems that the source knows only as a sum stay together, with all their labels. Raises DataError
    for a chance that is none.
    """

    def __init__(self, source: BatchSource, seed: int, solo_share: float = 0.0) -> None:
        if not 0 <= solo_share <= 1:
            raise DataError("bad-config", f"solo_share {solo_share}; expected a chance, 0 to 1")
        self.source, self.seed, self.solo_share = source, seed, solo_share

    def batch(self, step: int) -> Labelled:
        """The same for the same (seed, step). Raises DataError("no-window") as the source does, and
        where a window has too few stems to be a mixture."""
        rng = np.random.default_rng([self.seed, step, 1])
        found: Any = self.source.batch(step)
        stems = found.stems if isinstance(found, Batch) else found
        groups = found.groups if isinstance(found, Batch) else None
        rows = [
            row
            for item, window in enumerate(stems)
            for row in self._pair(rng, window, None if groups is None else groups[item])
        ]
        mixes, labels = zip(*rows, strict=True)
        return Labelled(np.stack(mixes), np.stack(labels))

    def _pair(
        self, rng: np.random.Generator, stems: NDArray[np.float32], groups: Any
    ) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """A mixture of the window, and one of some of its stems."""
        names = np.eye(len(stems), dtype=np.float32)
        known = np.arange(len(stems)) if groups is None else groups
        heard = np.flatnonzero(active(stems, ACTIVE_RMS))
        if len(heard) < FEWEST:
            raise DataError("no-window", f"{len(heard)} stems that can be heard, expected at least "
                            f"{FEWEST}; give the data table least_audible = 3")  # fmt: skip
        more = self._drawn(rng, heard, FEWEST, whole=True)
        solo = rng.random() < self.solo_share
        fewer = self._drawn(rng, more, 1 if solo else FEWEST, whole=False)
        if solo:
            fewer = fewer[:1]
        return [
            (stems[chosen].sum(0), names[np.isin(known, known[chosen])].sum(0))
            for chosen in (more, fewer)
        ]

    def _drawn(
        self, rng: np.random.Generator, heard: NDArray[np.intp], least: int, whole: bool
    ) -> NDArray[np.intp]:
        """At least so many: in half of the cases, if the `whole` may be, all of them."""
        if len(heard) <= least or (whole and rng.random() < 0.5):
            return heard
        count = int(rng.integers(least, len(heard) + whole))
        return np.sort(rng.permutation(heard)[:count])
