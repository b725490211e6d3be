"""Latency through JACK, declared, published and measured, over block sizes and rates.

    python -m tests.bench.jack_latency
    python -m tests.bench.jack_latency --model song --rates 48000 --blocks 64 512 --clock

Starts `jackd -d dummy` and one `daw-bridge serve --io jack`, which outlives a restart of jackd for
every rate and follows every block size; then `daw-bridge ping --jack` measures. It does so while
JACK freewheels, where no cycle is lost to a busy machine; `--clock` measures in real time as well
(`xruns`: JACK lost cycles in every attempt; `--realtime`, with the right to it, loses fewer). Exit
code 1 where anything differs by a sample.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from daw_bridge.client import Client
from daw_bridge.ports.jack.library import open_client
from engines.spec import Preset
from tests.bench.tools import described
from tests.rigs.jack import JackServer
from tests.rigs.scratch import scratch_folder
from tests.rigs.serve import ROOT, ServeProcess
from tests.rigs.tiny_models import make_model

PRESET = Preset(window_samples=4096, hop_samples=2048, lookahead_samples=512, crossfade_samples=128)
SETTLES_S = 60.0


def ping(jack: JackServer, endpoint: str, *flags: str) -> dict[str, Any] | None:
    """What was found; None where JACK lost cycles every time."""
    command = [sys.executable, "-m", "daw_bridge", "ping", "--jack", "--json", "--seconds", "0.5"]
    done = subprocess.run(
        [*command, "--endpoint", endpoint, *flags],
        capture_output=True, text=True, cwd=ROOT, env=jack.env, check=False,
    )  # fmt: skip
    if done.stdout:
        found: dict[str, Any] = json.loads(done.stdout)
        return found
    if "xruns" in done.stderr:
        return None
    raise RuntimeError(done.stderr)


def settle(client: Client, rate_hz: int, block: int) -> None:
    """Wait until the stream runs in this form. Raises TimeoutError."""
    give_up = time.monotonic() + SETTLES_S
    while time.monotonic() < give_up:
        status = client.status()
        state = status.health[0].io_state if status.health else ""
        if f"{rate_hz} Hz, blocks of {block}," in state and status.streams[0].rate_hz == rate_hz:
            time.sleep(1.0)  # the crossfade to the new form
            return
        time.sleep(0.1)
    raise TimeoutError(f"{rate_hz} Hz in blocks of {block}: the stream did not follow ({state})")


def row(jack: JackServer, endpoint: str, clock: bool) -> tuple[list[str], bool]:
    """Cells of one line, and whether everything agrees."""
    found = ping(jack, endpoint, "--freewheel")
    if found is None:
        return ["xruns"], False
    names = ("declared_samples", "published_samples", "measured_samples")
    cells = [str(found[name]) for name in names] + [f"{found['null_db']:.0f}"]
    holds = len({found[name] for name in names}) == 1
    if clock:
        timed = ping(jack, endpoint)
        cells.append("xruns" if timed is None else str(timed["measured_samples"]))
        holds &= timed is None or timed["measured_samples"] == found["declared_samples"]
    return cells, holds


def main() -> int:
    """Print the table."""
    parser = described(__doc__)
    add = parser.add_argument
    add("--model", default="", help="default: a linear model of a few kilobytes")
    add("--untrained", default="", help="in its place: a setup's network, e.g. song_instant")
    add("--preset", default="", help="live preset of the model (default: its usual one)")
    add("--rates", type=int, nargs="+", default=[44100, 48000, 96000])
    add("--blocks", type=int, nargs="+", default=[64, 128, 512, 1024, 4096])
    add("--clock", action="store_true", help="in real time as well")
    add("--realtime", action="store_true", help="real-time priority for JACK's threads")
    args = parser.parse_args()
    folder = scratch_folder()
    model = args.model or str(folder / "linear.onnx")
    if args.untrained:
        from tests.rigs.export.networks import untrained  # knows torch

        model = str(untrained(args.untrained, folder))
    elif not args.model:
        make_model(Path(model), live=PRESET)
    heads = ["rate Hz", "block", "declared", "published", "measured", "sum less input, dBFS"]
    heads += ["in real time"] * args.clock
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|", flush=True)
    good = True
    flags = ["--io", "jack", "--model", model, "--device", "cpu"]
    flags += ["--preset", args.preset] if args.preset else []
    with (
        JackServer(args.rates[0], args.blocks[0], realtime=args.realtime) as jack,
        ServeProcess(*flags, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
    ):
        for rate_hz in args.rates:
            if rate_hz != jack.rate_hz:
                jack.restart(rate_hz, args.blocks[0])
            for block in args.blocks:
                changer = open_client("change", jack.name)
                changer.blocksize = block
                changer.close()
                settle(client, rate_hz, block)
                cells, holds = row(jack, serve.endpoint, args.clock)
                good &= holds
                print(f"| {rate_hz} | {block} | " + " | ".join(cells) + " |", flush=True)
    print("all agree" if good else "MISMATCH")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
