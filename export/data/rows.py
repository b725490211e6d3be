"""Which of a network's stems a song's files are: one file may be one stem, or a sum of several.

A network's stem is what it is called: `drums` are drums. The one stem that has another name than
those of `stems.py` (`accompaniment`), or else `other`, is everything that has no stem of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.data.errors import DataError
from export.data.stems import STEMS, nearest


@dataclass(frozen=True)
class Rows:
    """groups (S,) int8: stems with equal numbers are known as their sum only, which lies in the
    row of that number (`export.common.batch`). places: the row of each part of the song."""

    groups: NDArray[np.int8]
    places: tuple[int, ...]

    @property
    def sums(self) -> bool:
        """Whether any stem is known in a sum only."""
        return len(np.unique(self.groups)) < len(self.groups)

    def alone(self, stem: int) -> bool:
        """Whether the song has this stem, by itself."""
        return stem in self.places and int((self.groups == stem).sum()) == 1


def row_of(stems: Sequence[str]) -> dict[str, int]:
    """The row of each of STEMS in a network of these stems; those it has no row for are missing.

    Raises DataError("bad-stems").
    """
    own = [name for name in stems if name not in STEMS]
    if len(own) > 1:
        known = nearest(own[0], STEMS)
        raise DataError("bad-stems", f"stems {', '.join(own)} are not known; there are {known}; "
                        "one stem of any other name is everything else")  # fmt: skip
    rows = {name: place for place, name in enumerate(stems)}
    rest = rows.get(own[0] if own else "other")
    found = {name: rows.get(name, rest) for name in STEMS}
    return {name: row for name, row in found.items() if row is not None}


def rows_of(parts: Sequence[frozenset[str]], stems: Sequence[str]) -> Rows:
    """Where the parts of a song, each with the stems that may sound in it, belong.

    Raises DataError("bad-stems") where the network has no stem for one of them.
    """
    row = row_of(stems)
    groups = list(range(len(stems)))
    for part in parts:
        if missing := sorted(part - set(row)):
            raise DataError("bad-stems", f"the data has {', '.join(missing)}, and the stems are "
                            f"{', '.join(stems)}; expected an `other` among them")  # fmt: skip
        joined = {groups[row[stem]] for stem in part}
        first = min(joined)
        groups = [first if group in joined else group for group in groups]
    places = tuple(groups[row[min(part)]] for part in parts)
    return Rows(np.array(groups, np.int8), places)
