"""The OSC client of docs/examples, in Node without packages, against a real server."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from daw_bridge.settings.parameters import STREAM_PARAMETERS
from daw_bridge.wire.secret import SECRET_VARIABLE
from tests.rigs.server import serving

SCRIPT = Path(__file__).parent.parent / "docs" / "examples" / "osc_watch.mjs"
WAIT_S = 30.0
pytestmark = pytest.mark.node


class Watch:
    """The running script: `say` types a line, `wait_for` reads on to a line that begins so."""

    def __init__(self, port: int, secret: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(SCRIPT), "127.0.0.1", str(port)],
            env={**os.environ, SECRET_VARIABLE: secret},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.told: list[str] = []

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")

    def wait_for(self, beginning: str) -> str:
        while True:
            line = self._lines.get(timeout=WAIT_S)
            self.told.append(line)
            if line.startswith(beginning):
                return line

    def end(self) -> int:
        """The end of the input; the script's exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        code = self._process.wait(WAIT_S)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self.end()


@contextmanager
def watching(port: int, secret: str = "") -> Iterator[Watch]:
    watch = Watch(port, secret)
    try:
        yield watch
    finally:
        watch.kill()


def test_it_hears_every_parameter_sets_one_and_ends_with_its_input() -> None:
    with (
        serving() as running, running.client() as client, client.stream(44100, 2),
        watching(running.ready.osc_port) as watch,
    ):  # fmt: skip
        watch.wait_for("/dawbridge/load/target 0.700")
        for one in STREAM_PARAMETERS:
            address = str(one.osc_address).replace("<name>", "drums")
            assert any(line.split(" ")[0] == address for line in watch.told), address
        watch.say("/dawbridge/stem/drums/gain -6.5")
        watch.say("/dawbridge/stem/drums/gain")
        assert watch.wait_for("/dawbridge/stem/drums/gain") == "/dawbridge/stem/drums/gain -6.500"
        watch.say("/dawbridge/stem/flute/gain 1")
        assert "unknown_stem" in watch.wait_for("/dawbridge/fail /dawbridge/stem/flute/gain")
        watch.wait_for("/dawbridge/meter/vocals")
        assert watch.end() == 0
        assert client.status().clients == 0


def test_it_registers_again_at_a_server_that_was_started_anew() -> None:
    with serving() as running, watching(running.ready.osc_port) as watch:
        watch.wait_for("/dawbridge/done notify")
        port = running.ready.osc_port
        running.server.stop()
        with serving(osc_port=port):
            watch.wait_for("/dawbridge/done notify")
            assert watch.end() == 0


def test_it_gives_the_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse battery")
    with serving(auth_file=str(tmp_path / "secret")) as running:
        with watching(running.ready.osc_port, "correct horse battery") as watch:
            watch.wait_for("/dawbridge/done notify")
        with watching(running.ready.osc_port) as watch:
            watch.wait_for("/dawbridge/fail")
            assert not any(line.startswith("/dawbridge/done") for line in watch.told)
