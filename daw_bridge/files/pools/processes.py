"""Songs on one machine, several at a time: each worker a process with a warm model of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from daw_bridge.containment import contained, watched
from daw_bridge.errors import Busy, Cancelled, Stopped, WorkerLost, describe
from daw_bridge.files.leftovers import sweep, swept_words
from daw_bridge.files.pools import MOST_TRIES, tried_again
from daw_bridge.files.pools.process import WorkerProcess
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, OnEvent, StemWritten

Start = Callable[[], WorkerProcess]


@dataclass(frozen=True)
class _Job:
    """A song that waits or is made; `tries`: this one is so many."""

    req: int
    request: SeparateRequest
    tries: int = 1


class ProcessPool:
    """Runs jobs in `workers` processes, each with `threads` cores. Thread-safe.

    `on_event` is called from a thread for each worker, in order for each job. At most `max_queue`
    jobs wait; one more is refused with Busy. A job whose process dies waits again, before all
    others, and is begun anew once; if that process dies, too, the job has failed. A process is
    started when there is a job for it, and again when it has died.
    """

    def __init__(
        self, on_event: OnEvent, workers: int, threads: int, max_queue: int,
        start: Start | None = None,
    ) -> None:  # fmt: skip
        self._on_event, self._max_queue = on_event, max_queue
        self._share = {"threads": threads}
        self._start = start or (lambda: WorkerProcess(threads))
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()  # bound: max_queue, and a job that was lost
        self._processes: set[WorkerProcess] = set()
        self._last, self._closed = 0, False
        self._threads = [
            watched(f"daw-bridge-worker-{k}", _Slot(self).serve) for k in range(1, workers + 1)
        ]
        for one in self._threads:
            one.start()

    def submit(self, request: SeparateRequest) -> int:
        """Queue a job; returns its number, from 1. Raises Busy, Stopped."""
        with self._changed:
            if self._closed:
                raise Stopped("a job for a closed queue", "an open one", "Start it again.")
            if len(self._waiting) >= self._max_queue:
                raise Busy(
                    f"{len(self._waiting)} jobs are waiting", f"at most {self._max_queue}",
                    "Send the job again when one has ended.",
                )  # fmt: skip
            self._last += 1
            self._waiting.append(_Job(self._last, request.changed(self._share)))
            self._changed.notify()
            return self._last

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes that live."""
        with self._changed:
            return sorted(one.pid for one in self._processes)

    def cancel_all(self) -> None:
        """Stop every job, and take no more; does not wait."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
            processes = list(self._processes)
            self._changed.notify_all()
        for job in waiting:
            self._on_event(Failed(job.req, Cancelled.code, "cancelled before it started"))
        for one in processes:
            one.cancel()

    def close(self) -> None:
        """Stop every job and wait until all files are in place or removed."""
        self.cancel_all()
        for one in self._threads:
            one.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def next_job(self) -> _Job | None:
        """For a slot: the next job, waited for; None when there is no more to come."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            return None if self._closed else self._waiting.popleft()

    def started(self) -> WorkerProcess:
        """For a slot: a new process. Raises WorkerLost."""
        process = self._start()
        with self._changed:
            self._processes.add(process)
            closed = self._closed
        if closed:
            process.cancel()
        return process

    def ended(self, process: WorkerProcess) -> None:
        """For a slot: this process is not used any more; waits for its end."""
        process.end()
        with self._changed:
            self._processes.discard(process)

    def tell(self, event: JobEvent) -> None:
        """For a slot: pass an event on."""
        self._on_event(event)

    def lost(self, job: _Job, error: WorkerLost) -> None:
        """For a slot: a job's process has died; the job waits again, or has failed."""
        if swept := sweep(job.request.out_dir):
            self.tell(Notice(job.req, "swept", swept_words(swept)))
        again = _Job(job.req, tried_again(job.request), job.tries + 1)
        if again.tries <= MOST_TRIES:
            self.tell(Notice(job.req, "again", f"{error.seen}; it is tried once more"))
        with self._changed:
            closed, queued = self._closed, not self._closed and again.tries <= MOST_TRIES
            if queued:
                self._waiting.appendleft(again)
                self._changed.notify()
        if closed:
            self.tell(Failed(job.req, Cancelled.code, "cancelled"))
        elif not queued:
            self.tell(Failed(job.req, error.code, describe(error)))


class _Slot:
    """One thread's work: jobs in one process after another, until there is no more to come."""

    def __init__(self, pool: ProcessPool) -> None:
        self._pool = pool
        self._process: WorkerProcess | None = None

    def serve(self) -> None:
        """All of it."""
        try:
            while (job := self._pool.next_job()) is not None:
                if error := contained("job %d", partial(self._work, job), job.req):
                    self._drop()
                    self._pool.tell(Failed(job.req, error.code, describe(error)))
        finally:
            self._drop()

    def _work(self, job: _Job) -> None:
        """Do a job to its last event, or as far as its process lives."""
        try:
            if self._process is None:
                self._process = self._pool.started()
            self._hear(job, self._process)
        except WorkerLost as error:
            self._drop()
            self._pool.lost(job, error)

    def _hear(self, job: _Job, process: WorkerProcess) -> None:
        files: list[JobEvent] = []
        for event in process.events(job.request, job.req):
            if isinstance(event, StemWritten):  # told once, whatever becomes of the process
                files.append(event)
                continue
            for one in files if isinstance(event, Done) else ():
                self._pool.tell(one)
            self._pool.tell(event)

    def _drop(self) -> None:
        if self._process is not None:
            self._pool.ended(self._process)
            self._process = None
