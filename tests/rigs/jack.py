"""A JACK server of its own name with the dummy driver, and other programs in it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

from daw_bridge.errors import Internal
from daw_bridge.ports.jack.callback import ProcessCallback
from daw_bridge.ports.jack.library import open_client

STARTS_WITHIN_S = 60.0
ENDS_WITHIN_S = 10.0


class JackServer:
    """`jackd -d dummy`, started and waited for; `env` is for programs that should use it."""

    def __init__(
        self,
        rate_hz: int,
        period: int,
        inputs: int = 2,
        outputs: int = 10,
        realtime: bool = False,
        flags: tuple[str, ...] = (),
    ) -> None:
        self.name = f"daw-bridge-{uuid.uuid4().hex[:8]}"
        self.rate_hz, self.period = rate_hz, period
        self._fixed = [
            *("jackd", "--realtime" if realtime else "--no-realtime"),
            *("--name", self.name, *flags, "-d", "dummy", "-C", str(inputs), "-P", str(outputs)),
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._untidy = False

    @property
    def _command(self) -> list[str]:
        return [*self._fixed, "-r", str(self.rate_hz), "-p", str(self.period)]

    @property
    def env(self) -> dict[str, str]:
        """The environment of a program that should find this server."""
        return os.environ | {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def __enter__(self) -> JackServer:
        wait = shutil.which("jack_wait")
        assert wait, "jack_wait comes with jackd"
        give_up = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < give_up:
            if self._process is None or self._process.poll() is not None:
                self._launch()  # a machine has room for 8 servers, of all tests that run on it
            found = subprocess.run([wait, "-c", "-s", self.name], capture_output=True, check=False)
            if b"not running" not in found.stdout:
                self._untidy = False
                return self
            time.sleep(0.1)
        self.kill()
        raise TimeoutError(f"{' '.join(self._command)} did not start; do 8 others run or lie dead?")

    def _launch(self) -> None:
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, stdout=quiet, stderr=quiet)

    def tool(self, name: str, *arguments: str) -> str:
        """What one of jackd's own programs prints.

        In a process of its own: libjack is not to be trusted in one whose server has been killed.
        """
        done = subprocess.run(
            [name, "-s", self.name, *arguments], capture_output=True, text=True, check=False,
            timeout=30,
        )  # fmt: skip
        return done.stdout

    def links(self, port: str) -> list[str]:
        """What a port, such as daw-bridge:mix_in_L, is connected to; nothing if it is not there."""
        return [one.strip() for one in self.tool("jack_lsp", "-c", port).splitlines()
                if one.startswith("   ")]  # fmt: skip

    def latencies(self, port: str) -> dict[str, tuple[int, int]]:
        """Least and most latency in samples of a port, by `playback` and `capture`."""
        found = re.findall(
            r"port (playback|capture) latency = \[ (\d+) (\d+) \]",
            self.tool("jack_lsp", "-l", port),
        )
        return {way: (int(least), int(most)) for way, least, most in found}

    def kill(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server, as when a sound card is pulled out."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                how = signal.SIGKILL
                process.send_signal(how)
                process.wait()
            self._untidy = how is signal.SIGKILL

    def restart(self, rate_hz: int, period: int, how: signal.Signals = signal.SIGTERM) -> None:
        """Another server of the same name."""
        self.kill(how)
        self.rate_hz, self.period = rate_hz, period
        self.__enter__()

    def stall(self, seconds: float) -> None:
        """Let it lose time, as a busy machine does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        if self._untidy:  # its place among the 8 stays taken until another of its name ends well
            self.__enter__()
            self.kill()


class JackProgram:
    """Another program: register ports of its `client`, `begin`, and `close` it in the end."""

    def __init__(self, name: str, server: str) -> None:
        self.client: Any = open_client(name, server)
        self._failed: list[Internal] = []
        self._callback: ProcessCallback | None = None

    def begin(self, process: Callable[[int], None]) -> None:
        """Have JACK call `process`."""
        self._callback = ProcessCallback(self.client, process, self._failed.append)
        self._callback.activate()

    def close(self) -> None:
        """Leave JACK."""
        if self._callback is not None:
            self._callback.close()
        assert not self._failed
