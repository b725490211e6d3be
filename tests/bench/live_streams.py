"""How many live streams one server keeps up with.

    python -m tests.bench.live_streams --model song --gibbs 1 2 --seconds 20
    python -m tests.bench.live_streams --preset tight --gibbs 1

Opens one live ZeroMQ stream after the other, each with a client of its own that sends a song in
real time, and runs them together for a while after each: until the server refuses one (`no_room`).
Says of each number: late blocks, the streams' loads and the server's processor time. The clients
take some of the same machine.
"""

from __future__ import annotations

import argparse
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import psutil

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.client import Client
from daw_bridge.client.stream import ClientStream
from daw_bridge.errors import RemoteError
from engines.types import Audio
from tests.bench.live_soak import CHANNELS, material
from tests.bench.tools import described
from tests.rigs.serve import ServeProcess


@dataclass
class Player:
    """One client with one live stream, playing in real time in a thread of its own."""

    client: Client
    stream: ClientStream
    song: Audio
    block: int
    rate_hz: int
    behind_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._play)
        self._thread.start()

    def _play(self) -> None:
        period, began, count = self.block / self.rate_hz, time.monotonic(), 0
        while not self._stop.is_set():
            first = count * self.block % (self.song.shape[1] - self.block)
            self.stream.send(np.ascontiguousarray(self.song[:, first : first + self.block]))
            self.stream.receive()
            count += 1
            wait = began + count * period - time.monotonic()
            self.behind_s = max(self.behind_s, -wait)
            if wait > 0:
                time.sleep(wait)

    def close(self) -> None:
        """End the stream."""
        self._stop.set()
        self._thread.join()
        self.client.close()


def player(endpoint: str, args: argparse.Namespace, steps: int, song: Audio) -> Player:
    """One more. Raises RemoteError where it is refused."""
    client = Client(endpoint, 60)
    values: dict[str, int | float | str] = {"refine/steps": steps, "block/preset": args.preset}
    try:
        stream = client.stream(
            args.rate, CHANNELS, mode="live", block_samples=args.block, values=values
        )
    except RemoteError:
        client.close()
        raise
    return Player(client, stream, song, args.block, args.rate)


def climb(args: argparse.Namespace, steps: int, song: Audio) -> None:
    """Print a line for each number of streams."""
    flags = ["--device", "cpu", "--threads", "1", "--model", args.model]
    flags += ["--load-target", str(args.load_target), "--max-streams", str(args.most + 1)]
    with ServeProcess(*flags) as serve, ExitStack() as stack:
        endpoint, process = serve.endpoint, psutil.Process(serve.process.pid)
        watch = stack.enter_context(Client(endpoint))
        for _ in range(args.most):
            try:
                one = player(endpoint, args, steps, song)
            except RemoteError as error:
                print(f"{steps} steps: one more is refused: {error}")
                return
            stack.callback(one.close)
            time.sleep(args.settle)  # the model has come in
            before = {one.stream: one for one in watch.status().health}
            process.cpu_percent()
            time.sleep(args.seconds)
            after = watch.status().health
            late = sum(one.late - before[one.stream].late for one in after)
            blocks = sum(one.blocks - before[one.stream].blocks for one in after)
            loads = ", ".join(f"{one.load:.2f}" for one in after)
            cores = process.cpu_percent() / 100
            print(f"{steps} steps, {len(after)} streams: {late} of {blocks} blocks late, "
                  f"loads {loads}, server {cores:.2f} cores", flush=True)  # fmt: skip


def main() -> None:
    """The command line."""
    parser = described(__doc__)
    parser.add_argument("--model", default="song")
    parser.add_argument("--preset", default="balanced")
    parser.add_argument("--gibbs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rate", type=int, default=44100)
    parser.add_argument("--block", type=int, default=512)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--settle", type=float, default=3.0, help="seconds after each start")
    parser.add_argument("--most", type=int, default=64, help="streams")
    parser.add_argument("--load-target", type=float, default=0.7)
    args = parser.parse_args()
    song = material(DEMO_SONG, args.rate)
    for steps in args.gibbs:
        climb(args, steps, song)


if __name__ == "__main__":
    main()
