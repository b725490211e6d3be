"""The job queue: events in order, its bound, cancelling, path rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from daw_bridge.errors import BadValue, Busy, NotAllowed, Stopped, UnknownJob
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.runner import JobRunner, LastModel
from daw_bridge.files.types import (
    Done,
    Failed,
    JobEvent,
    Notice,
    Progress,
    StemWritten,
)
from engines.load import Model, load_model
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS, make_model


class Listener:
    """Collects events and waits for the last of a job."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: JobEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of(self, req: int) -> list[JobEvent]:
        return [event for event in self.events if event.req == req]

    def wait(self, req: int, *kinds: type) -> JobEvent:
        kinds = kinds or (Done, Failed)

        def found() -> list[JobEvent]:
            return [event for event in self.of(req) if isinstance(event, kinds)]

        with self._changed:
            assert self._changed.wait_for(found, timeout=60)
            return found()[0]


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def runner(listener: Listener) -> Iterator[JobRunner]:
    with JobRunner(listener) as one:
        yield one


@pytest.fixture
def request_(tmp_path: Path) -> SeparateRequest:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    source = save(tmp_path / "song.wav", noise(2, 30_000))
    options = (("model", str(tmp_path / "tiny.onnx")), ("threads", 1))
    return request_from(source, tmp_path / "out", options)


def endless(request: SeparateRequest) -> SeparateRequest:
    """Far more steps than any test waits for."""
    return replace(request.changed({"refine/steps": 50_000}), song="endless")


def test_events_in_order(request_: SeparateRequest, runner: JobRunner, listener: Listener) -> None:
    req = runner.submit(request_)
    assert listener.wait(req) == Done(req)
    events = listener.of(req)
    assert events[0] == Progress(req, 0.0, "load", None)
    assert isinstance(events[-1], Done)
    files = [event for event in events if isinstance(event, StemWritten)]
    assert [(one.name, one.k, one.n) for one in files] == [
        (name, k, 5) for k, name in enumerate((*STEMS, "residual"), 1)
    ]
    assert all(one.path.is_file() for one in files)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    notices = [event.message for event in events if isinstance(event, Notice)]
    assert len(notices) == 1 and notices[0].startswith("on the CPU")
    with pytest.raises(FrozenInstanceError):
        events[0].req = 2  # type: ignore[misc]


def test_progress_is_throttled_and_says_what_is_left(
    request_: SeparateRequest, runner: JobRunner, listener: Listener
) -> None:
    started = time.monotonic()
    req = runner.submit(request_.changed({"refine/steps": 200}))
    assert listener.wait(req) == Done(req)
    took = time.monotonic() - started
    told = [event for event in listener.of(req) if isinstance(event, Progress)]
    assert len(told) <= 4 + 10 * took
    assert all(one.eta_s is None or one.eta_s >= 0.0 for one in told)
    assert told[-1].eta_s == 0.0


def test_a_failure_is_an_event_and_the_next_job_runs(
    request_: SeparateRequest, runner: JobRunner, listener: Listener, tmp_path: Path
) -> None:
    bad = runner.submit(replace(request_, source=tmp_path / "none.wav"))
    worse = runner.submit(request_.changed({"model": "none"}))
    good = runner.submit(request_)
    failed = listener.wait(bad)
    assert isinstance(failed, Failed) and failed.code == "bad_file"
    assert "none.wav does not exist" in failed.message
    failed = listener.wait(worse)
    assert isinstance(failed, Failed) and failed.code == "model_not_found"
    assert listener.wait(good) == Done(good)


def test_the_queue_is_bounded(request_: SeparateRequest, listener: Listener) -> None:
    with JobRunner(listener, max_queue=2) as runner:
        first = runner.submit(endless(request_))
        waiting = [runner.submit(replace(request_, song=f"s{k}")) for k in range(2)]
        with pytest.raises(Busy, match="at most 3"):
            runner.submit(request_)
        assert runner.pending == 3
        runner.cancel(waiting[0])
        last = runner.submit(request_)
        runner.cancel(first)
        assert listener.wait(last) == Done(last)
        assert listener.wait(waiting[1]) == Done(waiting[1])
    assert [type(event) for event in listener.of(waiting[0])] == [Failed]


def test_cancel(
    request_: SeparateRequest, runner: JobRunner, listener: Listener, tmp_path: Path
) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    req = runner.submit(endless(request_))
    listener.wait(req, Progress)
    runner.cancel(req)
    failed = listener.wait(req)
    assert isinstance(failed, Failed) and failed.code == "cancelled"
    assert {path.name for path in tmp_path.iterdir()} == before
    told = len(listener.events)
    runner.cancel(req)  # over already: nothing more is said
    assert len(listener.events) == told
    for unknown in (0, 99):
        with pytest.raises(UnknownJob):
            runner.cancel(unknown)


def test_close_stops_all_and_takes_no_more(request_: SeparateRequest, listener: Listener) -> None:
    runner = JobRunner(listener)
    jobs = [runner.submit(endless(request_)) for _ in range(3)]
    runner.close()
    assert all(isinstance(listener.wait(req), Failed) for req in jobs)
    assert runner.pending == 0
    with pytest.raises(Stopped):
        runner.submit(request_)


def test_several_workers_and_a_listener_per_job(
    request_: SeparateRequest, listener: Listener
) -> None:
    own = Listener()
    with JobRunner(listener, workers=2) as runner:
        slow = runner.submit(endless(request_))
        quick = runner.submit(request_, own)
        assert own.wait(quick) == Done(quick)
        assert listener.of(quick) == [] and slow != quick


def test_the_model_is_loaded_once(
    request_: SeparateRequest, listener: Listener, tmp_path: Path
) -> None:
    shelf = LastModel()
    first = shelf(request_.model, "cpu", 1)
    assert shelf(request_.model, "cpu", 1) is first
    assert shelf(request_.model, "cpu", 2) is not first
    make_model(tmp_path / "tiny.onnx", gains=(0.1, 0.1, 0.1, 0.1))
    loaded: list[str] = []

    def load(name: str, device: str, threads: int, stems: tuple[str, ...]) -> Model:
        assert stems == ()
        loaded.append(name)
        return load_model(name, device, threads)

    with JobRunner(listener, load=load) as runner:
        listener.wait(runner.submit(request_))
    assert loaded == [request_.model]


def test_a_defect_is_told_and_logged(
    request_: SeparateRequest, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(name: str, device: str, threads: int, stems: tuple[str, ...]) -> Model:
        raise ZeroDivisionError("a defect")

    with JobRunner(listener, load=broken) as runner:
        failed = listener.wait(runner.submit(request_))
    assert isinstance(failed, Failed) and failed.code == "internal"
    assert "ZeroDivisionError: a defect" in caplog.text


def test_paths_outside_the_allowed_folders(
    request_: SeparateRequest, listener: Listener, tmp_path: Path
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    song = save(inside / "song.wav", noise(2, 3000))
    (inside / "link.wav").symlink_to(tmp_path / "song.wav")
    (inside / "out").symlink_to(tmp_path / "elsewhere")
    make_model(inside / "own.onnx")
    own = request_.changed({"model": str(inside / "own.onnx")})
    good = replace(own, source=song, out_dir=inside / "new")
    bad = [
        replace(good, source=tmp_path / "song.wav"),
        replace(good, source=inside / ".." / "song.wav"),
        replace(good, source=inside / "link.wav"),
        replace(good, out_dir=tmp_path / "out"),
        replace(good, out_dir=inside / "out"),
        replace(good, known=(("kick", tmp_path / "song.wav"),)),
        good.changed({"model": request_.model}),
    ]
    with JobRunner(listener, allow_paths=[inside]) as runner:
        for one in bad:
            with pytest.raises(NotAllowed, match="--allow-path"):
                runner.submit(one)
        req = runner.submit(good)
        assert listener.wait(req) == Done(req)
    assert (inside / "new" / "song" / "drums.wav").is_file()


def test_the_folder_of_a_song_may_not_be_a_way_out(
    request_: SeparateRequest, listener: Listener, tmp_path: Path
) -> None:
    inside = tmp_path / "inside"
    (inside / "out").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    song = save(inside / "song.wav", noise(2, 3000))
    (inside / "out" / "song").symlink_to(tmp_path / "outside")
    make_model(inside / "own.onnx")
    own = request_.changed({"model": str(inside / "own.onnx")})
    wish = replace(own, source=song, out_dir=inside / "out")
    runner = JobRunner(listener, allow_paths=[inside])
    with runner, pytest.raises(NotAllowed, match="--allow-path"):
        runner.submit(wish)
    assert not list((tmp_path / "outside").iterdir())


@pytest.mark.parametrize("field", ["source", "out_dir"])
def test_no_path_has_a_nul(request_: SeparateRequest, field: str) -> None:
    with pytest.raises(BadValue, match="NUL"):
        replace(request_, **{field: Path("a\0b")})


def test_a_link_that_changes_while_the_job_waits(
    request_: SeparateRequest, listener: Listener, tmp_path: Path
) -> None:
    inside = tmp_path / "inside"
    (inside / "out").mkdir(parents=True)
    save(inside / "song.wav", noise(2, 3000))
    make_model(inside / "own.onnx", conditional=True)
    own = request_.changed({"model": str(inside / "own.onnx")})
    first = replace(endless(own), source=inside / "song.wav", out_dir=inside)
    with JobRunner(listener, allow_paths=[inside]) as runner:
        busy = runner.submit(first)
        waiting = runner.submit(replace(own, source=inside / "song.wav", out_dir=inside / "out"))
        (inside / "out").rmdir()
        (inside / "out").symlink_to(tmp_path)
        runner.cancel(busy)
        failed = listener.wait(waiting)
    assert isinstance(failed, Failed) and failed.code == "not_allowed"
    assert not (tmp_path / "song").exists()
