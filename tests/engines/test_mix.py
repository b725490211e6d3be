"""engines.mix: gains, mute, solo, meters and the residual."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import SettingsError
from engines.mix import (
    SILENCE_DB,
    Mixer,
    db_to_gain,
    gain_to_db,
    meters,
    residual,
)

NAMES = ("drums", "bass", "residual")
ONES = np.ones((3, 2, 1000), np.float32)


@given(st.floats(-119, 40))
def test_decibels_go_there_and_back(level_db: float) -> None:
    assert gain_to_db(db_to_gain(level_db)) == pytest.approx(level_db, abs=1e-9)


def test_silence_is_silence() -> None:
    assert db_to_gain(SILENCE_DB) == 0 and gain_to_db(0) == SILENCE_DB


def test_unity_passes_the_very_samples() -> None:
    mixer = Mixer(NAMES)
    assert mixer.apply(ONES) is ONES
    mixer.set_gain_db("bass", -6)
    mixer.apply(ONES)
    mixer.set_gain_db("bass", 0)
    mixer.apply(ONES)
    assert mixer.apply(ONES) is ONES


@given(st.lists(st.integers(1, 300), min_size=1, max_size=10))
def test_ramps_do_not_depend_on_the_blocks(sizes: list[int]) -> None:
    whole, parts = Mixer(NAMES, 480), Mixer(NAMES, 480)
    signal = np.random.default_rng(0).random((3, 2, sum(sizes)), np.float32)
    for mixer in (whole, parts):
        mixer.set_gain_db("drums", -12)
        mixer.set_mute("bass", True)
    blocks = np.split(signal, np.cumsum(sizes)[:-1], axis=-1)
    joined = np.concatenate([parts.apply(block) for block in blocks], axis=-1)
    assert np.array_equal(joined, whole.apply(signal))


def test_changes_do_not_click() -> None:
    mixer = Mixer(NAMES, 480)
    mixer.set_mute("drums", True)
    first = mixer.apply(ONES[..., :100])
    mixer.set_mute("drums", False)
    second = mixer.apply(ONES)
    mixer.set_gain_db("drums", -200)
    third = mixer.apply(ONES)
    joined = np.concatenate([first, second, third], axis=-1)[0, 0]
    assert np.abs(np.diff(joined)).max() < 1.5 / 480
    assert second[0, 0, -1] == 1 and third[0, 0, -1] == 0


def test_solo_and_mute() -> None:
    mixer = Mixer(NAMES, 1)
    mixer.set_solo("bass", True)
    np.testing.assert_array_equal(mixer.gains(), [0, 1, 0])
    mixer.set_solo("drums", True)
    mixer.set_mute("bass", True)
    np.testing.assert_array_equal(mixer.gains(), [1, 0, 0])
    mixer.set_solo("drums", False)
    mixer.set_solo("bass", False)
    np.testing.assert_array_equal(mixer.gains(), [1, 0, 1])


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


def test_residual_completes_the_sum() -> None:
    rng = np.random.default_rng(0)
    mix, stems = rng.random((2, 100), np.float32), rng.random((4, 2, 100), np.float32)
    np.testing.assert_allclose(stems.sum(axis=0) + residual(mix, stems), mix, atol=1e-6)
