"""How others fare while one client floods the server, and how long the server takes to stop then.

    python -m tests.bench.flood                         every kind of flood, 10 s each
    python -m tests.bench.flood --seconds 60 models     one kind, longer
    python -m tests.bench.flood streams+changes         two kinds at once

Each line gets a server, and each kind a flooding process of its own. Another client asks `sync` 50
times a second; its waiting time, the server's memory before, half-way and after, and the time from
SIGTERM to its end (the flood goes on) are printed. Pin all of it to one core with `taskset -c 0`.
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import zmq

from daw_bridge.wire import MARK
from daw_bridge.wire.osc_packets import build_message
from daw_bridge.wire.zmq_requests import encode_header
from tests.bench.tools import described
from tests.rigs.serve import ServeProcess
from tests.rigs.tiny_models import make_model

ASKS_PER_S = 50
BLOCK_SAMPLES = 131_072
SETTLES_S = 1.0

Ports = dict[str, int]


def _osc() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _dealer(ports: Ports, **options: int) -> zmq.Socket[bytes]:
    one = zmq.Context.instance().socket(zmq.DEALER)
    one.setsockopt(zmq.LINGER, 0)
    for name, value in options.items():
        one.setsockopt(getattr(zmq, name), value)
    one.connect(f"tcp://127.0.0.1:{ports['zmq']}")
    return one


def _message(kind: str, msg_id: int, **fields: object) -> list[bytes]:
    return [MARK, encode_header(kind, msg_id, "", fields)]


def sets(ports: Ports) -> Iterator[None]:
    """A dial: one parameter over OSC, as fast as it goes."""
    with _osc() as one:
        while True:
            for number in range(1000):
                data = build_message("/dawbridge/refine/seed", (number,))
                one.sendto(data, ("127.0.0.1", ports["osc"]))
            yield


def notifies(ports: Ports) -> Iterator[None]:
    """Clients that register and are gone at once."""
    data = build_message("/dawbridge/notify", (1,))
    while True:
        with _osc() as one:
            one.sendto(data, ("127.0.0.1", ports["osc"]))
        yield


def models(ports: Ports) -> Iterator[None]:
    """The list of models, as fast as it goes."""
    data = build_message("/dawbridge/models", ())
    with _osc() as one:
        while True:
            one.sendto(data, ("127.0.0.1", ports["osc"]))
            yield


def models_50(ports: Ports) -> Iterator[None]:
    """The list of models, 50 times a second."""
    for _ in models(ports):
        time.sleep(0.02)
        yield


def changes(ports: Ports) -> Iterator[None]:
    """Over ZeroMQ, grids that need a new engine each, as fast as it goes."""
    one = _dealer(ports)
    number = 0
    while True:
        number += 1
        with suppress(zmq.Again):
            fields = {"block/hop": 64 + number % 64}
            one.send_multipart(_message("set", number, values=fields), zmq.NOBLOCK)
        while one.poll(0):
            one.recv_multipart()
        yield


def jobs(ports: Ports) -> Iterator[None]:
    """Jobs for a file that is not there, as fast as it goes."""
    missing = str(Path(tempfile.gettempdir()) / "daw-bridge-no-such-song.wav")
    with _osc() as one:
        number = 0
        while True:
            number += 1
            fields = (number, missing, tempfile.gettempdir())
            data = build_message("/dawbridge/separate", fields)
            one.sendto(data, ("127.0.0.1", ports["osc"]))
            yield


def streams(ports: Ports) -> Iterator[None]:
    """Two streams of large blocks, sent as fast as they are answered."""
    block = np.zeros((2, BLOCK_SAMPLES), "<f4").tobytes()
    ends = [_dealer(ports) for _ in range(2)]
    for one in ends:
        one.send_multipart(_message("open", 1, rate_hz=44100, channels=2))
    found = [json.loads(one.recv_multipart()[1])["stream"] for one in ends]
    seq = [0, 0]
    while True:
        for k, one in enumerate(ends):
            while one.poll(0):
                one.recv_multipart()
            fields = {"seq": seq[k], "start_sample": seq[k] * BLOCK_SAMPLES}
            frames = _message("audio", 2, stream=found[k], shape=[2, BLOCK_SAMPLES], **fields)
            one.send_multipart([*frames, block])
            one.recv_multipart()
            seq[k] += 1
        yield


def stalled(ports: Ports) -> Iterator[None]:
    """Blocks of 1 MB from a client that reads no answer, and subscribers that read nothing."""
    one = _dealer(ports, RCVHWM=1, RCVBUF=65536, SNDHWM=4)
    one.send_multipart(_message("open", 1, rate_hz=44100, channels=2))
    ears = [make_ear(ports["pub"]) for _ in range(4)]
    block = np.zeros((2, BLOCK_SAMPLES), "<f4").tobytes()
    seq = 0
    while True:
        shape = [2, BLOCK_SAMPLES]
        frames = _message("audio", 2, seq=seq, start_sample=seq * BLOCK_SAMPLES, shape=shape)
        try:
            one.send_multipart([*frames, block], zmq.NOBLOCK)
            seq += 1
        except zmq.Again:
            time.sleep(0.005)
        assert ears
        yield


def make_ear(port: int) -> zmq.Socket[bytes]:
    """A subscriber to everything, which keeps next to nothing of what it does not read."""
    ear = zmq.Context.instance().socket(zmq.SUB)
    for option, value in ((zmq.RCVHWM, 1), (zmq.RCVBUF, 4096), (zmq.LINGER, 0)):
        ear.setsockopt(option, value)
    ear.subscribe(b"")
    ear.connect(f"tcp://127.0.0.1:{port}")
    return ear


KINDS: dict[str, Callable[[Ports], Iterator[None]]] = {
    one.__name__: one
    for one in (sets, notifies, models_50, models, changes, jobs, streams, stalled)
}


def waits_ms(ports: Ports, seconds: float) -> tuple[list[float], float]:
    """How long each `sync` took, and what the longest unanswered one has waited, in ms."""
    one = _dealer(ports)
    found, number, limit = [], 0, time.monotonic() + seconds
    while time.monotonic() < limit:
        number += 1
        began = time.monotonic()
        one.send_multipart(_message("sync", number, number=number))
        if not one.poll(60_000):
            found.append(60_000.0)
            break
        one.recv_multipart()
        took = time.monotonic() - began
        found.append(1000 * took)
        time.sleep(max(0.0, 1 / ASKS_PER_S - took))
    one.close()
    return found, max(found)


def measure(kind: str, model: Path, seconds: float) -> str:
    """A row of the table."""
    with ServeProcess("--model", model, "--device", "cpu") as server:
        ready = server.ready()
        ports = {name: ready[f"{name}_port"] for name in ("osc", "zmq", "pub")}
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        command = [sys.executable, "-m", "tests.bench.flood", "--ports", json.dumps(ports)]
        floods = [subprocess.Popen([*command, "--flood", one]) for one in kind.split("+")]
        try:
            time.sleep(SETTLES_S)
            half, worst = waits_ms(ports, seconds / 2)
            middle = process.memory_info().rss
            rest, also = waits_ms(ports, seconds / 2)
            after = process.memory_info().rss
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            code = server.process.wait(60)
            stopped_s = time.monotonic() - began
        finally:
            for flood in floods:
                flood.kill()
                flood.wait()
    took = np.array(half + rest)
    p50, p99 = np.percentile(took, (50, 99))
    return (
        f"| {kind} | {len(took)} | {p50:.1f} | {p99:.1f} | {max(worst, also):.1f} | "
        f"{before / 1e6:.0f} | {middle / 1e6:.0f} | {after / 1e6:.0f} | {stopped_s:.2f} | {code} |"
    )


def main() -> int:
    """Print a table; or, as its own child, flood."""
    parser: argparse.ArgumentParser = described(__doc__)
    kinds = ", ".join(KINDS)
    parser.add_argument("kinds", nargs="*", help=f"Which floods, with + several at once: {kinds}")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--flood", choices=sorted(KINDS), help=argparse.SUPPRESS)
    parser.add_argument("--ports", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.flood:
        for _ in KINDS[args.flood](args.ports):
            pass
    print("| flood | asked | p50 ms | p99 ms | longest ms | before MB | half-way MB | after MB "
          "| stop s | code |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="daw-bridge-flood-") as folder:
        model = Path(folder) / "tiny.onnx"
        make_model(model)
        for kind in args.kinds or KINDS:
            print(measure(kind, model, args.seconds), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
