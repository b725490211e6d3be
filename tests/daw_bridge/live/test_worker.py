"""live.worker: what is due is run, what fails is counted, model changes wait their turn."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np

from daw_bridge.live.ring import Ring
from daw_bridge.live.worker import Worker
from engines.errors import InferenceError

HOP = 100


class FakeRun:
    """A run that has a window due every HOP samples."""

    def __init__(self, fails: bool = False) -> None:
        self.due, self.windows, self.fails, self.closing = HOP, 0, fails, False
        self.restarts: list[int] = []
        self.primed_after: int | None = None
        self.ran = threading.Event()

    def run_window(self, inputs: Ring, block_time: float) -> bool:
        if inputs.end < self.due:
            return False
        self.due += HOP
        self.windows += 1
        self.ran.set()
        if self.fails:
            raise InferenceError("a window", "stems", "Nothing.")
        return True

    def give_up(self, inputs: Ring) -> bool:
        return False

    def restart(self, position: int) -> None:
        self.restarts.append(position)
        self.due = position + HOP

    def prime(self, inputs: Ring, reset_position: int) -> None:
        self.primed_after, self.due = reset_position, inputs.end


def made(run: FakeRun) -> tuple[Ring, Worker]:
    inputs = Ring((1, 1), 10_000)
    return inputs, Worker(inputs, player(run))


def player(run: FakeRun) -> SimpleNamespace:
    return SimpleNamespace(run=run)


def feed(inputs: Ring, samples: int) -> None:
    inputs.write(np.zeros((1, 1, samples), np.float32))


def all_steps(worker: Worker) -> int:
    count = 0
    while worker.step():
        count += 1
    return count


def test_what_is_due_is_run_and_no_more() -> None:
    run = FakeRun()
    inputs, worker = made(run)
    assert not worker.step()
    feed(inputs, 3 * HOP + 50)
    assert all_steps(worker) == 3 == run.windows and worker.due == 4 * HOP


def test_a_window_that_fails_is_counted_and_begins_anew() -> None:
    run = FakeRun(fails=True)
    inputs, worker = made(run)
    feed(inputs, HOP + 20)
    assert worker.step() and not worker.step()
    assert worker.failures == 1 and isinstance(worker.fault, InferenceError)
    assert run.restarts == [HOP + 20]


def test_a_reset_restarts_every_run_where_the_callback_said() -> None:
    old, new = FakeRun(), FakeRun()
    inputs, worker = made(old)
    worker.swap(player(new))
    worker.step()
    feed(inputs, 50)
    worker.reset_position = 50
    assert not worker.step()
    assert old.restarts == new.restarts == [50]


def test_both_runs_go_on_until_the_old_one_is_retired() -> None:
    old, new = FakeRun(), FakeRun()
    inputs, worker = made(old)
    feed(inputs, 50)
    worker.reset_position = 10
    worker.swap(player(new))
    assert worker.step()  # primed, it has a window due at once
    assert new.primed_after == 10 and [one.run for one in worker.ready] == [new]
    feed(inputs, 2 * HOP)
    all_steps(worker)
    assert old.windows == 2 and new.windows == 3
    assert worker.due == min(old.due, new.due)
    worker.retired = player(old)
    feed(inputs, HOP)
    all_steps(worker)
    assert (old.windows, new.windows) == (2, 4) and worker.retired is None


def test_a_change_waits_for_the_one_before_and_only_the_newest_is_made() -> None:
    old, first, dropped, last = (FakeRun() for _ in range(4))
    inputs, worker = made(old)
    worker.swap(player(first))
    worker.step()
    for run in (dropped, dropped, last):
        worker.swap(player(run))
    feed(inputs, 3 * HOP)
    all_steps(worker)
    assert (old.windows, first.windows) == (3, 4)  # what is heard goes on
    assert [one.run for one in worker.ready] == [first] and last.primed_after is None
    worker.ready.clear()
    worker.retired = player(old)  # the callback has faded it out
    all_steps(worker)
    assert [one.run for one in worker.ready] == [last]
    assert last.primed_after is not None and dropped.primed_after is None


def test_what_is_heard_is_run_before_what_will_be() -> None:
    order: list[str] = []

    class Named(FakeRun):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def run_window(self, inputs: Ring, block_time: float) -> bool:
            worked = super().run_window(inputs, block_time)
            order.extend([self.name] * worked)
            return worked

    old, new = Named("heard"), Named("next")
    inputs, worker = made(old)
    worker.swap(player(new))
    worker.step()
    order.clear()
    feed(inputs, 2 * HOP)
    all_steps(worker)
    assert order == ["heard", "heard", "next", "next"]


class AwakenedMeanwhile:
    """A lock that somebody else always releases first."""

    def locked(self) -> bool:
        return True

    def release(self) -> None:
        raise RuntimeError("release unlocked lock")


def test_waking_it_never_raises_whoever_else_does() -> None:
    _, worker = made(FakeRun())
    worker._wake = AwakenedMeanwhile()  # type: ignore[assignment]
    worker.wake()
    worker.swap(player(FakeRun()))


def test_the_thread_is_woken_for_what_is_due_and_ends_when_stopped() -> None:
    run = FakeRun()
    inputs, worker = made(run)
    worker.start()
    try:
        feed(inputs, HOP)
        worker.wake()
        worker.wake()  # of no effect, and no wait
        assert run.ran.wait(10.0)
        feed(inputs, HOP)
        assert worker.catch_up(10.0) and run.windows == 2
    finally:
        worker.stop()
    assert not run.closing
    feed(inputs, HOP)
    assert not worker.catch_up(10.0) and run.windows == 2  # nobody is there to wait for
