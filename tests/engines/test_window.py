"""engines.window: known stems leave a window's mix, and come back as they were."""

from __future__ import annotations

import numpy as np

from engines.window import Control, never_stop, with_known, without_known
from tests.rigs.tiny_models import STEMS
from tests.rigs.window_tools import START, STOP, window


def test_without_known_stems_a_window_stays_itself() -> None:
    here = window()
    assert without_known(here) is here


def test_known_stems_leave_the_mix_and_are_silent() -> None:
    here = window(("bass", "vocals"))
    rest = without_known(here)
    np.testing.assert_allclose(rest.mix + here.known.sum(axis=0), here.mix, atol=1e-6)
    assert not rest.known.any() and np.array_equal(rest.known_mask, here.known_mask)
    assert (rest.index, rest.start, rest.stop, rest.origin) == (
        here.index, here.start, here.stop, here.origin,
    )  # fmt: skip


def test_they_come_back_to_the_bit() -> None:
    here = window(("bass",))
    stems = np.zeros((len(STEMS), 2, STOP - START), np.float32)
    found = with_known(stems, here)
    assert np.array_equal(found[1], here.known[1, :, START:STOP])
    assert not found[[0, 2, 3]].any()


def test_refining_goes_on_to_the_last_step_unless_told_otherwise() -> None:
    assert Control(3).proceed is never_stop and never_stop(1, 3)
