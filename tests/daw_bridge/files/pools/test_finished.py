"""Songs that are whole already are found before anybody is started; all others are left."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import fsspec
import pytest

from daw_bridge.files.places import Url
from daw_bridge.files.pools import Song, finished
from daw_bridge.files.pools.finished import left_of
from daw_bridge.files.pools.stored import Made, StoredSong, run_stored
from daw_bridge.files.request import SeparateRequest, request_from
from tests.daw_bridge.files.pools.test_stored import separate
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model


@pytest.fixture
def songs(tmp_path: Path) -> list[SeparateRequest]:
    """Three, made already."""
    make_model(tmp_path / "tiny.onnx")
    options = [("model", str(tmp_path / "tiny.onnx")), ("threads", 1), ("resume", 1)]
    found = []
    for name in ("one", "two", "three"):
        path = save(tmp_path / f"{name}.wav", noise(2, 6000, len(name)))
        found.append(request_from(path, tmp_path / "out", options))
        separate(found[-1])
    return found


@pytest.fixture
def stored(songs: list[SeparateRequest]) -> Iterator[list[StoredSong]]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    found = []
    for one in songs:
        files.pipe(f"/lib/{one.source.name}", one.source.read_bytes())
        source = Url(f"memory://lib/{one.source.name}")
        found.append(StoredSong(source, Url("memory://lib/out"), one))
        run_stored(found[-1], separate, lambda stage: None)
    yield found
    files.store.clear()
    files.pseudo_dirs[:] = [""]


class Heard:
    """What is told, and whether to stop."""

    def __init__(self) -> None:
        self.whole: dict[int, Made] = {}
        self.stopped = threading.Event()

    def left(self, songs: Sequence[Song]) -> list[int]:
        left = left_of(songs, 2, self.whole.__setitem__, self.stopped.is_set)
        return [songs.index(one) for one in left]


def test_nothing_is_left_of_what_is_whole(songs: list[SeparateRequest]) -> None:
    heard = Heard()
    assert heard.left(songs) == [] and list(heard.whole) == [0, 1, 2]
    made, folder = heard.whole[0], songs[0].out_dir / "one"
    assert made.notices == (("skipped", f"skipped: {folder} holds it already"),)
    assert len(made.files) == 5 and all(path.is_file() for _, path in made.files)


def test_one_that_is_plainly_to_be_made_leaves_all(
    songs: list[SeparateRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No stem is read here: who is started for it reads the others', too."""
    monkeypatch.setattr(finished, "_whole", None)
    record = songs[2].out_dir / "three" / "daw-bridge.json"
    whole = record.read_text()
    for text in (whole.replace('"complete": true', '"complete": false'), "{", None):
        record.unlink()
        if text is not None:
            record.write_text(text)
        assert Heard().left(songs) == [0, 1, 2]


def test_one_that_is_found_to_be_made_leaves_those_after_it(
    songs: list[SeparateRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, looked = finished._whole, []

    def whole(song: Song, proceed: object) -> Made | None:
        looked.append(song)
        return real(song, proceed)

    monkeypatch.setattr(finished, "_whole", whole)
    save(songs[1].out_dir / "two" / "drums.wav", noise(2, 6000, 9))
    heard = Heard()
    left = heard.left(songs)
    assert 1 in left and 0 not in left and 0 in heard.whole and 1 not in heard.whole
    songs[0].source.unlink()  # whoever makes it says so
    assert 0 in Heard().left(songs)
    assert looked


def test_other_options_and_a_project_are_work(songs: list[SeparateRequest]) -> None:
    assert Heard().left([songs[0].changed({"no-residual": 1})]) == [0]
    assert Heard().left([songs[0].changed({"project": "reaper"})]) == [0]


def test_a_stop_leaves_what_was_not_told(songs: list[SeparateRequest]) -> None:
    heard = Heard()
    heard.stopped.set()
    assert heard.left(songs) == [0, 1, 2] and not heard.whole


def test_songs_of_a_store(stored: list[StoredSong]) -> None:
    heard, files = Heard(), fsspec.filesystem("memory")
    assert heard.left(stored) == [] and list(heard.whole) == [0, 1, 2]
    assert str(heard.whole[0].files[0][1]) == "memory://lib/out/one/drums.wav"
    assert Heard().left([stored[0].changed({"no-residual": 1})]) == [0]
    files.rm("/lib/out/two/drums.wav")
    files.rm("/lib/two.wav")  # which is not asked for
    assert 1 in Heard().left(stored)
    files.rm("/lib/out/one/daw-bridge.json")
    assert Heard().left(stored[:1]) == [0]
