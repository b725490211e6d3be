"""The picture of a separation: what it says, and what it can draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.axes
import matplotlib.figure
import numpy as np
import pytest

from daw_bridge.cli.picture import METER_DBFS, draw, meter_low_dbfs
from daw_bridge.cli.spectrogram import Level
from tests.rigs.sounds import noise

PNG = b"\x89PNG\r\n\x1a\n"
RATE_HZ = 8000


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Draws, and gives the figure as it was saved."""
    figures: list[matplotlib.figure.Figure] = []
    save = matplotlib.figure.Figure.savefig

    def keep(self: matplotlib.figure.Figure, *args: Any, **kinds: Any) -> None:
        figures.append(self)
        save(self, *args, **kinds)

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", keep)

    def run(tracks: dict[str, np.ndarray], title: str = "song") -> matplotlib.figure.Figure:
        draw(tmp_path / "x.png", tracks, RATE_HZ, title)
        assert (tmp_path / "x.png").read_bytes().startswith(PNG)
        assert [path.name for path in tmp_path.iterdir()] == ["x.png"]
        return figures[-1]

    return run


def words(figure: matplotlib.figure.Figure) -> list[str]:
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def images(figure: matplotlib.figure.Figure) -> list[Any]:
    return [axis.images[0] for axis in figure.axes if axis.images]


def test_silence_has_words_and_no_black_boxes(drawn: Any) -> None:
    silence = np.zeros((2, 5000), np.float32)
    figure = drawn({"mix": silence, "drums": silence, "residual": silence})
    assert words(figure) == ["silent"] * 3 and not images(figure)


def test_one_silent_stem_beside_others(drawn: Any) -> None:
    mix = noise(2, 5000)
    tracks = {"mix": mix, "drums": mix * 0, "bass": mix * np.float32(1e-5), "other": mix}
    figure = drawn(tracks)
    assert len(images(figure)) == 2 and "silent" in words(figure)
    assert any(text.startswith("too quiet for this scale: peak -1") for text in words(figure))
    labels = {axis.get_ylabel() for axis in figure.axes}
    assert "level of the spectrum, dBFS" in labels


def test_a_quiet_song_has_the_colours_of_a_loud_one(drawn: Any) -> None:
    song = noise(2, 5000)
    for gain in (1.0, 1e-3):
        figure = drawn({"mix": song * np.float32(gain)})
        image = images(figure)[0]
        low, high = image.get_clim()
        assert (np.asarray(image.get_array()) > low).mean() > 0.95
        assert np.asarray(image.get_array()).max() > high - 10.0


def test_the_meters_have_numbers(drawn: Any) -> None:
    half = np.full((2, 5000), 0.5, np.float32)
    assert "-6\n-6" in words(drawn({"mix": half}))


def test_titles_and_audio_of_any_kind(drawn: Any) -> None:
    broken = noise(1, 1)
    broken[0, 0] = np.nan
    drawn({"mix": broken}, "cash $money$ \u97f3\u697d \x07")
    drawn({"mix": noise(2, 1), "drums": noise(2, 1)})


def test_meters_reach_down_to_a_quiet_song() -> None:
    assert meter_low_dbfs(Level(-1.0, -18.0)) == METER_DBFS
    assert meter_low_dbfs(Level(-61.0, -78.0)) == -120.0
    assert meter_low_dbfs(Level(-np.inf, -np.inf)) == METER_DBFS
