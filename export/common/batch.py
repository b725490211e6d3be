"""Training batches whose stems are known in part as sums only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Batch:
    """stems (B, S, C, T) float32 and groups (B, S) int8.

    Stems of an item with equal group numbers are known only as their sum, which lies in the first
    row of the group; the group's other rows are zero. Where every stem is known, its group is its
    row; groups None says so of the whole batch.
    """

    stems: NDArray[np.float32]
    groups: NDArray[np.int8] | None
