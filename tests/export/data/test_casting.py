"""Who plays what in a song that is cast anew."""

from __future__ import annotations

import numpy as np
import pytest

from export.data.casting import AS_WRITTEN, draw_cast
from export.data.midi import stem_of


def test_without_a_chance_everybody_plays_the_own_part() -> None:
    assert draw_cast(np.random.default_rng(0), 0.0) == AS_WRITTEN


def test_parts_go_to_pianos_guitars_and_the_rest_alike_and_basses_stay() -> None:
    cast = draw_cast(np.random.default_rng(0), 1.0)
    kept = [program for program in AS_WRITTEN if 32 <= program < 40 or program >= 104]
    assert all(cast[program] == program for program in kept)
    stems = [stem_of(cast[program], False) for program in AS_WRITTEN if program not in kept]
    shares = {stem: stems.count(stem) / len(stems) for stem in ("piano", "guitar", "other")}
    assert sum(shares.values()) == 1 and min(shares.values()) > 0.2
    assert max(cast[:104]) < 104


@pytest.mark.parametrize("chance", [0.25, 0.5])
def test_the_chance_is_that_of_each_instrument(chance: float) -> None:
    casts = [draw_cast(np.random.default_rng(seed), chance) for seed in range(50)]
    melodic = [program for program in range(104) if program // 8 != 4]
    moved = np.mean([[cast[p] != p for p in melodic] for cast in casts])
    assert moved == pytest.approx(chance, abs=0.03)
    assert casts[0] == draw_cast(np.random.default_rng(0), chance)
