"""engines.gains: gains, mute, solo and meters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import SettingsError
from engines.gains import (
    SILENCE_DB,
    Mixer,
    Ramp,
    db_to_gain,
    gain_to_db,
    meters,
)
from engines.types import Audio

NAMES = ("drums", "bass", "residual")
ONES = np.ones(3, np.float32)


@given(st.floats(-119, 40))
def test_decibels_go_there_and_back(level_db: float) -> None:
    assert gain_to_db(db_to_gain(level_db)) == pytest.approx(level_db, abs=1e-9)


def test_silence_is_silence() -> None:
    assert db_to_gain(SILENCE_DB) == 0 and gain_to_db(0) == SILENCE_DB


def test_a_ramp_ends_at_its_very_goal() -> None:
    ramp = Ramp(ONES, 480)
    assert np.array_equal(ramp.next(1000), ONES[:, None])
    ramp.move_to(np.array([1, 0.3, 1], np.float32))
    assert ramp.next(1000)[1, -1] == np.float32(0.3)
    ramp.move_to(ONES)
    ramp.next(480)
    assert np.array_equal(ramp.next(1000), ONES[:, None])


@given(st.lists(st.integers(1, 300), min_size=1, max_size=10))
def test_ramps_do_not_depend_on_the_blocks(sizes: list[int]) -> None:
    whole, parts = Ramp(ONES, 480), Ramp(ONES, 480)
    for ramp in (whole, parts):
        ramp.move_to(np.array([0.25, 0, 1], np.float32))
    joined = np.concatenate([over(parts, size) for size in sizes], axis=-1)
    assert np.array_equal(joined, over(whole, sum(sizes)))


def over(ramp: Ramp, samples: int) -> Audio:
    """The gains (3, samples) of the next samples, also where they stand still."""
    return np.broadcast_to(ramp.next(samples), (3, samples))


def test_changes_do_not_click() -> None:
    mixer, ramp = Mixer(NAMES), Ramp(ONES, 480)

    def after(samples: int) -> Audio:
        ramp.move_to(mixer.gains())
        return over(ramp, samples)

    mixer.set_mute("drums", True)
    first = after(100)
    mixer.set_mute("drums", False)
    second = after(1000)
    mixer.set_gain_db("drums", -200)
    third = after(1000)
    joined = np.concatenate([first, second, third], axis=-1)[0]
    assert np.abs(np.diff(joined)).max() < 1.5 / 480
    assert second[0, -1] == 1 and third[0, -1] == 0


def test_solo_and_mute() -> None:
    mixer = Mixer(NAMES)
    mixer.set_solo("bass", True)
    np.testing.assert_array_equal(mixer.gains(), [0, 1, 0])
    mixer.set_solo("drums", True)
    mixer.set_mute("bass", True)
    np.testing.assert_array_equal(mixer.gains(), [1, 0, 0])
    mixer.set_solo("drums", False)
    mixer.set_solo("bass", False)
    np.testing.assert_array_equal(mixer.gains(), [1, 0, 1])


def test_gains_are_linear_and_keep_what_mute_hides() -> None:
    mixer = Mixer(NAMES)
    mixer.set_gain_db("bass", -6)
    mixer.set_gain_db("drums", SILENCE_DB)
    np.testing.assert_array_equal(mixer.gains(), np.float32([0, db_to_gain(-6), 1]))
    mixer.set_mute("bass", True)
    np.testing.assert_array_equal(mixer.gains(), [0, 0, 1])
    mixer.set_mute("bass", False)
    np.testing.assert_array_equal(mixer.gains(), np.float32([0, db_to_gain(-6), 1]))


def test_unknown_output_is_refused() -> None:
    with pytest.raises(SettingsError, match="choir"):
        Mixer(NAMES).set_gain_db("choir", 0)


def test_meters_measure() -> None:
    samples = np.arange(44100) / 44100
    sine = np.sin(2 * np.pi * 441 * samples).astype(np.float32) / 2
    outputs = np.stack([np.stack([sine, sine]), np.zeros((2, 44100), np.float32)])
    loud, silent = meters(outputs)
    assert loud.peak_db == pytest.approx(-6.02, abs=0.01)
    assert loud.rms_db == pytest.approx(-9.03, abs=0.01)
    assert silent.peak_db == silent.rms_db == SILENCE_DB
    assert meters(outputs[..., :0])[0].peak_db == SILENCE_DB
