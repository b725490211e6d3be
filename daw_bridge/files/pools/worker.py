"""The process that separates one song after another for a `ProcessPool`, with one warm model.

Requests come on standard input, events go to what was standard output, a line each. It ends when
its input does, so also when the pool's process is killed: the song that is being made is cancelled
then, and its files are removed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from daw_bridge.errors import Stopped
from daw_bridge.files.pools.messages import CANCEL, READY, event_text, request_of
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.types import Failed, JobEvent


def main() -> None:
    """Serve standard input until it ends."""
    _ignore_signals()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an event
    try:
        serve(sys.stdin.buffer, out)
    finally:
        with suppress(OSError):  # a line that nobody reads any more
            out.close()


def serve(lines: BinaryIO, out: BinaryIO) -> None:
    """Do what the lines say, and tell `out`."""
    told = _Told(out)
    told.line(READY)
    with JobRunner(told.event) as runner:
        told.on_gone = runner.cancel_all
        for line in lines:
            text = line.decode().strip()
            if text == CANCEL:
                runner.cancel_all()
                continue
            song = request_of(text)
            assert isinstance(song, SeparateRequest), "songs in a store are for a cluster"
            try:
                runner.submit(song)
            except Stopped:
                told.event(Failed(0, "cancelled", "cancelled before it started"))


class _Told:
    """Writes events; where nobody reads them any more, the work ends."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._lock = out, threading.Lock()
        self.on_gone: Callable[[], object] = lambda: None

    def event(self, event: JobEvent) -> None:
        """Tell one event."""
        self.line(event_text(event))

    def line(self, text: str) -> None:
        """Tell one line."""
        try:
            with self._lock:
                self._out.write(text.encode() + b"\n")
                self._out.flush()
        except OSError:  # the pool's process has gone
            self.on_gone()


def _ignore_signals() -> None:
    """The pool hears them, and says what is to be done."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
