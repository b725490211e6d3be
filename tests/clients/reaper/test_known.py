"""Known stems from selected tracks: what the tracks play beside an item goes to the model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.load import FOLDERS
from tests.rigs.reaper import RATE, Reaper, item, track
from tests.rigs.server import GIBBS, Running, model_file, serving
from tests.rigs.sounds import load, noise, save
from tests.rigs.tiny_models import STEMS

pytestmark = pytest.mark.lua

KNOWN = "Separate selected items, with known stems on selected tracks"
NAMES = [*STEMS, "residual"]
MODEL = {"name": "known", **GIBBS}


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv(FOLDERS, str(Path(model_file(**MODEL)).parent))
    with serving((tmp_path,), model="known") as one:
        yield one


@pytest.fixture
def reaper(tmp_path: Path, running: Running) -> Reaper:
    return Reaper(tmp_path, running.endpoint)


def song(tmp_path: Path, name: str = "song.wav", seconds: float = 1.0, seed: int = 0) -> Path:
    return save(tmp_path / name, noise(2, round(seconds * RATE), seed))


def made(found: dict[str, Any], stem: str) -> Any:
    """The audio of the stem that came: its track lies above the known ones."""
    one = next(one for one in found["tracks"] if one["name"] == stem and one["items"])
    return load(Path(one["items"][0]["takes"][0]["file"]))


def test_what_a_track_plays_beside_the_item_is_known_and_all_null(
    reaper: Reaper, tmp_path: Path
) -> None:
    """Two pieces of one file with a gap between them, elsewhere in the file than in the project."""
    path, beat = song(tmp_path), song(tmp_path, "beat.wav", 2.0, seed=1)
    mine = item(path, D_POSITION=10.0, D_LENGTH=0.5, take={"values": {"D_STARTOFFS": 0.25}})
    pieces = [
        item(beat, D_POSITION=at, D_LENGTH=0.125, D_VOL=0.5, take={"values": {"D_STARTOFFS": offs}})
        for at, offs in ((10.0, 1.0), (10.25, 0.5))
    ]
    drums = track(*[one | {"selected": False} for one in pieces], name="Drums", selected=True)
    found = reaper.run(KNOWN, [track(mine, selected=True), drums])
    assert not found["messages"] and not found["asked"], found
    expected = np.zeros((2, RATE // 2), np.float32)
    for begins, offset in ((0.0, 1.0), (0.25, 0.5)):
        to, start, long = round(begins * RATE), round(offset * RATE), round(0.125 * RATE)
        expected[:, to : to + long] = 0.5 * load(beat)[:, start : start + long]
    np.testing.assert_allclose(made(found, "drums"), expected, atol=1e-7)
    total = sum(made(found, name) for name in NAMES)
    np.testing.assert_allclose(total, load(path)[:, RATE // 4 : 3 * RATE // 4], atol=1e-6)
    assert not [one for one in tmp_path.rglob("*known*.wav") if "song" not in one.name]


def test_it_helps_with_the_others(reaper: Reaper, tmp_path: Path) -> None:
    path, beat = song(tmp_path), song(tmp_path, "beat.wav", seed=1)
    bass = []
    for chosen in (True, False):
        drums = track(item(beat) | {"selected": False}, name="drums", selected=chosen)
        tracks = [track(item(path)), drums, track(name="vocals", selected=True)]
        found = reaper.run(KNOWN, tracks)
        bass.append(made(found, "bass"))
    assert np.abs(bass[0] - bass[1]).max() > 1e-3


def test_the_item_s_own_volume_is_taken_out(reaper: Reaper, tmp_path: Path) -> None:
    path, beat = song(tmp_path), song(tmp_path, "beat.wav", seed=1)
    drums = track(item(beat) | {"selected": False}, name="drums", selected=True)
    quiet = item(path, D_VOL=0.5, take={"values": {"D_VOL": -0.5}})
    found = reaper.run(KNOWN, [track(quiet), drums])
    np.testing.assert_allclose(made(found, "drums"), -4 * load(beat), atol=1e-6)


def test_a_track_of_another_name_is_asked_about(reaper: Reaper, tmp_path: Path) -> None:
    path, beat = song(tmp_path), song(tmp_path, "beat.wav", seed=1)
    kit = track(item(beat) | {"selected": False}, name="Kit (room)", selected=True)
    found = reaper.run(KNOWN, [track(item(path)), kit], inputs=["The Kit!", " drums "])
    assert "drums bass other vocals" in found["asked"][0] and "Kit (room)" in found["asked"][0]
    assert len(found["messages"]) == 1 and "a-z" in found["messages"][0]
    np.testing.assert_allclose(made(found, "drums"), load(beat), atol=1e-7)
    assert len(reaper.run(KNOWN, [track(item(path)), kit], inputs=[])["tracks"]) == 2


def test_a_track_that_plays_nothing_there_is_left_out_and_named(
    reaper: Reaper, tmp_path: Path
) -> None:
    later = item(song(tmp_path, "beat.wav", seed=1), D_POSITION=30.0) | {"selected": False}
    found = reaper.run(
        KNOWN, [track(item(song(tmp_path))), track(later, name="drums", selected=True)]
    )
    (message,) = found["messages"]
    assert "'drums' has no audio beside it" in message
    assert len(found["tracks"]) == 8


def test_cancelled_while_the_tracks_are_read(reaper: Reaper, tmp_path: Path) -> None:
    beat = item(song(tmp_path, "beat.wav", 2.0, seed=1)) | {"selected": False}
    found = reaper.run(
        KNOWN, [track(item(song(tmp_path, seconds=2.0), 2.0)),
                track(beat, name="drums", selected=True)], closed_after=2,
    )  # fmt: skip
    assert len(found["tracks"]) == 2 and not found["undo"] and not found["messages"]
    assert not list(tmp_path.rglob("*known*.wav"))


@pytest.mark.parametrize(
    ("values", "take", "words"),
    [
        ({}, {"values": {"D_PLAYRATE": 0.5}}, "another speed"),
        ({}, {"values": {"D_PITCH": 2.0}}, "another pitch"),
        ({"D_VOL": 0.0}, {}, "its volume is nothing"),
        ({"D_LENGTH": 9.0}, {}, "loops"),
        ({}, {"marks": [[0.0, 0.0, 0.0]]}, "stretch markers"),
    ],
)
def test_items_that_known_stems_cannot_be_lined_up_with(
    reaper: Reaper, tmp_path: Path, values: dict[str, float], take: dict[str, Any], words: str
) -> None:
    path = song(tmp_path)
    tracks = [track(item(path, take=take, **values)), track(name="drums", selected=True)]
    (message,) = reaper.run(KNOWN, tracks)["messages"]
    assert words in message and "Glue" in message


def test_tracks_that_cannot_be(reaper: Reaper, tmp_path: Path) -> None:
    mine = track(item(song(tmp_path)), selected=True)
    assert "Select the tracks" in reaper.run(KNOWN, [mine])["messages"][0]
    twice = [track(name=name, selected=True) for name in ("drums", "Drums")]
    (message,) = reaper.run(KNOWN, [mine, *twice])["messages"]
    assert "Two of the tracks are drums" in message
