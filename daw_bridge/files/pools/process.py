"""One worker process, seen from the pool: started, told, heard, ended."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from daw_bridge.containment import watched
from daw_bridge.errors import BadMessage, WorkerLost
from daw_bridge.files.pools import Song
from daw_bridge.files.pools.messages import CANCEL, MOST_BYTES, READY, event_of, request_text
from daw_bridge.files.pools.patience import Patience
from daw_bridge.files.types import Done, Failed, JobEvent

LOG = logging.getLogger(__name__)
#: The worker imports what this process would import, whatever lies in the current folder.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from daw_bridge.files.pools.worker import main; main()"
)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""numpy's own, in a worker: its share of the cores, unless the user says otherwise."""
#: Ctrl-C in a terminal reaches the pool's process alone: that says what the workers do.
_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows has it alone


_AHEAD = 256
"""Lines of a worker that wait to be heard; it waits itself where there are more."""
_POLL_S = 0.2
_END_S = 20.0
"""So long may a worker take that has no song to do any more."""
_KILL_S = 10.0
"""So long may the system take for a process that is killed; it may be held up by a disk."""


class WorkerProcess:
    """A process that separates songs. Started when it is made; raises WorkerLost.

    `hung_s`: so long it may say nothing of its start or its song until it is killed, 0: for ever.
    `closed()`: whether to give up while it starts. `cancel` may be called from any thread, all
    else from one.
    """

    def __init__(
        self, threads: int, hung_s: float = 0.0, closed: Callable[[], bool] = lambda: False
    ) -> None:
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
        own = dict.fromkeys(_THREADS, str(threads))
        self._hung_s, self._cancelled = hung_s, threading.Event()
        self._lines: queue.Queue[bytes] = queue.Queue(_AHEAD)
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**own, **os.environ},
                creationflags=_GROUP, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise WorkerLost(
                f"no process can be started ({error.strerror})", "room for another process",
                "Use fewer --jobs.",
            ) from error  # fmt: skip
        name = f"daw-bridge-lines-{self.pid}"
        self._reader = watched(name, self._read, again=False, failed=lambda error: self._gone())
        self._reader.start()
        patience = Patience(hung_s)
        while (line := self._line()) is None:
            if closed() or patience.over:
                raise self._lost(": " + (patience.over or "the pool was closed"))
        if line != READY:
            raise self._lost()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def events(self, request: Song, req: int) -> Iterator[JobEvent]:
        """Have it separate a song; its events, the last one is Done or Failed."""
        self.tell(request_text(request))
        patience = Patience(self._hung_s)
        while True:
            if self._cancelled.is_set():
                patience.hurry()
            if (line := self._line()) is None:
                yield from patience.notice(req, f"worker process {self.pid}")
                if patience.over:
                    raise self._lost(f": {patience.over}")
                continue
            patience.heard()
            try:
                event = event_of(line, req)
            except BadMessage as error:
                raise self._lost(f": {error.seen}") from error
            yield event
            if isinstance(event, Done | Failed):
                return

    def cancel(self) -> None:
        """Have it stop its song, and take no more; killed where it does not."""
        self._cancelled.set()
        self.tell(CANCEL)

    def tell(self, text: str) -> None:
        """One line; one that has died is found out by who listens to it."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # ValueError: its input has been closed
            self._process.stdin.write(text.encode() + b"\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """Wait for its end: it comes when the song does, or it is killed."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(OSError):  # it died with a line unread
            self._process.stdin.close()
        if not self._ended_within(_END_S):
            self._process.kill()
            if not self._ended_within(_KILL_S):
                LOG.warning("worker process %d was killed, and the system holds it", self.pid)
        if not self._reader.is_alive():
            self._process.stdout.close()

    def _ended_within(self, seconds: float) -> bool:
        """Whether it ends; what it still says is dropped, so that it does not wait for us."""
        until = time.monotonic() + seconds
        while self._process.poll() is None or self._reader.is_alive():
            if time.monotonic() > until:
                return False
            with suppress(queue.Empty):
                self._lines.get(timeout=0.02)
        return True

    def _read(self) -> None:
        """A thread's work: its lines, until there are no more."""
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(MOST_BYTES):
            self._lines.put(line)
        self._gone()

    def _gone(self) -> None:
        self._lines.put(b"")

    def _line(self) -> str | None:
        """What it says next; None where it says nothing for a moment. Raises WorkerLost."""
        try:
            line = self._lines.get(timeout=_POLL_S)
        except queue.Empty:
            return None
        if not line.endswith(b"\n"):
            raise self._lost()
        return line.decode(errors="replace").rstrip("\n")

    def _lost(self, why: str = "") -> WorkerLost:
        """It has ended, or talks nonsense; then it is ended."""
        self._process.kill()
        self.end()
        code = self._process.returncode
        if not why and code is not None:
            why = f": signal {-code}" if code < 0 else f": exit code {code}"
        return WorkerLost(
            f"worker process {self.pid} ended before its song was done{why}",
            "it to live until the song is done",
            "Look whether memory ran out; fewer --jobs need less.",
        )
