"""What works in a cluster: a song's events as text, its progress and its end from other threads."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge import __version__
from daw_bridge.files.places import Url
from daw_bridge.files.pools.actor import SongActor
from daw_bridge.files.pools.messages import event_of, request_text
from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.types import Done, Failed, JobEvent, Progress, StemWritten
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model


@pytest.fixture
def actor() -> Iterator[SongActor]:
    made = SongActor()
    yield made
    made.cancel()


@pytest.fixture
def song(tmp_path: Path) -> SeparateRequest:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    save(tmp_path / "song.wav", noise(2, 30_000))
    options = [("model", str(tmp_path / "tiny.onnx")), ("threads", 1)]
    return request_from(tmp_path / "song.wav", tmp_path / "out", options)


def told(actor: SongActor, song: SeparateRequest | StoredSong) -> list[JobEvent]:
    return [event_of(line, 3) for line in actor.separate(request_text(song))]


def stored(song: SeparateRequest) -> StoredSong:
    source, out = Url(song.source.as_uri()), Url(song.out_dir.as_uri())
    return StoredSong(source, out, song)


def test_songs_of_a_disk_and_of_a_store(actor: SongActor, song: SeparateRequest) -> None:
    version, pid, host = actor.hello()
    assert version == __version__ and pid > 0 and host
    events = told(actor, song)
    assert events[-1] == Done(3) and not any(isinstance(one, Progress) for one in events)
    paths = [one.path for one in events if isinstance(one, StemWritten)]
    assert len(paths) == 5 and paths[0] == song.out_dir / "song" / "drums.wav"
    again = told(actor, stored(song).changed({"resume": 1}))
    assert again[-1] == Done(3) and "skipped: file:" in str(again[0])
    at = [one.path for one in again if isinstance(one, StemWritten)]
    assert [Path(str(one).removeprefix("file://")) for one in at] == paths
    force = told(actor, stored(song).changed({"force": 1}))
    assert force[-1] == Done(3) and "on the CPU" in str(force[0])


def test_errors_come_as_events(actor: SongActor, song: SeparateRequest) -> None:
    song.source.write_text("not audio")
    for one in (song, stored(song)):
        last = told(actor, one)[-1]
        assert isinstance(last, Failed) and last.code == "bad_file"
        assert str(one.source) in last.message


@pytest.mark.parametrize("in_store", [False, True])
def test_a_song_is_stopped(actor: SongActor, song: SeparateRequest, in_store: bool) -> None:
    long = song.changed({"refine/steps": 4096})
    events: list[JobEvent] = []
    one = stored(long) if in_store else long
    work = threading.Thread(target=lambda: events.extend(told(actor, one)))
    work.start()
    counts = [actor.progress()[0]]
    while json.loads(actor.progress()[1])["stage"] != "separate":
        time.sleep(0.01)
    while (count := actor.progress()[0]) <= counts[-1] + 3:  # it gets on
        time.sleep(0.01)
    counts.append(count)
    actor.cancel()
    work.join(30)
    last = events[-1]
    assert isinstance(last, Failed) and last.code == "cancelled"
    assert not song.out_dir.exists()
    after = told(actor, one)[-1]
    assert isinstance(after, Failed) and after.code == "cancelled"
