"""Remote engines on loopback: in this process, or in one of their own that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daw_bridge.remote.address import Address
from daw_bridge.remote.serving.engine import EngineOptions, EngineServer
from daw_bridge.remote.serving.shelf import Shelf

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_S = 20.0


@contextmanager
def engine_of(
    *models: Path | str, port: int = 0, workers: int = 2, together: int = 1, most_mb: int = 64
) -> Iterator[EngineServer]:
    """An engine that serves these on the CPU."""
    shelf = Shelf([str(one) for one in models], "cpu", 1)
    options = EngineOptions(Address("127.0.0.1", port), workers, together, most_mb)
    with EngineServer(shelf, options) as server:
        yield server


class EngineProcess:
    """`daw-bridge engine` in a process of its own, ready when it is made."""

    def __init__(self, *flags: object, port: int = 0, host: str = "127.0.0.1") -> None:
        command = ["-m", "daw_bridge", "engine", *flags, "--device", "cpu", "--json"]
        command += ["--listen", f"{host}:{port}"]
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "daw-bridge engine did not start"
        self.ready: dict[str, Any] = json.loads(line)

    @property
    def device(self) -> str:
        return str(self.ready["device"])

    @property
    def port(self) -> int:
        return int(self.ready["port"])

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def stop(self) -> int:
        """End it as a user does; its exit code."""
        self.process.terminate()
        return self._ended()

    def _ended(self) -> int:
        code = self.process.wait(ENDS_WITHIN_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.thaw()
            self.stop()
