"""One generation through the job queue, reported as text or JSON lines, stopped by a signal."""

from __future__ import annotations

import queue
import sys

from daw_bridge.cli.reports import JsonReporter, Reporter, TextReporter
from daw_bridge.cli.separate_files import EXIT_CLIPPED, EXIT_DONE, EXIT_FAILED
from daw_bridge.cli.signals import StopSignals
from daw_bridge.errors import Cancelled
from daw_bridge.files.generated.plan import plan_generation
from daw_bridge.files.generated.request import GenerateRequest
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.types import Done, Failed, JobEvent, Notice
from daw_bridge.remote.load import probe_device
from engines.load import read_tree

_WAIT_S = 0.2
"""Waiting in short pieces: a blocking wait cannot be interrupted on Windows."""


def generate_files(request: GenerateRequest, as_json: bool = False) -> int:
    """Generate what is asked for; returns the exit code of `daw-bridge generate`.

    Raises BridgeError or EngineError for what could not be generated, before anything runs.
    """
    reporter: Reporter = (
        JsonReporter(sys.stdout) if as_json else TextReporter(sys.stdout, sys.stderr)
    )
    with StopSignals() as signals:

        def go_on() -> None:
            if signals.number:
                raise Cancelled("a signal", "the checks to finish", "Start it again.")

        try:
            planned = plan_generation(request, go_on)
        except Cancelled:
            return signals.exit_code
        probe_device(request.text("device"))
        reporter.begin([read_tree(planned.model)])
        return _run(request, reporter, signals)


def _run(request: GenerateRequest, reporter: Reporter, signals: StopSignals) -> int:
    events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()  # bound: PROGRESS_PER_S
    codes, ended = set[str](), None
    with JobRunner(events.put) as runner:
        runner.submit(request)
        while ended is None:
            if signals.number:
                runner.cancel_all()
            try:
                event = events.get(timeout=_WAIT_S)
            except queue.Empty:
                continue
            reporter.report(request.out_dir, event)
            codes |= {event.code} if isinstance(event, Notice) else set()
            ended = event if isinstance(event, Done | Failed) else None
    done = isinstance(ended, Done)
    code = EXIT_CLIPPED if "clipped" in codes else EXIT_DONE
    code = signals.exit_code if signals.number else code if done else EXIT_FAILED
    reporter.end(int(done), int(not done), code)
    return code
