"""The numbers behind the picture: frequencies, levels, colours."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.cli.spectrogram import (
    MAX_COLUMNS,
    RANGE_DB,
    ROWS,
    colour_range_db,
    edges_hz,
    level_of,
    spectrogram_db,
)
from tests.rigs.sounds import noise

RATE_HZ = 44100


def sine(hz: float, seconds: float = 2.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.sin(2 * np.pi * hz * times).astype(np.float32)[None]


def row_of(hz: float) -> int:
    return int(np.searchsorted(edges_hz(RATE_HZ), hz)) - 1


@pytest.mark.parametrize("hz", [60.0, 440.0, 5000.0])
def test_a_full_scale_sine_is_loudest_in_its_row_at_about_0_db(hz: float) -> None:
    picture = spectrogram_db(sine(hz), RATE_HZ)
    middle = picture[:, picture.shape[1] // 2]
    assert abs(int(middle.argmax()) - row_of(hz)) <= 1
    assert -12.0 < middle.max() < 1.0


def test_kick_and_bass_have_a_fifth_of_the_axis() -> None:
    assert row_of(200.0) - row_of(50.0) > ROWS / 5


@pytest.mark.parametrize(("samples", "rate_hz"), [(1, 8000), (100, 100), (3000, 192000)])
def test_short_and_odd_audio_has_a_picture(samples: int, rate_hz: int) -> None:
    picture = spectrogram_db(noise(2, samples), rate_hz)
    assert picture.shape[0] == ROWS and np.isfinite(picture).all()


def test_a_long_song_has_no_wider_picture() -> None:
    assert spectrogram_db(noise(1, 8000 * 100), 8000).shape == (ROWS, MAX_COLUMNS)


def test_colours_follow_the_songs_level() -> None:
    song = noise(2, 50_000)
    low, high = colour_range_db(spectrogram_db(song, RATE_HZ))
    quiet = colour_range_db(spectrogram_db(song * np.float32(1e-3), RATE_HZ))
    assert high - low == RANGE_DB
    assert quiet == (low - 60.0, high - 60.0)


def test_levels() -> None:
    level = level_of(sine(441.0))
    assert level.peak_dbfs == pytest.approx(0.0, abs=0.01)
    assert level.rms_dbfs == pytest.approx(-3.01, abs=0.01)
    assert level_of(np.zeros((2, 9), np.float32)).silent
    assert level_of(np.full((2, 9), 1e-7, np.float32)).silent
    assert not level_of(np.full((2, 9), 1e-5, np.float32)).silent
    assert level_of(np.array([[np.nan, 0.5]], np.float32)).peak_dbfs == pytest.approx(
        -6.02, abs=0.01
    )
    assert level_of(np.zeros((2, 0), np.float32)).silent
