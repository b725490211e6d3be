"""Do nothing: silence for every stem (plain SDR 0 dB; its SI-SDR is not defined)."""

from __future__ import annotations

import numpy as np

from engines.types import Audio
from export.scores.peers import Row, Task

NEEDS: dict[str, str] = {}


def rows(stems: tuple[str, ...]) -> tuple[Row, ...]:
    """None of its own."""
    return ()


def separate(task: Task) -> dict[Row, Audio]:
    """Answers every row."""
    return {row: np.zeros_like(task.mix) for row in task.rows}
