"""Offline jobs in a bounded queue: the same code for the command line and the server."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from daw_bridge.errors import (
    BridgeError,
    Busy,
    Cancelled,
    Stopped,
    UnknownJob,
    describe,
)
from daw_bridge.files.access import Access
from daw_bridge.files.generated import kept
from daw_bridge.files.generated.plan import GenerationPlan, plan_generation
from daw_bridge.files.generated.request import GenerateRequest
from daw_bridge.files.generated.running import run_generation
from daw_bridge.files.leftovers import maker_of, sweep, swept_words
from daw_bridge.files.plan import JobPlan, plan
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.resume import go_on, unfinished
from daw_bridge.files.separation import add_project, run
from daw_bridge.files.steered import asked_model
from daw_bridge.files.types import (
    WORKING,
    Done,
    Failed,
    Notice,
    OnEvent,
    Progress,
    StemWritten,
)
from daw_bridge.remote.load import load_model
from daw_bridge.settings.provider import place
from engines.errors import EngineError
from engines.load import Model, Stamp, find_model, model_stamp, name_of

LOG = logging.getLogger(__name__)
#: At most this many progress events a second and job.
PROGRESS_PER_S = 10.0

MAX_QUEUE = 16
"""Most jobs of a server that wait beside the one that runs."""

_AGAIN_S = 0.1
"""So often is looked whether another run is done."""

JobRequest = SeparateRequest | GenerateRequest
"""What a job may be."""
Load = Callable[[str, str, int, tuple[str, ...]], Model]
"""A model by name, device, threads, and the stems that are needed of it, () for all."""


@dataclass
class _Job:
    """One job from submit to its last event."""

    req: int
    request: JobRequest
    on_event: OnEvent
    cancelled: threading.Event = field(default_factory=threading.Event)
    future: Future[None] | None = None


class LastModel:
    """`load_model` that keeps the last model, so that many files load it once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[Path, Stamp, str, int, tuple[str, ...]] | None = None
        self._model: Model | None = None

    def __call__(self, name: str, device: str, threads: int, stems: tuple[str, ...] = ()) -> Model:
        """The model, loaded unless it is the one asked for last and its file is the same."""
        path = find_model(name)
        key = (path, model_stamp(path), device, threads, stems)
        with self._lock:
            if self._model is None or key != self._key:
                self._model = None  # free the old one before the new one is loaded
                self._model = load_model(path, device, threads, stems)
                self._key = key
            return self._model


class JobRunner:
    """Runs jobs in `workers` threads, one after another in each. Thread-safe.

    `on_event` is called from a worker's thread (for a job cancelled before it started, from the
    canceller's), in order for each job: any number of Progress and Notice, one StemWritten per
    file, and last one Done or Failed. At most `max_queue` jobs wait;
    one more is refused with Busy (overflow policy: nothing is dropped). With `allow_paths`, inputs,
    outputs and models given by path must lie below one of these folders, links resolved, when the
    job is submitted and again when it begins.
    """

    def __init__(
        self, on_event: OnEvent, allow_paths: Sequence[Path] | None = None, workers: int = 1,
        max_queue: int = MAX_QUEUE, load: Load | None = None,
    ) -> None:  # fmt: skip
        self._on_event = on_event
        self._access = None if allow_paths is None else Access.to(allow_paths)
        self._most = workers + max_queue
        self._load = load or LastModel()
        self._load_maker = load or LastModel()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="daw-bridge-job")
        self._lock = threading.Lock()
        self._jobs: dict[int, _Job] = {}
        self._last = 0
        self._closed = False

    def submit(self, request: JobRequest, on_event: OnEvent | None = None) -> int:
        """Queue a job; its events go to `on_event`, or the runner's. Returns its number, from 1.

        Raises Busy, NotAllowed, BadFile, Stopped. What is wrong with the files comes as Failed.
        """
        request = self._resolved(request)
        with self._lock:
            if self._closed:
                raise Stopped("a job for a closed queue", "a running server", "Start it again.")
            if len(self._jobs) >= self._most:
                raise Busy(
                    f"{len(self._jobs)} jobs are waiting or running",
                    f"at most {self._most}",
                    "Send the job again when one has ended.",
                )
            self._last += 1
            job = _Job(self._last, request, on_event or self._on_event)
            self._jobs[job.req] = job
            job.future = self._pool.submit(self._work, job)
        job.future.add_done_callback(lambda future: self._finished(job, future))
        return job.req

    def cancel(self, req: int) -> None:
        """Stop a job; Failed('cancelled') follows, and nothing is left. Raises UnknownJob.

        A job that has just ended stays as it ended: its last event is on its way.
        """
        with self._lock:
            job, last = self._jobs.get(req), self._last
        if job is not None:
            job.cancelled.set()
            if job.future is not None:
                job.future.cancel()
        elif not 1 <= req <= last:
            raise UnknownJob(
                f"job {req}", "the number of a job", "Use the number that submit returned."
            )

    @property
    def pending(self) -> int:
        """Jobs that wait or run."""
        with self._lock:
            return len(self._jobs)

    def cancel_all(self) -> None:
        """Stop every job, and take no more; does not wait."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancelled.set()
            if job.future is not None:
                job.future.cancel()

    def close(self) -> None:
        """Stop every job and wait until all files are in place or removed."""
        self.cancel_all()
        self._pool.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _resolved(self, request: JobRequest) -> JobRequest:
        if self._access is None:
            return request
        if isinstance(request, GenerateRequest):
            return _generated_within(request, self._access)
        return _within(request, self._access)

    def _work(self, job: _Job) -> None:
        reporter = _Reporter(job)
        reporter.progress(0.0, "load")
        request = self._resolved(job.request)  # again: links may have changed meanwhile
        if isinstance(request, GenerateRequest):
            written = self._generate(request, reporter)
        else:
            written = self._separate(request, reporter)
        for k, (what, path) in enumerate(written, 1):
            job.on_event(StemWritten(job.req, what, path, k, len(written)))

    def _separate(self, request: SeparateRequest, reporter: _Reporter) -> list[tuple[str, Path]]:
        planned = plan(request, lambda: go_on(reporter.progress, request.source, "load"))
        paths = self._kept(planned, reporter) or self._separated(planned, reporter)
        return [(what, path) for (what, _), path in zip(planned.written, paths, strict=True)]

    def _generate(self, request: GenerateRequest, reporter: _Reporter) -> list[tuple[str, Path]]:
        planned = plan_generation(
            request, lambda: go_on(reporter.progress, request.out_dir, "load")
        )
        if self._kept_parts(planned, reporter):
            return [(what, planned.folder / name) for what, name in planned.written]
        threads = cores(request.integer("threads"))
        name = request.model or name_of(planned.model)
        model = self._load(name, request.text("device"), threads, ())
        reporter.notice("provider", f"on {place(model.provider)}")
        for code, words in planned.notices():
            reporter.notice(code, words)
        paths = run_generation(planned, model, reporter.progress, reporter.notice)
        return [(what, path) for (what, _), path in zip(planned.written, paths, strict=True)]

    def _kept(self, planned: JobPlan, reporter: _Reporter) -> list[Path]:
        """The files that are there already, where the job may keep them; [] to make them."""
        if not planned.request.integer("resume"):
            return []
        _wait_for_maker(planned.folder, planned.info.path, reporter)
        if _is_remade(planned.folder, unfinished(planned, reporter.progress), reporter):
            return []
        added = add_project(planned, reporter.progress)
        what = f"the stems already; made {planned.project_file}" if added else "it already"
        reporter.notice("skipped", f"skipped: {planned.folder} holds {what}")
        return [planned.folder / name for _, name in planned.written]

    def _kept_parts(self, planned: GenerationPlan, reporter: _Reporter) -> bool:
        """Whether the parts are there already, and the job may keep them."""
        if not planned.request.integer("resume"):
            return False
        _wait_for_maker(planned.folder, planned.folder, reporter)
        reason = kept.unfinished(planned, reporter.progress)
        if _is_remade(planned.folder, reason, reporter):
            return False
        reporter.notice("skipped", f"skipped: {planned.folder} holds it already")
        return True

    def _separated(self, planned: JobPlan, reporter: _Reporter) -> list[Path]:
        request = planned.request
        threads = cores(request.integer("threads"))
        model = self._load(request.model, request.text("device"), threads, planned.needed)
        model = asked_model(model, request)
        reporter.notice("provider", f"on {place(model.provider)}")
        for code, words in planned.notices():
            reporter.notice(code, words)
        if planned.load:
            reporter.notice("load", planned.load)
        makers = {
            one.model: self._load_maker(one.model, request.text("device"), threads, ())
            for one in planned.makers
        }
        return run(planned, model, reporter.progress, reporter.notice, makers)

    def _finished(self, job: _Job, future: Future[None]) -> None:
        """Runs where the job ended; the last event says how."""
        with self._lock:
            del self._jobs[job.req]
        job.on_event(_last_event(job, future))


def _is_remade(folder: Path, reason: str, reporter: _Reporter) -> bool:
    """Whether a folder has to be made, with the reason; leftovers beside one that is kept go."""
    if reason:
        if folder.exists():
            reporter.notice("remade", f"{folder} is made anew: {reason}")
        return True
    if swept := sweep(folder.parent):
        reporter.notice("swept", swept_words(swept))
    return False


def _wait_for_maker(folder: Path, about: Path, reporter: _Reporter) -> None:
    """Wait while another run makes the same folder: what it has made need not be made again."""
    told = None
    while (pid := maker_of(folder)) is not None:
        if pid != told:
            words = f"waiting: process {pid} makes {folder} at this moment"
            reporter.notice("waiting", words)
            told = pid
        time.sleep(_AGAIN_S)
        go_on(reporter.progress, about, "wait")


class _Reporter:
    """Progress of one job, throttled, with the time left."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._started: float | None = None
        self._reported_s, self._fraction, self._stage = -1.0, 0.0, ""

    def progress(self, fraction: float, stage: str) -> bool:
        """Report, unless a report has just gone out; returns whether to go on."""
        now = time.monotonic()
        self._fraction = max(self._fraction, fraction)
        if stage in WORKING and self._started is None:
            self._started = now
        if stage != self._stage or now - self._reported_s >= 1.0 / PROGRESS_PER_S:
            self._reported_s, self._stage = now, stage
            self._job.on_event(Progress(self._job.req, self._fraction, stage, self._eta_s(now)))
        return not self._job.cancelled.is_set()

    def notice(self, code: str, message: str) -> None:
        """Pass a notice on."""
        self._job.on_event(Notice(self._job.req, code, message))

    def _eta_s(self, now: float) -> float | None:
        if self._started is None or self._fraction <= 0.0 or now <= self._started:
            return None
        return (now - self._started) * (1.0 - self._fraction) / self._fraction


def _last_event(job: _Job, future: Future[None]) -> Done | Failed:
    if future.cancelled():
        return Failed(job.req, Cancelled.code, "cancelled before it started")
    error = future.exception()
    if error is None:
        return Done(job.req)
    if isinstance(error, BridgeError | EngineError):
        return Failed(job.req, error.code, describe(error))
    LOG.error("job %d failed", job.req, exc_info=error)
    return Failed(job.req, "internal", f"{type(error).__name__}: {error}; the log has the details")


def cores(asked: int) -> int:
    """How many a model computes on: `asked`, or for 0 every core this process may use."""
    if asked:
        return asked
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else (os.cpu_count() or 1)


def _within(request: SeparateRequest, access: Access) -> SeparateRequest:
    """The request with links resolved, all of it where clients may. Raises NotAllowed, BadFile."""
    model = access.model(request.model)
    out_dir = access.folder(request.out_dir)
    access.folder(out_dir / request.song_name)  # may be a link, too
    return replace(
        request.changed({"model": model}),
        source=access.file(request.source),
        song=request.song_name,
        out_dir=out_dir,
        known=tuple((name, access.file(path)) for name, path in request.known),
        made=tuple((name, access.model(model)) for name, model in request.made),
    )


def _generated_within(request: GenerateRequest, access: Access) -> GenerateRequest:
    """The same of one that generates; no model's name: an installed one. Raises as `_within`."""
    model = access.model(request.model) if request.model else ""
    return replace(
        request.changed({"model": model}),
        out_dir=access.folder(request.out_dir),
        given=tuple((row, access.file(path)) for row, path in request.given),
    )
