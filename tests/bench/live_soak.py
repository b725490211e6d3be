"""The live server for minutes on end, through a real JACK server, for the record.

    python -m tests.bench.live_soak --minutes 10 --rate 48000 --block 512 --model song
    python -m tests.bench.live_soak --minutes 1 --realtime --input music.wav --json soak.json
    python -m tests.bench.live_soak --minutes 60 --changes 5
    python -m tests.bench.live_soak --minutes 10 --block 128 --gibbs 2 --noop

Starts `jackd -d dummy` and `daw-bridge serve --io jack` (or `--io device`), plays a song through
again and again, and records the sum of all outputs. Says: late blocks, declared and measured
latency, how far the sum is from the delayed input, times of the audio callback, load, memory.
Cycles that JACK itself loses (xruns) are counted, and recordings with such a loss not compared.
`--noop` runs a JACK client that does nothing beside it, fed by the same one, for its times.
`--changes S` sets a parameter every S seconds (soak_changes.py); the sum must stay the sum.
`--realtime` gives JACK's threads real-time priority, as in a studio; it needs the right to do so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile
import soxr

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.cli.ping.jack import JackProbe
from daw_bridge.cli.ping.measure import delay_of, null_db
from daw_bridge.cli.ping.routes import JackEnds, device_stream, jack_ends
from daw_bridge.client import Client
from daw_bridge.errors import NoAnswer
from daw_bridge.wire.replies import StreamHealth, StreamInfo
from engines.load import load_model
from engines.making import make_stream
from engines.stream import stream_settings
from engines.types import Audio
from tests.bench.soak_changes import Changer
from tests.bench.tools import described
from tests.rigs.jack import JackServer
from tests.rigs.serve import ServeProcess

CHANNELS = 2
SEGMENT_S = 5


@dataclass
class Tally:
    """What the recordings showed."""

    recordings: int = 0
    disturbed: int = 0
    measured_samples: set[int] = field(default_factory=set)
    worst_null_db: float = -300.0
    memory_mib: list[int] = field(default_factory=list)

    def add(self, sent: Audio, heard: Audio, whole: bool) -> None:
        """One recording; `whole`: JACK lost nothing in it."""
        self.recordings += 1
        if not whole:
            self.disturbed += 1
            return
        delay = delay_of(sent, heard)
        self.measured_samples.add(delay)
        self.worst_null_db = max(self.worst_null_db, null_db(sent, heard, delay))


def material(path: Path, rate_hz: int) -> Audio:
    """(2, SEGMENT_S) float32 of a file, repeated as often as needed."""
    audio, own_rate = soundfile.read(path, dtype="float32", always_2d=True)
    audio = soxr.resample(audio, own_rate, rate_hz)[:, [0, -1]].T
    samples = SEGMENT_S * rate_hz
    return np.ascontiguousarray(np.tile(audio, -(-samples // audio.shape[1]))[:, :samples])


def soak(args: argparse.Namespace) -> dict[str, Any]:
    """Run it; the findings as plain values."""
    song = material(args.input, args.rate)
    outputs = CHANNELS * args.outputs
    with JackServer(args.rate, args.block, CHANNELS, outputs, args.realtime) as jack:
        flags = ["--model", args.model, "--load-target", str(args.load_target)]
        flags += ["--gibbs", str(args.gibbs), "--io", args.io]
        with ServeProcess(*flags, environment=jack.env) as serve:
            return listen(args, jack, serve, serve.endpoint, song)


def listen(
    args: argparse.Namespace, jack: JackServer, serve: ServeProcess, endpoint: str, song: Audio
) -> dict[str, Any]:
    """Play and compare until the time is over."""
    stream, tally, ends = device_stream(endpoint), Tally(), jack_ends(server=jack.name)
    ports = ends.outputs[: CHANNELS * len(stream.outputs)]
    sources = [ports[c::CHANNELS] for c in range(CHANNELS)]
    process = psutil.Process(serve.process.pid)
    process.cpu_percent()
    began, memory = time.monotonic(), process.memory_info().rss
    changer = Changer(endpoint, stream.outputs, args.changes)
    with ExitStack() as stack:
        probe = stack.enter_context(JackProbe(ends.inputs, sources, jack.name))
        if args.changes:
            stack.enter_context(changer)
        idle = stack.enter_context(NoopClient(jack, probe.sources[0])) if args.noop else None
        while time.monotonic() < began + 60 * args.minutes:
            tally.add(song, *probe.try_once(song, stream.latency_samples + 4 * args.block))
            health = health_of(endpoint, stream.stream)
            held = process.memory_info().rss
            # What the first recording allocates is not growth.
            memory = held if tally.recordings == 1 else memory
            tally.memory_mib.append(round(held / 2**20))
            print(progress(time.monotonic() - began, health, tally), file=sys.stderr, flush=True)
        jack_xruns = probe.xruns
        noop = idle.finish() if idle else {}
    return {
        "stem_delays_samples": stem_delays(args, jack, ends, song, stream),
        "io": args.io,
        "model": stream.model,
        "minutes": round((time.monotonic() - began) / 60, 2),
        "rate_hz": args.rate,
        "block_samples": args.block,
        "hop_samples": stream.hop_samples,
        "steps": args.gibbs,
        "declared_samples": stream.latency_samples,
        "declared_ms": round(1000 * stream.latency_samples / args.rate, 2),
        "measured_samples": sorted(tally.measured_samples),
        "worst_null_db": round(tally.worst_null_db, 1),
        "recordings": tally.recordings,
        "recordings_with_jack_xruns": tally.disturbed,
        "changes": dict(changer.done),
        "changes_refused": changer.refused,
        "blocks": health.blocks,
        "late_blocks": health.late,
        "windows": health.windows,
        "skipped_windows": health.skipped_windows,
        "server_xruns": health.xruns,
        "jack_xruns": jack_xruns,
        "callback_p999_us": round(health.callback_p999_us, 1),
        "callback_max_us": round(health.callback_max_us, 1),
        "cycle_p999_us": round(health.cycle_p999_us, 1),
        "cycle_max_us": round(health.cycle_max_us, 1),
        "half_a_period_us": round(5e5 * args.block / args.rate, 1),
        **{f"noop_{name}": value for name, value in noop.items()},
        "load": round(health.load, 3),
        "process_cpu_percent_of_a_core": round(process.cpu_percent(), 1),
        "memory_mib_by_tenths": tenths(tally.memory_mib),
        "memory_growth_mib": round((process.memory_info().rss - memory) / 2**20, 1),
    }


def stem_delays(
    args: argparse.Namespace, jack: JackServer, ends: JackEnds, song: Audio, stream: StreamInfo
) -> dict[str, int]:
    """By how much each live stem is later than the same stem separated offline.

    The sum alone would hide stems that are misplaced: the residual makes up for them.
    """
    model = load_model(args.model)
    settings = stream_settings(model.spec, args.rate, CHANNELS, steps=args.gibbs or None)
    offline = make_stream(model, settings)
    stems = np.concatenate([offline.push(song), offline.flush()], axis=-1)
    ports = [[one] for one in ends.outputs[: CHANNELS * len(stream.outputs)]]
    with JackProbe(ends.inputs, ports, jack.name) as probe:
        try:
            heard = probe.play(song, stream.latency_samples + 4 * args.block)
        except NoAnswer as error:
            return {f"not measured: {error}": 0}
    rows = heard.reshape(len(stream.outputs), CHANNELS, -1)
    pairs = zip(stream.outputs, stems, rows, strict=True)
    return {name: delay_of(stem, row) for name, stem, row in pairs if row.any()}


class NoopClient:
    """The idle client (noop_client.py) as a process; `finish` ends it and gives its times."""

    def __init__(self, jack: JackServer, source: str) -> None:
        command = [sys.executable, "-m", "tests.bench.noop_client", jack.name, source]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=jack.env)

    def __enter__(self) -> NoopClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def finish(self) -> dict[str, float]:
        """Its times, microseconds."""
        answer, _ = self._process.communicate(timeout=20)
        return dict(json.loads(answer))


def health_of(endpoint: str, stream: int) -> StreamHealth:
    """How the stream does."""
    with Client(endpoint) as client:
        return next(one for one in client.status().health if one.stream == stream)


def tenths(values: list[int]) -> list[int]:
    """The largest of each tenth of the values, so that what grows shows."""
    parts = np.array_split(np.array(values), min(10, len(values)))
    return [int(part.max()) for part in parts]


def progress(elapsed_s: float, health: StreamHealth, tally: Tally) -> str:
    """One line."""
    return (
        f"{elapsed_s:6.0f} s  blocks {health.blocks}  late {health.late}  load {health.load:.2f}"
        f"  measured {sorted(tally.measured_samples)}  null {tally.worst_null_db:.1f} dBFS"
        f"  disturbed {tally.disturbed}/{tally.recordings}  {tally.memory_mib[-1]} MiB"
    )


def parse() -> argparse.Namespace:
    """The command line."""
    parser = described(__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=int, default=48000)
    parser.add_argument("--block", type=int, default=512)
    parser.add_argument("--model", default="song")
    parser.add_argument("--gibbs", type=int, default=0, help="0: by the deadline")
    parser.add_argument("--load-target", type=float, default=0.7)
    parser.add_argument("--outputs", type=int, default=5, help="stems and residual of the model")
    parser.add_argument("--io", default="jack", choices=("jack", "device"))
    parser.add_argument("--input", type=Path, default=DEMO_SONG)
    parser.add_argument("--realtime", action="store_true")
    parser.add_argument("--changes", type=float, default=0.0, help="seconds between changes")
    parser.add_argument("--noop", action="store_true", help="a client that does nothing beside it")
    parser.add_argument("--json", type=Path, help="write the findings there as well")
    return parser.parse_args()


def main() -> int:
    """0 where nothing was late and the latency was as declared."""
    args = parse()
    found = soak(args)
    if args.json:
        args.json.write_text(json.dumps(found, indent=2) + "\n")
    width = max(map(len, found))
    print("\n".join(f"{name:<{width}}  {value}" for name, value in found.items()))
    good = not found["late_blocks"] and not found["changes_refused"]
    good = good and found["measured_samples"] == [found["declared_samples"]]
    return 0 if good and found["worst_null_db"] < -100 else 1


if __name__ == "__main__":
    sys.exit(main())
