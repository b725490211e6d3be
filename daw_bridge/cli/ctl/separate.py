"""`daw-bridge ctl separate`: files on the server's disk, with progress, and cancelled by Ctrl-C."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from daw_bridge.cli.ctl.lines import as_json, say
from daw_bridge.cli.ctl.reach import connect, timeout_of
from daw_bridge.cli.signals import EXIT_SIGNAL, StopSignals
from daw_bridge.errors import BridgeError, RemoteError
from daw_bridge.settings.values import Values
from daw_bridge.wire.replies import (
    HelloReply,
    JobDone,
    JobFail,
    JobNotice,
    JobProgress,
    JobReply,
    JobStem,
)
from daw_bridge.wire.requests import Hello

if TYPE_CHECKING:
    from daw_bridge.client import Client
    from daw_bridge.client.job import Job, JobEvent
    from daw_bridge.files.options import Made

EXIT_DONE, EXIT_FAILED, EXIT_CLIPPED, EXIT_PARTIAL, EXIT_STOPPED = 0, 1, 3, 4, 130
PIECE_S = 0.1
"""Waiting in short pieces: Ctrl-C and `--stop-file` are heard soon, on Windows, too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILES, where to, and the options of an offline job: those that are not given are its own."""
    from daw_bridge.cli.flags import add_flags
    from daw_bridge.files.options import job_groups

    parser.add_argument(
        "files", nargs="+", metavar="FILE",
        help="Audio file, by its path on the server's machine; a relative one is found from here.",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", default=".", metavar="DIR",
        help="Folder that gets one folder per song. Default: the current one.",
    )  # fmt: skip
    add_stop_file(parser)
    for title, rows in job_groups():
        add_flags(parser, rows, title, only_given=True)


def add_stop_file(parser: argparse.ArgumentParser) -> None:
    """The flag that cancels where no signal can."""
    parser.add_argument(
        "--stop-file", default="", metavar="FILE",
        help="Cancel once this file is there: for programs that send no Ctrl-C.",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Separate one file after the other. Raises NoAnswer; what fails is reported, file by file."""
    options = options_of(args)
    with StopSignals() as signals, connect(args) as client:
        sources = [Path(file).absolute() for file in args.files]
        batch = Batch(client, options, args, signals, sources)
        for source in sources:
            batch.separate(source)
        return batch.end()


def options_of(args: argparse.Namespace) -> Values:
    """The options that were given; paths in them from here, as the server has another folder.

    Raises BadValue.
    """
    from daw_bridge.files.options import JOB_PARAMETERS, parse_known

    given = {one.name: getattr(args, one.key) for one in JOB_PARAMETERS if hasattr(args, one.key)}
    if "known" in given:
        known = [parse_known(one) for one in given["known"]]
        given["known"] = "\n".join(f"{stem}={_from_here(one)}" for stem, one in known)
    if "model" in given:
        given["model"] = model_from_here(str(given["model"]))
    return tuple(given.items())


def _from_here(known: Path | Made) -> str:
    return str(known.absolute()) if isinstance(known, Path) else f"@{model_from_here(known.model)}"


def model_from_here(model: str) -> str:
    """A model's path as it is from here, or its name."""
    from engines.spec import SIDECAR_SUFFIX

    return str(Path(model).absolute()) if model.endswith((".onnx", SIDECAR_SUFFIX)) else model


class Reporter(Protocol):
    """Says what happens."""

    def queued(self, source: Path, reply: JobReply) -> None:
        """The server has taken it."""

    def report(self, source: Path, event: JobEvent) -> None:
        """One event of one file."""

    def end(self, done: int, failed: int, exit_code: int) -> None:
        """The last word."""


class JsonLines:
    """The events as ZeroMQ has them, with `file`; last a `summary`."""

    def queued(self, source: Path, reply: JobReply) -> None:
        """A line."""
        say(as_json(reply, file=str(source)))

    def report(self, source: Path, event: JobEvent) -> None:
        """A line."""
        say(as_json(event, file=str(source)))

    def end(self, done: int, failed: int, exit_code: int) -> None:
        """How many, and the exit code."""
        say(json.dumps({"type": "summary", "done": done, "failed": failed, "exit_code": exit_code}))


class Words:
    """As `daw-bridge separate` says it: a bar on a terminal, paths of stems on standard output."""

    def __init__(self, sources: Sequence[Path]) -> None:
        from daw_bridge.cli.reports import TextReporter

        self._reporter = TextReporter(sys.stdout, sys.stderr, sources)

    def queued(self, source: Path, reply: JobReply) -> None:
        """Nothing."""

    def report(self, source: Path, event: JobEvent) -> None:
        """In words."""
        from daw_bridge.files import types as job

        match event:
            case JobProgress(req, fraction, stage, eta_s):
                left_s = None if eta_s < 0 else eta_s
                self._reporter.report(source, job.Progress(req, fraction, stage, left_s))
            case JobNotice(req, code, message):
                self._reporter.report(source, job.Notice(req, code, message))
            case JobStem(req, name, path, k, n):
                self._reporter.report(source, job.StemWritten(req, name, Path(path), k, n))
            case JobDone(req):
                self._reporter.report(source, job.Done(req))
            case JobFail(req, code, message):
                self._reporter.report(source, job.Failed(req, code, message))

    def end(self, done: int, failed: int, exit_code: int) -> None:
        """How many, where there were several."""
        self._reporter.end(done, failed, exit_code)


@dataclass
class Batch:
    """The files of one command line, one after the other: what stops stops the one that runs."""

    client: Client
    options: Values
    args: argparse.Namespace
    signals: StopSignals
    sources: Sequence[Path]
    done: int = 0
    failed: int = 0
    codes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        words = not hasattr(self.args, "json")
        self.reporter: Reporter = Words(self.sources) if words else JsonLines()
        self.stop_file = self.args.stop_file and Path(self.args.stop_file)

    @property
    def stopped(self) -> bool:
        """Whether a signal or the file of `--stop-file` has come."""
        return bool(self.signals.number or (self.stop_file and self.stop_file.exists()))

    def separate(self, source: Path) -> None:
        """One file, to its end. Raises NoAnswer."""
        self.run(source, lambda: self.client.submit(source, self.args.output, **dict(self.options)))

    def run(self, source: Path, submit: Callable[[], Job]) -> None:
        """One job, which is called `source`, to its end. Raises NoAnswer."""
        for event in self._events(source, submit):
            self.done += isinstance(event, JobDone)
            self.failed += isinstance(event, JobFail)
            self.codes |= {event.code} if isinstance(event, JobNotice) else set()
            self.reporter.report(source, event)

    def _events(self, source: Path, submit: Callable[[], Job]) -> Iterator[JobEvent]:
        if self.stopped:
            yield JobFail(0, "cancelled", "it had not begun")
            return
        try:
            job = submit()
        except RemoteError as error:
            yield JobFail(0, error.remote_code, error.message)
            return
        try:
            self.reporter.queued(source, job.reply)
            yield from self._followed(job)
        finally:
            if not job.ended:  # whoever read our output has gone, or the server is silent
                with suppress(BridgeError):
                    job.cancel()

    def _followed(self, job: Job) -> Iterator[JobEvent]:
        silent_s, cancelled = 0.0, False
        while not job.ended:
            if self.stopped and not cancelled:
                cancelled = True
                job.cancel()
            event = job.poll(PIECE_S)
            if event is not None:
                silent_s = 0.0
                yield event
                continue
            silent_s += PIECE_S
            if silent_s >= timeout_of(self.args):
                self.client.ask(Hello(), HelloReply)
                silent_s = 0.0

    def end(self) -> int:
        """The exit code; said, too."""
        code = self._exit_code()
        self.reporter.end(self.done, self.failed, code)
        return code

    def _exit_code(self) -> int:
        if self.signals.number:
            return EXIT_SIGNAL + self.signals.number
        if self.stopped:
            return EXIT_STOPPED
        if self.failed:
            return EXIT_FAILED
        if "partial" in self.codes:
            return EXIT_PARTIAL
        return EXIT_CLIPPED if "clipped" in self.codes else EXIT_DONE
