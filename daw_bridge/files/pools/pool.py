"""Songs, several at a time: each worker has a warm model of its own, and may die."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Self

from daw_bridge.containment import contained, watched
from daw_bridge.errors import Busy, Cancelled, Stopped, WorkerLost, describe
from daw_bridge.files.leftovers import sweep, swept_words
from daw_bridge.files.pools import MOST_TRIES, Song, Start, Worker, tried_again
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, OnEvent, StemWritten

LOG = logging.getLogger(__name__)
MOST_STARTS = 3
"""So often in a row may a worker not start."""
_PAUSE_S = 1.0
"""After a start that failed."""


@dataclass(frozen=True)
class _Job:
    """A song that waits or is made; `tries`: this one is so many."""

    req: int
    request: Song
    tries: int = 1


class WorkerPool:
    """Runs jobs in `workers` workers, each with `threads` cores. Thread-safe.

    `on_event` is called from a thread for each worker, in order for each job. At most `max_queue`
    jobs wait; one more is refused with Busy. A job whose worker dies waits again, before all
    others, and is begun anew once; if that worker dies, too, the job has failed. A worker is
    started when there is a job for it, and again when it has died; `start` may take its time, and
    no job waits for one worker while another is free. A place whose worker does not start
    MOST_STARTS times in a row is given up, which costs no job a try; with the last place all jobs
    that wait have failed.
    """

    def __init__(
        self, on_event: OnEvent, workers: int, threads: int, max_queue: int, start: Start
    ) -> None:
        self._on_event, self._max_queue = on_event, max_queue
        self._share = {"threads": threads}
        self._start = start
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()  # bound: max_queue, and a job that was lost
        self._workers: set[Worker] = set()
        self._last, self._closed = 0, False
        self._places = workers
        self._none: WorkerLost | None = None  # why there are no places any more
        self._threads = [
            watched(f"daw-bridge-worker-{k}", _Slot(self).serve) for k in range(1, workers + 1)
        ]
        for one in self._threads:
            one.start()

    def submit(self, request: Song) -> int:
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
            req, none = self._last, self._none
            if none is None:
                self._waiting.append(_Job(req, request.changed(self._share)))
                self._changed.notify()
        if none is not None:
            self._on_event(Failed(req, none.code, describe(none)))
        return req

    @property
    def workers(self) -> list[Worker]:
        """Those that live."""
        with self._changed:
            return list(self._workers)

    def cancel_all(self) -> None:
        """Stop every job, and take no more; does not wait."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
            workers = list(self._workers)
            self._changed.notify_all()
        for job in waiting:
            self._on_event(Failed(job.req, Cancelled.code, "cancelled before it started"))
        for one in workers:
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

    def wanted(self) -> bool:
        """For a slot: waits until there is a job; False when there is no more to come."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            return not self._closed

    def take(self) -> _Job | None:
        """For a slot: the next job; None where another slot was quicker."""
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    def started(self) -> Worker:
        """For a slot: a new worker. Raises WorkerLost."""
        worker = self._start(lambda: self._closed)
        with self._changed:
            self._workers.add(worker)
            closed = self._closed
        if closed:
            worker.cancel()
        return worker

    def ended(self, worker: Worker) -> None:
        """For a slot: this worker is not used any more; waits for its end."""
        worker.end()
        with self._changed:
            self._workers.discard(worker)

    def tell(self, event: JobEvent) -> None:
        """For a slot: pass an event on."""
        self._on_event(event)

    def rest(self, seconds: float) -> None:
        """For a slot: wait, or until the pool is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)

    def gave_up(self, error: WorkerLost) -> None:
        """For a slot: its place is given up; with the last one all jobs that wait have failed."""
        with self._changed:
            self._places -= 1
            waiting: list[_Job] = []
            if not self._places:
                self._none = error
                waiting, self._waiting = list(self._waiting), deque()
        if not waiting:
            LOG.warning("one worker less: %s", describe(error))
        for job in waiting:
            self.tell(Failed(job.req, error.code, describe(error)))

    def lost(self, job: _Job, error: WorkerLost) -> None:
        """For a slot: a job's worker has died; the job waits again, or has failed."""
        if isinstance(job.request, SeparateRequest) and (swept := sweep(job.request.out_dir)):
            self.tell(Notice(job.req, "swept", swept_words(swept)))
        again = _Job(job.req, tried_again(job.request), job.tries + 1)
        more = again.tries <= MOST_TRIES and not self._closed
        if more:
            self.tell(Notice(job.req, "again", f"{error.seen}; it is tried once more"))
        with self._changed:
            closed = self._closed
            if more and not closed:
                self._waiting.appendleft(again)
                self._changed.notify()
        if closed:
            self.tell(Failed(job.req, Cancelled.code, "cancelled"))
        elif not more:
            self.tell(Failed(job.req, error.code, describe(error)))


class _Slot:
    """One thread's work: jobs by one worker after another, until there is no more to come."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._worker: Worker | None = None
        self._not_started = 0

    def serve(self) -> None:
        """All of it."""
        try:
            while self._pool.wanted():
                worker = self._worker or self._started()
                if worker is None and self._not_started >= MOST_STARTS:
                    return
                if worker is None or (job := self._pool.take()) is None:
                    continue
                if error := contained("job %d", partial(self._work, job, worker), job.req):
                    self._drop()
                    self._pool.tell(Failed(job.req, error.code, describe(error)))
        finally:
            self._drop()

    def _started(self) -> Worker | None:
        """A new worker; None where it does not start, and the pool is told after too many."""
        try:
            self._worker = self._pool.started()
        except WorkerLost as error:
            self._not_started += 1
            if self._not_started >= MOST_STARTS:
                self._pool.gave_up(error)
            else:
                self._pool.rest(_PAUSE_S)
            return None
        self._not_started = 0
        return self._worker

    def _work(self, job: _Job, worker: Worker) -> None:
        """Do a job to its last event, or as far as its worker lives."""
        try:
            self._hear(job, worker)
        except WorkerLost as error:
            self._drop()
            self._pool.lost(job, error)

    def _hear(self, job: _Job, worker: Worker) -> None:
        files: list[JobEvent] = []
        for event in worker.events(job.request, job.req):
            if isinstance(event, StemWritten):  # told once, whatever becomes of the worker
                files.append(event)
                continue
            for one in files if isinstance(event, Done) else ():
                self._pool.tell(one)
            self._pool.tell(event)

    def _drop(self) -> None:
        if self._worker is not None:
            self._pool.ended(self._worker)
            self._worker = None
