"""A pool of processes: every song is done once, whatever becomes of its workers."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from daw_bridge.errors import Busy, Stopped, WorkerLost
from daw_bridge.files.leftovers import maker_of
from daw_bridge.files.pools import Song, Worker, patience, shares
from daw_bridge.files.pools import pool as module
from daw_bridge.files.pools.pool import MOST_STARTS, WorkerPool
from daw_bridge.files.pools.process import WorkerProcess
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.runner import JobRunner, cores
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress, StemWritten
from tests.rigs.sounds import load, noise, save
from tests.rigs.tiny_models import make_model


class Songs:
    """Songs of a folder, and the events of a pool that makes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_model(folder / "tiny.onnx", conditional=True)
        self.events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
        self.told: list[JobEvent] = []

    def request(self, name: str, steps: int = 1, out: str = "out") -> SeparateRequest:
        path = self.folder / f"{name}.wav"
        if not path.exists():
            save(path, noise(2, 30_000, len(name)))
        options = [("model", str(self.folder / "tiny.onnx")), ("steps", steps), ("threads", 1)]
        return request_from(path, self.folder / out, options)

    def until(self, found: Callable[[JobEvent], bool]) -> JobEvent:
        """The next event of which that is so; all are kept."""
        while True:
            event = self.events.get(timeout=60)
            self.told.append(event)
            if found(event):
                return event

    def last(self, jobs: int) -> dict[int, Done | Failed]:
        """The last event of each job, by its number."""
        while len(ends := [one for one in self.told if isinstance(one, Done | Failed)]) < jobs:
            self.until(lambda event: True)
        assert len({one.req for one in ends}) == jobs
        return {one.req: one for one in ends}

    def notes(self, req: int) -> list[str]:
        return [one.code for one in self.told if isinstance(one, Notice) and one.req == req]

    def files(self, out: str = "out") -> set[str]:
        return {str(path.relative_to(self.folder / out)) for path in (self.folder / out).rglob("*")}


def pool_of(songs: Songs, workers: int) -> WorkerPool:
    return WorkerPool(songs.events.put, workers, 1, 100, partial(WorkerProcess, 1, 0.0))


def pids(pool: WorkerPool) -> list[int]:
    return [one.pid for one in pool.workers if isinstance(one, WorkerProcess)]


def closed_or(made: Callable[[], Worker]) -> Callable[[Callable[[], bool]], Worker]:
    return lambda closed: made()


def separating(event: JobEvent) -> bool:
    return isinstance(event, Progress) and event.stage == "separate"


@pytest.fixture
def songs(tmp_path: Path) -> Songs:
    return Songs(tmp_path)


def test_a_killed_worker_loses_nothing_and_songs_are_as_those_of_one_process(
    songs: Songs,
) -> None:
    names = ["a", "bb", "ccc"]
    with pool_of(songs, 2) as pool:
        for name in names:
            pool.submit(songs.request(name, 100))
        bad = pool.submit(SeparateRequest(songs.folder / "none.wav", songs.folder / "out"))
        first = songs.until(separating).req
        while len(pids(pool)) < 2:
            time.sleep(0.01)
        before = set(pids(pool))
        lost = next(
            one for one in before if maker_of(songs.folder / "out" / names[first - 1]) == one
        )
        os.kill(lost, signal.SIGKILL)
        ends = songs.last(4)
        assert len(set(pids(pool)) - {lost}) == 2
    failed = ends.pop(bad)
    assert isinstance(failed, Failed) and failed.code == "bad_file"
    assert all(isinstance(one, Done) for one in ends.values())
    assert songs.notes(first).count("again") == songs.notes(first).count("swept") == 1
    assert not {songs.notes(req).count("again") for req in (1, 2, 3) if req != first} - {0}
    events: list[JobEvent] = []
    with JobRunner(events.append) as runner:
        for name in names:
            runner.submit(songs.request(name, 100, "alone"))
        while sum(isinstance(one, Done | Failed) for one in events) < 3:
            time.sleep(0.01)
    assert songs.files() == songs.files("alone")
    for file in (one for one in songs.files() if one.endswith(".wav")):
        one, other = (load(songs.folder / out / file) for out in ("out", "alone"))
        assert (one == other).all()


class Fake(WorkerProcess):
    """No process: what one would say."""

    def __init__(self) -> None:
        self.asked: list[Song] = []

    @property
    def pid(self) -> int:
        return 0

    def events(self, request: Song, req: int) -> Iterator[JobEvent]:
        self.asked.append(request)
        yield StemWritten(req, "drums", Path("drums.wav"), 1, 1)
        yield Done(req)

    def cancel(self) -> None:
        pass

    def end(self) -> None:
        pass


@pytest.mark.parametrize("force", [0, 1])
def test_a_song_whose_answer_was_lost_is_told_once(songs: Songs, force: int) -> None:
    class Dying(Fake):
        def events(self, request: Song, req: int) -> Iterator[JobEvent]:
            for event in super().events(request, req):
                if isinstance(event, Done) and len(made) == 1:
                    raise WorkerLost("a process ended", "it to live", "Wait.")
                yield event

    made: list[Dying] = []

    def start_one() -> Dying:
        made.append(Dying())
        return made[-1]

    with WorkerPool(songs.events.put, 1, 3, 9, closed_or(start_one)) as pool:
        req = pool.submit(songs.request("song").changed({"force": force}))
        assert isinstance(songs.last(1)[req], Done)
    assert sum(isinstance(one, StemWritten) for one in songs.told) == 1
    (first,), (second,) = (one.asked for one in made)
    assert first.integer("threads") == 3 and not first.integer("resume")
    # What the first try has finished is kept; by --force it is made anew.
    assert second == (first if force else first.changed({"resume": 1}))


def test_a_song_whose_worker_dies_twice_has_failed(songs: Songs) -> None:
    class Dying(Fake):
        def events(self, request: Song, req: int) -> Iterator[JobEvent]:
            if req == 1:
                raise WorkerLost("a process ended", "it to live", "Wait.")
            yield from super().events(request, req)

    with WorkerPool(songs.events.put, 1, 1, 9, closed_or(Dying)) as pool:
        for name in ("a", "b"):
            pool.submit(songs.request(name))
        ends = songs.last(2)
    first = ends[1]
    assert isinstance(first, Failed) and first.code == "worker_lost"
    assert isinstance(ends[2], Done) and songs.notes(1) == ["again"] and not songs.notes(2)


class Starts:
    """Of workers: those with these numbers, from 1, fail."""

    def __init__(self, failing: Callable[[int], bool]) -> None:
        self._failing, self.count = failing, 0

    def one(self) -> Fake:
        self.count += 1
        if self._failing(self.count):
            raise WorkerLost("no process", "one", "Wait.")
        return Fake()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE_S", 0.01)


def test_no_worker_can_be_started(songs: Songs, no_pause: None) -> None:
    """All songs have failed, and not each of them tries again."""
    starts = Starts(lambda number: True)
    with WorkerPool(songs.events.put, 2, 1, 99, closed_or(starts.one)) as pool:
        for k in range(40):
            pool.submit(songs.request("a" * (k % 3 + 1)))
        ends = songs.last(40)
        late = pool.submit(songs.request("late"))
        ends |= songs.last(41)
    assert {one.code for one in ends.values() if isinstance(one, Failed)} == {"worker_lost"}
    assert len(ends) == 41 and late in ends and starts.count == 2 * MOST_STARTS
    assert not any(songs.notes(req) for req in ends)


def test_a_worker_that_starts_late_costs_no_song_a_try(songs: Songs, no_pause: None) -> None:
    starts = Starts(lambda number: number < MOST_STARTS)
    with WorkerPool(songs.events.put, 1, 1, 9, closed_or(starts.one)) as pool:
        pool.submit(songs.request("a"))
        assert isinstance(songs.last(1)[1], Done)
    assert starts.count == MOST_STARTS and not songs.notes(1)


def test_a_place_without_a_worker_leaves_the_songs_to_the_others(
    songs: Songs, no_pause: None, caplog: pytest.LogCaptureFixture
) -> None:
    starts = Starts(lambda number: number > 1)

    class Slow(Fake):
        def events(self, request: Song, req: int) -> Iterator[JobEvent]:
            while "one worker less" not in caplog.text:
                time.sleep(0.01)
            yield from super().events(request, req)

    def one() -> Fake:
        starts.one()
        return Slow()

    with WorkerPool(songs.events.put, 2, 1, 9, closed_or(one)) as pool:
        for name in ("a", "b", "c"):
            pool.submit(songs.request(name))
        ends = songs.last(3)
    assert all(isinstance(one, Done) for one in ends.values())
    assert starts.count == 1 + MOST_STARTS


def test_a_bug_costs_one_song(songs: Songs) -> None:
    class Buggy(Fake):
        def events(self, request: Song, req: int) -> Iterator[JobEvent]:
            if req == 1:
                raise ZeroDivisionError("a bug")
            yield from super().events(request, req)

    with WorkerPool(songs.events.put, 1, 1, 9, closed_or(Buggy)) as pool:
        for name in ("a", "b"):
            pool.submit(songs.request(name))
        ends = songs.last(2)
    first = ends[1]
    assert isinstance(first, Failed) and first.code == "internal" and "a bug" in first.message
    assert isinstance(ends[2], Done)


def test_cancelled_all_leave_nothing_though_a_worker_hangs(
    songs: Songs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "CANCEL_S", 0.3)
    with pool_of(songs, 1) as pool:
        for name in ("a", "b"):
            pool.submit(songs.request(name, 4096))
        songs.until(separating)
        [pid] = pids(pool)
        os.kill(pid, signal.SIGSTOP)
        pool.cancel_all()
        pool.cancel_all()
        ends = songs.last(2)
        assert {one.code for one in ends.values() if isinstance(one, Failed)} == {"cancelled"}
        assert songs.notes(1)[-1] == "swept" and "again" not in songs.notes(1)
        with pytest.raises(Stopped):
            pool.submit(songs.request("e"))
    assert songs.files() == set() and pids(pool) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_queue_has_an_end(songs: Songs) -> None:
    release = threading.Event()

    def one() -> Fake:
        release.wait(30)
        return Fake()

    with WorkerPool(songs.events.put, 1, 1, 2, closed_or(one)) as pool:
        with pytest.raises(Busy):
            for _ in range(4):
                pool.submit(songs.request("a"))
        release.set()


def test_cores_are_shared_and_never_taken_twice() -> None:
    assert shares(1, 100, 8) == (1, 8)
    assert shares(4, 100, 8) == (4, 2)
    assert shares(3, 100, 8) == (3, 2)
    assert shares(16, 100, 8) == (8, 1)
    assert shares(8, 2, 8) == (2, 4)
    assert shares(0, 100, 6) == (6, 1)
    assert shares(1, 100, 0) == (1, cores(0))
    assert shares(4, 0, 2) == (1, 2)
