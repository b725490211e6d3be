"""Which threads should have real-time priority: xruns and late blocks while OSC messages rain.

    python -m tests.bench.jack_priority --seconds 8
    python -m tests.bench.jack_priority --block 128 --model song --rate 1000

A JACK server with the dummy driver, `serve --io jack`, and gains of four stems sent over OSC, so
many times a second (`--rate`). Prints a table: nobody has real-time priority; the whole of
daw-bridge (`chrt`); JACK's threads (`jackd -R`), which are those of its clients' callbacks; these
and our worker (`--priority`); these and the whole. It needs the right to real-time priority.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

from daw_bridge.client import Client
from tests.bench.tools import described
from tests.rigs.jack import JackServer
from tests.rigs.serve import ServeProcess
from tests.rigs.server import OscEnd

PRIORITY = 5
SETTLES_S = 2.0


@dataclass(frozen=True)
class Case:
    """One line of the table: who has real-time priority."""

    words: str
    jack: bool = False
    whole: bool = False
    worker: bool = False


CASES = (
    Case("nobody"),
    Case("all of daw-bridge (`chrt -r 5`)", whole=True),
    Case("JACK's threads (`jackd -R`)", jack=True),
    Case("JACK's threads and the worker (`--priority 5`)", jack=True, worker=True),
    Case("JACK's threads and all of daw-bridge", jack=True, whole=True),
)


def rain(port: int, stems: tuple[str, ...], seconds: float, rate_hz: float) -> int:
    """Send gains of all stems so often; how many messages that were."""
    began, sent = time.monotonic(), 0
    with OscEnd(port) as end:
        while (now_s := time.monotonic() - began) < seconds:
            for name in stems:
                end.send(f"/dawbridge/stem/{name}/gain", -6.0 + sent % 12)
                sent += 1
            time.sleep(max(0.0, (sent / len(stems)) / rate_hz - now_s))
    return sent


def run_case(case: Case, model: str, block: int, seconds: float, rate_hz: float) -> str:
    """One line: xruns, late blocks, blocks, and messages."""
    flags = ["--io", "jack", "--model", model, "--device", "cpu"]
    flags += ["--priority", str(PRIORITY)] * case.worker
    with (
        JackServer(48000, block, realtime=case.jack) as jack,
        ServeProcess(*flags, environment=jack.env) as serve,
    ):
        if case.whole:
            rank = ["chrt", "--rr", "--all-tasks", "--pid", str(PRIORITY)]
            subprocess.run([*rank, str(serve.process.pid)], check=True)
        with Client(serve.endpoint, 30) as client:
            time.sleep(SETTLES_S)
            stems = client.status().streams[0].outputs[:4]
            before = client.status().health[0]
            sent = rain(serve.ready()["osc_port"], stems, seconds, rate_hz)
            after = client.status().health[0]
    found = (after.xruns - before.xruns, after.late - before.late, after.blocks - before.blocks)
    return " | ".join([case.words, *map(str, found), str(sent)])


def main() -> int:
    """Print the table."""
    parser = described(__doc__)
    parser.add_argument("--model", default="song", help="what separates")
    parser.add_argument("--block", type=int, default=256, help="JACK's period")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each line")
    parser.add_argument("--rate", type=float, default=1000.0, help="gains of each stem a second")
    parser.add_argument("--cases", type=int, nargs="+", default=range(len(CASES)),
                        help="which lines, from 0")  # fmt: skip
    args = parser.parse_args()
    print(
        "| real-time priority | xruns | late blocks | of blocks | messages |\n" + "|---" * 5 + "|"
    )
    for index in args.cases:
        line = run_case(CASES[index], args.model, args.block, args.seconds, args.rate)
        print(f"| {line} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
