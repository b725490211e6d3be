"""What the user is told while files are separated or generated: words or JSON lines."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from daw_bridge.cli.overall import Overall
from daw_bridge.cli.signals import EXIT_SIGNAL
from daw_bridge.cli.terminal import Bar, Marks, can_draw_over, clock, shown
from daw_bridge.errors import Cancelled
from daw_bridge.files.places import Place
from daw_bridge.files.types import (
    WORKING,
    Done,
    Failed,
    JobEvent,
    Notice,
    Progress,
    StemWritten,
)

if TYPE_CHECKING:
    from engines.tree import Tree

_EVENT_NAMES: dict[type[JobEvent], str] = {
    Progress: "progress", Notice: "notice", StemWritten: "stem", Done: "done", Failed: "failed",
}  # fmt: skip

MANY = 10
"""Above so many songs what failed is listed at the end: its own line is far away by then."""


class Reporter(Protocol):
    """Reports to the user what happens to the files."""

    def begin(self, models: Sequence[Tree]) -> None:
        """The model that is used, then those that make known stems, before the first file."""

    def note(self, code: str, message: str) -> None:
        """Something about all that was given."""

    def checking(self, done: int, total: int) -> None:
        """So many of the files are known to be in order, or not."""

    def report(self, source: Place, event: JobEvent) -> None:
        """One event of one file."""

    def end(self, done: int, failed: int, exit_code: int) -> None:
        """The last word."""


class JsonReporter:
    """One JSON object per line: `event`, `file` and the event's own fields; last a `summary`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def begin(self, models: Sequence[Tree]) -> None:
        """Nothing: a line is an event of a file; `models list --json` has the licence."""

    def note(self, code: str, message: str) -> None:
        """A notice that belongs to no file."""
        self._line({"event": "notice", "file": None, "code": code, "message": message})

    def checking(self, done: int, total: int) -> None:
        """Nothing: no file's work has begun."""

    def report(self, source: Place, event: JobEvent) -> None:
        """The event as one line."""
        own = {one.name: getattr(event, one.name) for one in fields(event)}
        self._line({"event": _EVENT_NAMES[type(event)], "file": str(source), **own})

    def end(self, done: int, failed: int, exit_code: int) -> None:
        """The summary."""
        counts = {"done": done, "failed": failed, "exit_code": exit_code}
        self._line({"event": "summary", **counts})

    def _line(self, value: dict[str, Any]) -> None:
        print(json.dumps(value, default=str), file=self._out, flush=True)


class TextReporter:
    """Paths of stems on `out`, or nowhere; notices, errors and progress on `err`.

    Progress is a bar on a terminal that can draw over itself, else a line now and then: of the
    song, or, where `several` are made at a time, of all of them. What failed among many is listed
    again at the end.
    """

    def __init__(
        self, out: TextIO | None, err: TextIO, sources: Sequence[Place] = (), several: bool = False
    ) -> None:
        self._out, self._err = out, err
        self._overall = Overall(len(sources), time.monotonic()) if several else None
        self._listing = several or len(sources) > MANY
        self._failed: list[str] = []
        self._sharing = Counter(one.name for one in sources)
        self._bar = Bar(err) if can_draw_over(err) else None
        self._provider = ""
        self._started: dict[Place, float] = {}
        self._marks: dict[Place, Marks] = {}
        self._checks, self._all = Marks(time.monotonic()), Marks(time.monotonic())

    def begin(self, models: Sequence[Tree]) -> None:
        """The models, and what may be done with what each makes, and all of them."""
        from daw_bridge.files.licences import strictest_of, terms

        for one in models:
            name = one.spec.name
            words = f"{terms(strictest_of([one]))} (daw-bridge models info {name})"
            self._say(self._err, f"model {name}: {words}")
        if len(models) > 1:
            self._say(self._err, f"together: {terms(strictest_of(models))}")

    def note(self, code: str, message: str) -> None:
        """The message alone."""
        self._say(self._err, message)

    def checking(self, done: int, total: int) -> None:
        """Like progress: it takes its time for a thousand songs."""
        if self._bar is not None:
            self._bar.draw(done / total, f"  check {total} files")
        elif self._checks.due(0.0, time.monotonic()):
            self._say(self._err, f"checked {done} of {total} files")

    def report(self, source: Place, event: JobEvent) -> None:
        """The event in words."""
        self._started.setdefault(source, time.monotonic())
        if self._overall is not None:
            self._overall.take(source, event)
        match event:
            case Progress():
                self._show(source, event)
            case StemWritten(path=path):
                if self._out is not None:
                    self._say(self._out, str(path))
            case Notice(code="provider", message=message):
                self._report_provider(message)
            case Notice(message=message):
                self._say(self._err, f"{self._name(source)}: note: {message}")
            case Failed(code=code, message=message):
                words = f"{self._name(source)}: {message} [{code}]"
                self._failed += [words] if code != Cancelled.code else []
                self._say(self._err, words)
            case Done():
                took = time.monotonic() - self._started[source]
                self._say(self._err, f"{self._name(source)}: done in {took:.1f} s")

    def end(self, done: int, failed: int, exit_code: int) -> None:
        """How many, where there was more than one file or a signal stopped them."""
        if done + failed > 1 or exit_code >= EXIT_SIGNAL:
            stopped = "stopped; " if exit_code >= EXIT_SIGNAL else ""
            listed = self._failed if self._listing else []
            end = ":" if listed else ""
            self._say(self._err, f"{stopped}{done} done, {failed} not done{end}")
            for words in listed:
                self._say(self._err, f"  {words}")

    def _name(self, source: Place) -> str:
        """A file's name on one line; its path where another file has the same name."""
        name = str(source) if self._sharing[source.name] > 1 else source.name
        return name.replace("\n", "\\n").replace("\r", "\\r")

    def _report_provider(self, message: str) -> None:
        if message != self._provider:
            self._provider = message
            self._say(self._err, message)

    def _show_all(self, overall: Overall) -> None:
        now, words = time.monotonic(), overall.words(time.monotonic())
        if self._bar is not None:
            self._bar.draw(overall.fraction, f"  {words}")
        elif self._all.due(overall.fraction, now):
            self._say(self._err, words)

    def _show(self, source: Place, event: Progress) -> None:
        if self._overall is not None:
            self._show_all(self._overall)
            return
        left = "" if event.eta_s is None else f"{clock(event.eta_s)} left"
        if self._bar is not None:
            parts = filter(None, (left, f"{event.stage} {self._name(source)}"))
            self._bar.draw(event.fraction, "".join(f"  {one}" for one in parts))
            return
        now = time.monotonic()
        marks = self._marks.setdefault(source, Marks(now))
        if event.stage in WORKING and marks.due(event.fraction, now):
            words = ", ".join(filter(None, (f"{event.fraction:.0%}", left)))
            self._say(self._err, f"{self._name(source)}: {words}")

    def _say(self, stream: TextIO, text: str) -> None:
        if self._bar is not None:
            self._bar.erase()
        print(shown(text, stream), file=stream, flush=True)
