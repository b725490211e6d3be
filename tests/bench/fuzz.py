"""Messages of every kind, good and bad, to a server of its own: it goes on, and does not grow.

    python -m tests.bench.fuzz                      100,000 OSC and 100,000 ZeroMQ messages
    python -m tests.bench.fuzz --messages 1000000 --seed 5

After each tenth, another client's `sync` is timed; the server's memory, its threads and the defects
that it has met (`internal_errors`, which should be 0) are printed.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psutil
import zmq

from daw_bridge.client import Client
from tests.bench.flood import waits_ms
from tests.bench.tools import described
from tests.rigs import fuzz
from tests.rigs.serve import ServeProcess
from tests.rigs.tiny_models import make_model

PARTS = 10
ASKS_S = 0.2
PACE = 200
"""After so many OSC messages there is a moment's rest, so that the system drops few of them."""


Send = Callable[[int], None]


@contextmanager
def osc_sender(port: int, seed: int) -> Iterator[Send]:
    """Sends the next so many datagrams."""
    data, one = fuzz.datagrams(seed), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(count: int) -> None:
        for number, datagram in enumerate(islice(data, count)):
            one.sendto(datagram, ("127.0.0.1", port))
            if number % PACE == 0:
                time.sleep(0.01)

    with one:
        yield send


@contextmanager
def zmq_sender(port: int, seed: int) -> Iterator[Send]:
    """Sends the next so many messages, and reads what comes back."""
    messages, one = fuzz.frames(seed), zmq.Context.instance().socket(zmq.DEALER)
    one.setsockopt(zmq.LINGER, 0)
    one.connect(f"tcp://127.0.0.1:{port}")

    def send(count: int) -> None:
        for frames in islice(messages, count):
            one.send_multipart(frames)
            while one.poll(0):
                one.recv_multipart()

    with one:
        yield send


def main() -> int:
    """Print a line for each part; 1 if the server met a defect."""
    parser = described(__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="of OSC, and of ZeroMQ")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="daw-bridge-fuzz-") as folder:
        model = Path(folder) / "tiny.onnx"
        make_model(model)
        with ServeProcess("--model", model, "--device", "cpu") as server:
            return _run(server, args.messages, args.seed)


def _run(server: ServeProcess, messages: int, seed: int) -> int:
    ready, process = server.ready(), psutil.Process(server.process.pid)
    ports = {"zmq": ready["zmq_port"]}
    print(f"at first: {process.memory_info().rss / 1e6:.0f} MB, {process.num_threads()} threads")
    for kind, sender in (
        ("OSC", osc_sender(ready["osc_port"], seed)), ("ZeroMQ", zmq_sender(ports["zmq"], seed)),
    ):  # fmt: skip
        with sender as send:
            for part in range(1, PARTS + 1):
                send(messages // PARTS)
                _, worst = waits_ms(ports, ASKS_S)
                memory = process.memory_info().rss / 1e6
                print(f"{kind} {part * messages // PARTS}: sync within {worst:.0f} ms, "
                      f"{memory:.0f} MB, {process.num_threads()} threads", flush=True)  # fmt: skip
    with Client(server.endpoint, timeout_s=60.0) as client:
        status = client.status()
    print(f"internal errors {status.internal_errors}, refused {status.refused_requests}, "
          f"superseded {status.superseded_requests}")  # fmt: skip
    return int(status.internal_errors > 0)


if __name__ == "__main__":
    sys.exit(main())
