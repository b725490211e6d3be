"""Names of instruments as the numbers that a network is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.methods.diffusion.refusal import require
from engines.types import Audio

Names = tuple[str, ...]
"""A set of instruments that play together: one row of a state. () is the null label."""


def check_names(known: Names, rows: Sequence[Names]) -> None:
    """Raises SettingsError for a name that the model does not know, and says which it does."""
    missing = sorted({name for row in rows for name in row} - set(known))
    require(
        not missing, f"instruments {', '.join(missing)}", "of " + ", ".join(known), "name others"
    )


def hot(known: Names, rows: Sequence[Names]) -> Audio:
    """Labels (R, L) float32 of rows of names: 1 where the row has the instrument."""
    found = np.zeros((len(rows), len(known)), np.float32)
    for row, names in zip(found, rows, strict=True):
        row[[known.index(name) for name in names]] = 1
    return found


def union(known: Names, rows: Sequence[Names]) -> Names:
    """All the rows' names, each once, in the order of the known ones."""
    every = {name for row in rows for name in row}
    return tuple(name for name in known if name in every)
