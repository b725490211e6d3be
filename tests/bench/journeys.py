"""Own Python calls on the ways through the house: how many, in how many files, on which threads.

    python -m tests.bench.journeys
    python -m tests.bench.journeys --rounds 20 --functions

Counts the Python frames of engines/ and daw_bridge/ that begin (comprehensions too), on all
threads, in a server of this process with a tiny model:
- block: a live block in the audio callback of a port that is turned by hand, one fader not at 0 dB;
- gain: OSC `set gain`, from the datagram's arrival until the event for all clients is out, and what
  the next block, which is heard with it, does beyond a usual one;
- job: a file of one second by OSC, from the datagram's arrival to `done`;
- zmq: a live block over ZeroMQ, there and back, client and server together.
The worker that computes the windows of live streams is left out: it has its own pace. Each is done
several times; the numbers are the median, least and most.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

import numpy as np
import soundfile

from daw_bridge.client import Client
from daw_bridge.client.stream import ClientStream
from daw_bridge.wire.osc_packets import build_message
from engines.spec import Preset
from engines.types import Audio
from tests.bench.tools import described
from tests.rigs.hand_port import HandPort, hand_port
from tests.rigs.server import OscEnd, Running, model_file, serving

ROOT = Path(__file__).parents[2]
OWN = tuple(str(ROOT / folder) + "/" for folder in ("daw_bridge", "engines"))
COMPUTING, MAIN = "daw-bridge worker", "MainThread"
OFFLINE = Preset(
    window_samples=16384, hop_samples=8192, lookahead_samples=4096, crossfade_samples=64
)
BLOCK, RATE_HZ = HandPort.block_samples, HandPort.rate_hz
QUIET_S, QUIET_CHECKS = 0.01, 4
WARM_BLOCKS = 64


Journey = Counter[tuple[str, CodeType]]
"""(thread, function) -> calls."""


class Calls:
    """A profile function for all threads; counts while it is `on`."""

    def __init__(self) -> None:
        self.on = False
        self.seen: Journey = Counter()
        self._own: dict[CodeType, bool] = {}

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if self.on and event == "call" and self._is_own(frame.f_code):
            self.seen[threading.current_thread().name, frame.f_code] += 1

    def _is_own(self, code: CodeType) -> bool:
        if code not in self._own:
            self._own[code] = code.co_filename.startswith(OWN)
        return self._own[code]

    @contextmanager
    def installed(self) -> Iterator[None]:
        """For this thread and all that begin from now on."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]

    def of(self, work: Callable[[], object]) -> Journey:
        """The calls of a piece of work, and of what it sets off on other threads."""
        self.seen.clear()
        self.on = True
        work()
        self._settle()
        self.on = False
        return Counter({key: n for key, n in self.seen.items() if key[0] != COMPUTING})

    def _settle(self) -> None:
        """Wait until no thread but the computing one has begun anything for a while."""
        before, quiet = -1, 0
        while quiet < QUIET_CHECKS:
            time.sleep(QUIET_S)
            now = sum(n for (name, _), n in list(self.seen.items()) if name != COMPUTING)
            quiet = quiet + 1 if now == before else 0
            before = now


class House:
    """A running server with a port turned by hand, and what goes through it."""

    def __init__(self, calls: Calls, running: Running, port: HandPort, folder: Path) -> None:
        self.calls, self.port, self.folder = calls, port, folder
        self.osc: OscEnd = running.osc()
        self.client: Client = running.client()
        self.stream: ClientStream = self.client.stream(RATE_HZ, 2, mode="live", block_samples=BLOCK)
        rng = np.random.default_rng(0)
        self.mix: Audio = rng.standard_normal((2, BLOCK), np.float32) * np.float32(0.1)
        self.out = np.empty((len(port.live.outputs), 2, BLOCK), np.float32)
        self._numbers = iter(range(1, 1 << 30))
        self.source = folder / "song.wav"
        soundfile.write(self.source, np.tile(self.mix, RATE_HZ // BLOCK).T, RATE_HZ)

    def close(self) -> None:
        self.stream.close()
        self.client.close()
        self.osc.__exit__(None)

    def play(self) -> None:
        """A block of the port, in real time."""
        time.sleep(BLOCK / RATE_HZ)
        self.port.live.process(self.mix, self.out)

    def send(self) -> None:
        """A block over ZeroMQ, in real time."""
        time.sleep(BLOCK / RATE_HZ)
        self.stream.process(self.mix)

    def gain(self) -> Journey:
        """Set, and heard with the next block."""
        usual = self.calls.of(self.play)
        level_db = -6.0 - next(self._numbers) % 2
        datagram = build_message("/dawbridge/stem/drums/gain", (level_db,))
        found = self.calls.of(lambda: self.osc.raw(datagram))
        found += self.calls.of(self.play)
        found.subtract(usual)
        for _ in range(8):  # then its ramp is over
            self.play()
        return +found

    def job(self) -> Journey:
        """A file job, until it is done."""
        number = next(self._numbers)
        where = str(self.source), str(self.folder / f"{number}")
        datagram = build_message("/dawbridge/separate", (number, *where))
        found = self.calls.of(lambda: self._until_done(datagram, number))
        return Counter({key: n for key, n in found.items() if key[0] != MAIN})

    def _until_done(self, datagram: bytes, number: int) -> None:
        self.osc.raw(datagram)
        while self.osc.wait("/dawbridge/done") != ("separate", number):
            pass


@contextmanager
def house(calls: Calls) -> Iterator[House]:
    """The server, warmed up."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(calls.installed())
        port = stack.enter_context(hand_port())
        options = {"io": "device", "model": model_file(offline=OFFLINE), "meter_rate": 0.1}
        running = stack.enter_context(serving((folder,), **options))
        made = House(calls, running, port, folder)
        stack.callback(made.close)
        made.gain()
        for _ in range(WARM_BLOCKS):
            made.play()
            made.send()
        made.job()
        yield made


def count(rounds: int) -> dict[str, list[Journey]]:
    """Journey -> what each round called."""
    calls = Calls()
    with house(calls) as one:
        return {
            "block": [calls.of(one.play) for _ in range(rounds)],
            "gain": [one.gain() for _ in range(rounds)],
            "job": [one.job() for _ in range(rounds)],
            "zmq": [calls.of(one.send) for _ in range(rounds)],
        }


def numbers(found: list[Journey]) -> dict[str, Any]:
    """Calls (least, median, most), files and calls per thread of the middle round."""
    ordered = sorted(found, key=Counter.total)
    totals, middle = [one.total() for one in ordered], ordered[len(ordered) // 2]
    threads: Counter[str] = Counter()
    for (thread, _), n in middle.items():
        threads[thread] += n
    files = {code.co_filename for _, code in middle}
    return {
        "calls": [totals[0], round(median(totals)), totals[-1]],
        "files": len(files),
        "threads": dict(threads.most_common()),
    }


def main() -> None:
    """Print a line for each journey."""
    parser = described(__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--functions", action="store_true", help="and what is called, by thread")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args()
    journeys = count(args.rounds)
    table = {name: numbers(found) for name, found in journeys.items()}
    if args.json:
        print(json.dumps(table, indent=1))
        return
    for name, row in table.items():
        least, middle, most = row["calls"]
        threads = ", ".join(f"{thread} {n}" for thread, n in row["threads"].items())
        print(f"{name:6} {middle} calls ({least} to {most}) in {row['files']} files: {threads}")
        if args.functions:
            middle_round = sorted(journeys[name], key=Counter.total)[args.rounds // 2]
            for (thread, code), n in middle_round.items():
                where = Path(code.co_filename).relative_to(ROOT)
                print(f"    {n:4} {thread:20} {where}:{code.co_firstlineno} {code.co_qualname}")


if __name__ == "__main__":
    main()
