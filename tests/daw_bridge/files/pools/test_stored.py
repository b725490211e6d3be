"""A song in a store: the same samples as on a disk, its record last, begun as often as need be."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest

from daw_bridge.errors import BadFile, BadRecord, Cancelled, FileInTheWay, WriteFailed
from daw_bridge.files.places import Url
from daw_bridge.files.pools.store import Store
from daw_bridge.files.pools.stored import Made, StoredSong, is_stored, run_stored
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.types import Done, Failed, JobEvent, StemWritten
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS, make_model

FILES = {f"{name}.wav" for name in (*STEMS, "residual")}


def separate(request: SeparateRequest) -> Sequence[StemWritten]:
    events: list[JobEvent] = []
    with JobRunner(events.append) as runner:
        runner.submit(request)
        while not events or not isinstance(events[-1], Done | Failed):
            pass
    assert isinstance(events[-1], Done), events[-1]
    return [one for one in events if isinstance(one, StemWritten)]


def never(request: SeparateRequest) -> Sequence[StemWritten]:
    raise AssertionError("nothing was to be made")


def on(stage: str) -> None:
    pass


class Here:
    """A song in a store, and what lies there."""

    def __init__(self, folder: Path) -> None:
        make_model(folder / "tiny.onnx", conditional=True)
        path = save(folder / "song.wav", noise(2, 9000))
        self.url, self.files = "memory://lib", fsspec.filesystem("memory")
        self.files.store.clear()
        self.files.pipe("/lib/in/song.wav", path.read_bytes())
        options = [("model", str(folder / "tiny.onnx")), ("threads", 1)]
        request = request_from(Path("song.wav"), folder / "nowhere", options)
        self.song = StoredSong(Url(f"{self.url}/in/song.wav"), Url(f"{self.url}/out"), request)
        self.local = replace(request, source=path, out_dir=folder / "local")

    def made(self, separate: Any = separate, **options: int) -> Made:
        return run_stored(self.song.changed(options), separate, on)

    def names(self) -> set[str]:
        return Store(Url(f"{self.url}/out/song")).names()

    def record(self) -> Any:
        return json.loads(self.files.cat("/lib/out/song/daw-bridge.json"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    found = Here(tmp_path)
    yield found
    assert list((tmp_path / "tmp").iterdir()) == []  # nothing stays on this machine
    found.files.store.clear()
    found.files.pseudo_dirs[:] = [""]


def test_a_song_is_as_on_a_disk(here: Here) -> None:
    made = here.made()
    assert [str(at) for _, at in made.files] == [
        f"memory://lib/out/song/{name}.wav" for name in (*STEMS, "residual")
    ]
    separate(here.local)
    folder = here.local.out_dir / "song"
    assert here.names() == {path.name for path in folder.iterdir()} == {*FILES, "daw-bridge.json"}
    assert here.record() == json.loads((folder / "daw-bridge.json").read_text())
    for name in FILES:
        assert here.files.cat(f"/lib/out/song/{name}") == (folder / name).read_bytes()


def test_what_is_there_is_kept_or_refused_or_made_anew(here: Here) -> None:
    here.made()
    made = here.made(never, resume=1)
    assert made.notices == (("skipped", "skipped: memory://lib/out/song holds it already"),)
    assert len(made.files) == 5
    with pytest.raises(FileInTheWay, match=r"memory://lib/out/song already holds daw-bridge.json"):
        here.made(never)
    here.files.rm("/lib/out/song/drums.wav")
    ((code, words),) = here.made(resume=1).notices
    assert code == "remade" and words.endswith("made anew: drums.wav is not there")
    here.song = here.song.changed({"no-residual": 1})
    ((code, words),) = here.made(resume=1).notices
    assert code == "remade" and "no-residual was 0 and is 1" in words
    assert here.names() == {*FILES, "daw-bridge.json"} - {"residual.wav"}
    assert here.made(force=1).notices == ()


def test_files_of_others_are_not_replaced(here: Here) -> None:
    here.files.pipe("/lib/out/song/bass.wav", b"mine")
    for options in ({}, {"resume": 1}):
        with pytest.raises(FileInTheWay, match=r"already holds bass\.wav"):
            here.made(never, **options)
    here.files.pipe("/lib/out/song/daw-bridge.json", b"{")
    with pytest.raises(BadRecord):
        here.made(never, resume=1)
    here.made(force=1)
    assert here.record()["complete"]


@pytest.mark.parametrize("after", range(7))
def test_a_song_that_is_broken_off_anywhere_is_made_anew(
    here: Here, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put, count = Store.put, 0

    def fails(self: Store, path: Path, name: str, *more: Any) -> None:
        nonlocal count
        if count == after:
            raise WriteFailed("killed", "to live", "Wait.")
        count += 1
        put(self, path, name, *more)

    monkeypatch.setattr(Store, "put", fails)
    with pytest.raises(WriteFailed, match="killed"):
        here.made()
    monkeypatch.setattr(Store, "put", put)
    if after:  # it says which files may be there, and that they are not whole
        assert not here.record()["complete"] and here.names() <= {*FILES, "daw-bridge.json"}
    here.made(resume=1)
    assert here.record()["complete"] and here.names() == {*FILES, "daw-bridge.json"}


def test_errors_name_the_song_in_its_store(here: Here) -> None:
    here.files.pipe("/lib/in/song.wav", b"not audio")
    with pytest.raises(BadFile, match=r"^\(?'?memory://lib/in/song.wav cannot be read as audio"):
        here.made()
    here.song = replace(here.song, source=Url("memory://lib/in/none.wav"))
    with pytest.raises(BadFile, match=r"none\.wav cannot be read"):
        here.made()
    assert here.names() == set()


def test_a_cancelled_song_ends_at_its_next_step(here: Here) -> None:
    for stage in ("read", "check", "write"):

        def go_on(now: str, stage: str = stage) -> None:
            if now == stage:
                raise Cancelled("stopped", "to go on", "Start it again.")

        with pytest.raises(Cancelled):
            run_stored(here.song, separate, go_on)
        assert here.names() == set()


def test_what_is_in_a_store() -> None:
    assert is_stored(Path("a"), Url("s3://b/a")) and not is_stored(Path("a"), Path("b"))
