"""One worker process, seen from the pool: started, told, heard, ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

from daw_bridge.errors import BadMessage, WorkerLost
from daw_bridge.files.pools import Song
from daw_bridge.files.pools.messages import CANCEL, MOST_BYTES, READY, event_of, request_text
from daw_bridge.files.types import Done, Failed, JobEvent

#: The worker imports what this process would import, whatever lies in the current folder.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from daw_bridge.files.pools.worker import main; main()"
)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""numpy's own, in a worker: its share of the cores, unless the user says otherwise."""
#: Ctrl-C in a terminal reaches the pool's process alone: that says what the workers do.
_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows has it alone


class WorkerProcess:
    """A process that separates songs. Started when it is made; raises WorkerLost.

    `tell` may be called from any thread, all else from one.
    """

    def __init__(self, threads: int) -> None:
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
        own = dict.fromkeys(_THREADS, str(threads))
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
        if self._line() != READY:
            raise self._lost()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def events(self, request: Song, req: int) -> Iterator[JobEvent]:
        """Have it separate a song; its events, the last one is Done or Failed."""
        self.tell(request_text(request))
        while True:
            try:
                event = event_of(self._line(), req)
            except BadMessage as error:
                raise self._lost(f": {error.seen}") from error
            yield event
            if isinstance(event, Done | Failed):
                return

    def cancel(self) -> None:
        """Have it stop its song, and take no more."""
        self.tell(CANCEL)

    def tell(self, text: str) -> None:
        """One line; one that has died is found out by who listens to it."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # ValueError: its input has been closed
            self._process.stdin.write(text.encode() + b"\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """Wait for its end: it comes when the song does."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(OSError):  # it died with a line unread
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline(MOST_BYTES)
        if not line.endswith(b"\n"):
            raise self._lost()
        return line.decode().rstrip("\n")

    def _lost(self, why: str = "") -> WorkerLost:
        """It has ended, or talks nonsense; then it is ended."""
        self._process.kill()
        self.end()
        code = self._process.returncode
        how = why or (f": signal {-code}" if code < 0 else f": exit code {code}")
        return WorkerLost(
            f"worker process {self.pid} ended before its song was done{how}",
            "it to live until the song is done",
            "Look whether memory ran out; fewer --jobs need less.",
        )
