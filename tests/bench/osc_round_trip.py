"""How long an OSC set takes until its value can be asked back, with and without OSCQuery.

    python -m tests.bench.osc_round_trip
    python -m tests.bench.osc_round_trip --rounds 5000

Three servers run beside each other, each with a stream: OSCQuery off, on, and on with a WebSocket
that listens to the value. They are asked in turns, a round each: set a gain, ask for it, wait for
the answer.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from websockets.sync.client import connect

from daw_bridge.client import Client
from tests.bench.tools import described
from tests.rigs.serve import ServeProcess
from tests.rigs.server import OscEnd
from tests.rigs.tiny_models import make_model

GAIN = "/dawbridge/stem/drums/gain"
KINDS = {"off": 0, "on": -1, "on, one listener": -1}


@contextmanager
def served(model: Path, kind: str) -> Iterator[OscEnd]:
    """An end to a server of this kind that has a stream."""
    with ExitStack() as more:
        flags = ("--model", model, "--device", "cpu", "--http-port", KINDS[kind], "--announce", 0)
        server = more.enter_context(ServeProcess(*flags))
        client = more.enter_context(Client(server.endpoint, 60))
        more.enter_context(client.stream(44100, channels=2))
        end = more.enter_context(OscEnd(server.ready()["osc_port"]))
        if "listener" in kind:
            ear = more.enter_context(connect(f"ws://127.0.0.1:{server.ready()['http_port']}"))
            time.sleep(0.5)  # the tree has the stream's addresses
            ear.send(json.dumps({"COMMAND": "LISTEN", "DATA": GAIN}))
            threading.Thread(target=lambda: list(ear), daemon=True).start()
        yield end


def round_trip_ms(end: OscEnd, number: int) -> float:
    """Set the gain and ask for it."""
    value = -float(number % 100) - 1.0
    began = time.perf_counter()
    end.send(GAIN, value)
    assert end.ask(GAIN) == (value,)
    return 1e3 * (time.perf_counter() - began)


def measure(model: Path, rounds: int) -> dict[str, np.ndarray]:
    """Milliseconds of each round, by kind of server."""
    with ExitStack() as stack:
        ends = {kind: stack.enter_context(served(model, kind)) for kind in KINDS}
        found: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for number in range(rounds):
            for kind, end in ends.items():
                found[kind].append(round_trip_ms(end, number))
    return {kind: np.array(each) for kind, each in found.items()}


def main() -> int:
    """Print median and p99 of each."""
    parser = described(__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    args: argparse.Namespace = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "tiny.onnx"
        make_model(model)
        found = measure(model, args.rounds)
    for kind, each in found.items():
        median, p99 = np.percentile(each, (50, 99))
        print(f"OSCQuery {kind:18} median {median:6.2f} ms, p99 {p99:6.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
