"""engines.methods.diffusion.leak: how much of a given stem a new part has in it."""

from __future__ import annotations

import numpy as np
import pytest

from engines.methods.diffusion.leak import SILENT_DB, Leaks

RNG = np.random.default_rng(1)
DRUMS, OWN = RNG.standard_normal((2, 1, 20000)).astype(np.float32)


@pytest.mark.parametrize("share", [0.5, -0.25, 0.0])
def test_a_leak_is_found_in_any_pieces(share: float) -> None:
    new, found = 0.1 * OWN + np.float32(share) * DRUMS, []
    for size in (20000, 700):
        leaks = Leaks((("bass",),), (("drums",),))
        for at in range(0, 20000, size):
            leaks.add(DRUMS[None, :, at : at + size], new[None, :, at : at + size])
        (leak,) = leaks.found
        assert (leak.given, leak.new) == (("drums",), ("bass",))
        assert leak.share == pytest.approx(share, abs=0.003)
        found.append(leak.share)
    assert found[0] == pytest.approx(found[1], abs=1e-9)


def test_of_every_given_stem_in_every_new_part_in_decibels() -> None:
    leaks = Leaks((("bass",), ("piano",)), (("drums",), ("guitar",)))
    leaks.add(np.stack([DRUMS, 0 * DRUMS]), np.stack([0.1 * DRUMS, 0 * DRUMS]))
    levels = {(one.given[0], one.new[0]): one.level_db for one in leaks.found}
    assert levels[("drums", "bass")] == pytest.approx(-20, abs=1e-3)
    assert levels[("drums", "piano")] == levels[("guitar", "bass")] == SILENT_DB


def test_without_given_stems_there_is_none() -> None:
    leaks = Leaks((("bass",),), ())
    leaks.add(np.zeros((0, 1, 5), np.float32), np.ones((1, 1, 5), np.float32))
    assert leaks.found == ()
