"""`daw-bridge serve` in a process of its own, at free ports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
SERVES_WITHIN_S = 120.0
ENDS_WITHIN_S = 30.0


class ServeProcess:
    """Started at once; with `with` it is waited for, and ended as a user does."""

    def __init__(self, *flags: object, environment: Mapping[str, str] = os.environ) -> None:
        self._folder = TemporaryDirectory(prefix="daw-bridge-serve-")
        self._ready_file = Path(self._folder.name) / "ready.json"
        ports = ("--osc-port", 0, "--zmq-port", 0, "--pub-port", 0, "--http-port", 0)
        command = ["-m", "daw_bridge", "serve", *ports, *flags, "--ready-file", self._ready_file]
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )

    def ready(self) -> dict[str, Any]:
        """What it says of itself, once it serves. Raises TimeoutError."""
        give_up = time.monotonic() + SERVES_WITHIN_S
        while time.monotonic() < give_up and self.process.poll() is None:
            if self._ready_file.exists():
                found: dict[str, Any] = json.loads(self._ready_file.read_text())
                return found
            time.sleep(0.1)
        raise TimeoutError("daw-bridge serve did not start")

    @property
    def endpoint(self) -> str:
        """Where clients find it."""
        return f"tcp://127.0.0.1:{self.ready()['zmq_port']}"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(ENDS_WITHIN_S)
        self._folder.cleanup()

    def __enter__(self) -> ServeProcess:
        try:
            self.ready()
        except TimeoutError:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
