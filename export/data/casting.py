"""Melodic instruments of a song played by others: more guitars and pianos from the same songs."""

from __future__ import annotations

import numpy as np

#: General MIDI programs that may take over, by family; a family is drawn first.
FAMILIES = (tuple(range(8)), tuple(range(24, 32)), (*range(16, 24), *range(40, 104)))
#: Programs that keep their parts: basses, and from here on sound effects and the like.
BASSES, EFFECTS = range(32, 40), 104

Cast = tuple[int, ...]
AS_WRITTEN: Cast = tuple(range(128))


def draw_cast(rng: np.random.Generator, chance: float) -> Cast:
    """Which program (0-127) plays the part of each program: with `chance` a piano, a guitar or
    one of the rest, else the one that is written."""
    return tuple(
        program if program in BASSES or program >= EFFECTS or rng.random() >= chance
        else int(rng.choice(FAMILIES[rng.integers(len(FAMILIES))]))
        for program in AS_WRITTEN
    )  # fmt: skip
