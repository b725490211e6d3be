"""`--resume` keeps what is whole and the same, and makes anew what is not, saying why."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.files.leftovers import PartialFolder
from daw_bridge.files.request import request_from
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, StemWritten
from daw_bridge.settings.parameters import Value
from tests.rigs.sounds import load, noise, save
from tests.rigs.tiny_models import STEMS, make_model

FILES = [f"{name}.wav" for name in (*STEMS, "residual")]


class Job:
    """Separates song.wav of a folder, keeping the last job's events."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.song = folder, folder / "out" / "song"
        self.source = save(folder / "song.wav", noise(2, 9000))
        make_model(folder / "tiny.onnx")
        self.events: list[JobEvent] = []

    def __call__(self, *options: tuple[str, Value], resume: int = 1) -> None:
        self.events = []
        given = (("model", str(self.folder / "tiny.onnx")), ("resume", resume), *options)
        with JobRunner(self.events.append) as runner:
            runner.submit(request_from(self.source, self.folder / "out", given))
            while not self.events or not isinstance(self.events[-1], Done | Failed):
                time.sleep(0.001)

    def notes(self) -> dict[str, str]:
        found = [event for event in self.events if isinstance(event, Notice)]
        return {one.code: one.message for one in found if one.code != "provider"}

    def files(self) -> dict[str, int]:
        """Names and when they were written."""
        return {path.name: path.stat().st_mtime_ns for path in sorted(self.song.iterdir())}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_the_record_says_what_was_made(job: Job) -> None:
    job(("format", "wav-24"))
    record = json.loads((job.song / "daw-bridge.json").read_text())
    source = record["recipe"]["source"]
    assert source["name"] == "song.wav" and source["bytes"] == job.source.stat().st_size
    assert source["sha256"] == hashlib.sha256(job.source.read_bytes()).hexdigest()
    model = (job.folder / "tiny.onnx").read_bytes()
    assert record["recipe"]["model"]["sha256"] == hashlib.sha256(model).hexdigest()
    assert {"name": "format", "value": "wav-24"} in record["recipe"]["options"]
    assert {"name": "context", "value": "reflect"} in record["recipe"]["options"]
    assert [one["file"] for one in record["files"]] == FILES
    for one in record["files"]:
        samples, _ = soundfile.read(job.song / one["file"], dtype="float32")
        assert one["samples_sha256"] == hashlib.sha256(samples.tobytes()).hexdigest()


def test_what_is_whole_is_skipped(job: Job) -> None:
    job(("threads", 1))
    assert job.notes() == {} and isinstance(job.events[-1], Done)
    before = job.files()
    assert list(before) == sorted([*FILES, "daw-bridge.json"])
    os.utime(job.source)
    job(("threads", 2))
    assert isinstance(job.events[-1], Done) and list(job.notes()) == ["skipped"]
    assert job.files() == before
    stems = [event.path for event in job.events if isinstance(event, StemWritten)]
    assert stems == [job.song / name for name in FILES]
    job(resume=0)
    assert isinstance(job.events[-1], Failed) and job.files() == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4000])


def louder(path: Path) -> None:
    save(path, load(path) * np.float32(2))


def unreadable(path: Path) -> None:
    path.write_text("text")


@pytest.mark.parametrize(
    ("change", "reason"),
    [(Path.unlink, "is not there"), (cut, "truncated"), (louder, "has been changed"),
     (unreadable, "cannot be read"), (lambda path: save(path, load(path)[:, :80]), "80 samples")],
)  # fmt: skip
def test_a_file_that_is_not_as_it_was(
    job: Job, change: Callable[[Path], object], reason: str
) -> None:
    job()
    whole = load(job.song / "bass.wav")
    change(job.song / "bass.wav")
    job()
    assert isinstance(job.events[-1], Done) and reason in job.notes()["remade"]
    assert np.array_equal(load(job.song / "bass.wav"), whole)
    job()
    assert "skipped" in job.notes()


def test_tags_may_change(job: Job) -> None:
    job()
    samples = load(job.song / "bass.wav")
    with soundfile.SoundFile(job.song / "bass.wav", "w", 44100, 2, "FLOAT") as file:
        file.title = "my bass"
        file.write(samples.T)
    job()
    assert "skipped" in job.notes()


def test_another_song_model_option(job: Job) -> None:
    job()
    save(job.source, noise(2, 9000, seed=1))
    job()
    assert "another song.wav" in job.notes()["remade"]
    make_model(job.folder / "tiny.onnx", gains=(0.3, 0.2, 0.1, 0.1))
    job()
    assert "another model" in job.notes()["remade"]
    job(("stems", "vocals"))
    assert "stems was '' and is 'vocals'" in job.notes()["remade"]
    assert sorted(job.files()) == ["daw-bridge.json", "residual.wav", "vocals.wav"]
    job(("format", "flac-16"), ("stems", "vocals"))
    assert sorted(job.files()) == ["daw-bridge.json", "residual.flac", "vocals.flac"]
    job(("format", "flac-16"), ("stems", "vocals"))
    assert "skipped" in job.notes()


def test_a_known_stem_that_changed(job: Job) -> None:
    known = save(job.folder / "bass.wav", noise(2, 9000, seed=2))
    job(("known", f"bass={known}"))
    job(("known", f"bass={known}"))
    assert "skipped" in job.notes()
    save(known, noise(2, 9000, seed=3))
    job(("known", f"bass={known}"))
    assert "known stems" in job.notes()["remade"]


def test_force_leaves_no_old_stem(job: Job) -> None:
    """Stems of two runs in one folder would sum to the mix twice."""
    job(resume=0)
    (job.song / "notes.txt").write_text("mine")
    job(("stems", "vocals"), ("force", 1), resume=0)
    files = ["daw-bridge.json", "notes.txt", "residual.wav", "vocals.wav"]
    assert sorted(job.files()) == files and job.notes() == {}


def test_a_folder_without_a_record(job: Job) -> None:
    """As 0.1.0 made them: nothing says whose the files are, so none is removed."""
    job()
    (job.song / "daw-bridge.json").unlink()
    job()
    failed = job.events[-1]
    assert isinstance(failed, Failed) and failed.code == "file_exists"
    job(("stems", "vocals"), ("force", 1), resume=0)
    assert {"drums.wav", "vocals.wav", "daw-bridge.json"} <= set(job.files())
    assert "bass.wav, drums.wav, other.wav" in job.notes()["strays"]


@pytest.mark.parametrize("form", ["mp3", "ogg", "opus", "m4a", "stem.mp4"])
def test_lossy_files_are_checked_by_their_length(job: Job, form: str) -> None:
    job(("format", form))
    job(("format", form))
    assert "skipped" in job.notes()
    files = [path for path in job.song.iterdir() if path.suffix != ".json"]
    cut(files[0])
    job(("format", form))
    assert "remade" in job.notes() and isinstance(job.events[-1], Done)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
def test_of_two_runs_at_once_the_second_waits_and_finds_it_done(job: Job) -> None:
    """Another run is inside the song when this one comes: nothing is made twice."""
    job()
    done = job.song.rename(job.folder / "done")
    (job.folder / "out").mkdir(exist_ok=True)
    other = PartialFolder(job.folder / "out", made="song")
    other.make()

    def finish() -> None:
        deadline = time.monotonic() + 30
        while "waiting" not in job.notes() and time.monotonic() < deadline:
            time.sleep(0.001)
        done.rename(job.song)
        other.release()

    thread = threading.Thread(target=finish)
    thread.start()
    job()
    thread.join()
    assert set(job.notes()) == {"waiting", "skipped"}
    assert f"process {os.getpid()} makes" in job.notes()["waiting"]
    assert isinstance(job.events[-1], Done)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
def test_waiting_ends_with_the_other_run_and_with_a_cancel(job: Job) -> None:
    (job.folder / "out").mkdir()
    with PartialFolder(job.folder / "out", made="song"), JobRunner(job.events.append) as runner:
        options = (("model", str(job.folder / "tiny.onnx")), ("resume", 1))
        req = runner.submit(request_from(job.source, job.folder / "out", options))
        while "waiting" not in job.notes():
            time.sleep(0.001)
        runner.cancel(req)
        while not isinstance(job.events[-1], Failed):
            time.sleep(0.001)
    assert job.events[-1].code == "cancelled"
    job()  # the other one is gone without having made anything
    assert sorted(job.files()) == sorted([*FILES, "daw-bridge.json"])


def test_two_runs_that_begin_together_damage_nothing(job: Job) -> None:
    """Neither sees the other: both do the work, and the files are whole and the same."""
    events: list[list[JobEvent]] = [[], []]
    request = request_from(
        job.source, job.folder / "out", (("model", str(job.folder / "tiny.onnx")), ("resume", 1))
    )
    with JobRunner(events[0].append) as one, JobRunner(events[1].append) as two:
        one.submit(request)
        two.submit(request)
        while not all(got and isinstance(got[-1], Done | Failed) for got in events):
            time.sleep(0.001)
    assert all(isinstance(got[-1], Done) for got in events)
    assert sorted(job.files()) == sorted([*FILES, "daw-bridge.json"])
    assert [path.name for path in (job.folder / "out").iterdir()] == ["song"]
    job()
    assert set(job.notes()) == {"skipped"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
def test_what_killed_runs_left_goes_where_nothing_is_made_too(job: Job) -> None:
    job()
    left = PartialFolder(job.folder / "out", made="song").path
    left.mkdir()
    os.utime(left, (0, 0))
    job()
    assert set(job.notes()) == {"swept", "skipped"} and not left.exists()


@pytest.mark.parametrize("options", [(), (("force", 1),)])
def test_a_folder_in_place_of_the_record(job: Job, options: tuple[tuple[str, Value], ...]) -> None:
    (job.song / "daw-bridge.json").mkdir(parents=True)
    job(*options)
    last = job.events[-1]
    assert isinstance(last, Failed) and "daw-bridge.json is " in last.message
    assert "a folder" in last.message
    assert "Move it away" in last.message and "--force" not in last.message
