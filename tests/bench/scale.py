"""What one song and one live session cost: processor time, bytes, memory (docs/measured/scale.md).

    python -m tests.bench.scale songs --minutes 3 --songs 4 --jobs 1 2
    python -m tests.bench.scale checks
    python -m tests.bench.scale sessions --seconds 20
    python -m tests.bench.scale library --cpu-minute 7 --mb-minute 105.8

`songs` separates the demo song, over and over, with `daw-bridge separate`, then the same with
`--resume`, and once a single second, which is what a start costs. Processor time is that of the
run and all its workers; the largest process has the peak. `sessions` streams one song for each live
preset, block by block, with one compute thread; times are this thread's, so other programs on the
machine count as far as they empty its caches. `checks` is what a run does for each song before the
first one is begun, in one thread. `library` measures nothing: from such figures it computes, for a
thousand songs, the hours on so many cores, and which of cores, checks and network ends last.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil
import soundfile

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.files.plan import plan
from daw_bridge.files.request import request_from
from engines.load import load_model
from engines.making import make_stream
from engines.stream import stream_settings
from tests.bench.tools import cpu_seconds, described

ROOT = Path(__file__).parents[2]
BLOCK = 512
BYTES = 4
"""Of one sample on the wire."""


@dataclass(frozen=True)
class Cost:
    """Of one run: `cpu_s` of all its processes, `peak_mib` of the largest."""

    cpu_s: float
    peak_mib: float


def run(*args: str) -> Cost:
    """`daw-bridge separate` with its workers."""
    command = [sys.executable, "-m", "daw_bridge", "separate", *args]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def write_songs(folder: Path, songs: int, seconds: float) -> None:
    """The demo song over and over, as FLAC."""
    music, rate_hz = soundfile.read(DEMO_SONG, dtype="float32")
    frames = int(seconds * rate_hz)
    long = np.tile(music, (-(-frames // len(music)), 1))[:frames]
    folder.mkdir()
    for k in range(songs):
        soundfile.write(folder / f"song{k}.flac", long, rate_hz)


def measure_songs(
    folder: Path, model: str, minutes: float, songs: int, jobs: Sequence[int], forms: Sequence[str]
) -> None:
    """Print rows of a table."""
    write_songs(folder / "in", songs, 60 * minutes)
    write_songs(folder / "second", 1, 1.0)
    own = ("--model", model, "--threads")
    start = run(str(folder / "second"), *own, "1", "-o", str(folder / "none"))
    print(f"a start, and one second of music: {start.cpu_s:.2f} s, {start.peak_mib:.0f} MiB")
    print(f"a song: {size(folder / 'in') / songs / minutes / 1e6:.2f} MB a minute")
    for form in forms:
        for many in jobs if form == forms[0] else jobs[:1]:
            out = folder / f"{form}-{many}"
            args = (str(folder / "in"), *own, str(many), "-o", str(out), "--jobs", str(many),
                    "--format", form)  # fmt: skip
            made, again = run(*args), run(*args, "--resume")
            print(
                f"{form}, --jobs {many}: {made.cpu_s / songs / minutes:.2f} s of processor time a "
                f"minute of music, peak {made.peak_mib:.0f} MiB a process, "
                f"{size(out) / songs / minutes / 1e6:.1f} MB of stems a minute; --resume of what "
                f"is done: {again.cpu_s / songs / minutes:.2f} s a minute",
                flush=True,
            )


def measure_checks(folder: Path, model: str, minutes: float) -> None:
    """Print what it takes to know that a song can be separated."""
    write_songs(folder / "in", 1, 60 * minutes)
    [song] = (folder / "in").iterdir()
    options = [("model", model), ("threads", 1)]
    request = request_from(song, folder / "out", options)
    plan(request)
    times = [cpu_seconds(lambda: plan(request)) for _ in range(50)]
    print(f"a check of a song: {1e3 * float(np.median(times)):.2f} ms")


def compute_library(cpu_minute_s: float, mb_minute: float, check_ms: float, gbit: float) -> None:
    """Print rows of a table: a thousand songs of four minutes."""
    songs, minutes = 1000, 4.0
    core_s, megabytes = songs * minutes * cpu_minute_s, songs * minutes * mb_minute
    checks_s, link_s = songs * check_ms / 1e3, megabytes / (gbit * 1e3 / 8)
    print(f"{core_s / 3600:.1f} core-hours, {megabytes / 1e3:.0f} GB of stems")
    for cores in (1, 2, 4, 8, 16, 64, 256):
        parts = {"cores": core_s / cores, "network": link_s, "checks": checks_s}
        last = max(parts, key=lambda one: parts[one])
        hours = (max(parts["cores"], link_s) + checks_s) / 3600
        print(f"| {cores} | {hours:.2f} h | {last} |")


def measure_sessions(name: str, seconds: float) -> None:
    """Print a row for each live preset."""
    model = load_model(name, "cpu", 1)
    music, rate_hz = soundfile.read(DEMO_SONG, dtype="float32")
    song = np.ascontiguousarray(music.T[:, : int(seconds * rate_hz)])
    for preset in (one for one in model.spec.presets if one != "offline"):
        settings = stream_settings(model.spec, rate_hz, 2, preset=preset)
        before = psutil.Process().memory_info().rss
        streams = [make_stream(model, settings) for _ in range(8)]
        for one in streams:
            one.warm_up()
            one.push(song[:, : 4 * rate_hz])
        grown = (psutil.Process().memory_info().rss - before) / len(streams)
        stream = streams[0]

        def play(stream: object = stream) -> None:
            for first in range(0, song.shape[1], BLOCK):
                stream.push(song[:, first : first + BLOCK])  # type: ignore[attr-defined]

        cost_s = cpu_seconds(play) / (song.shape[1] / rate_hz)
        up = 2 * rate_hz * BYTES
        window = 2 * BYTES * settings.window_samples / settings.hop_samples * rate_hz
        down = up * len(stream.outputs)
        stems = len(model.spec.stems) * 2 * BYTES * rate_hz
        back = stems * (settings.hop_samples + settings.crossfade_samples) / settings.hop_samples
        print(
            f"{preset}: {cost_s:.3f} s of one core a second; {grown / 2**20:.1f} MiB a session; as "
            f"blocks {up / 1e6:.2f} MB/s up, {down / 1e6:.2f} down; as windows "
            f"{window / 1e6:.2f} MB/s up, {back / 1e6:.2f} down",
            flush=True,
        )


def main() -> None:
    parser = described(__doc__)
    parser.add_argument("what", choices=("songs", "checks", "sessions", "library"))
    parser.add_argument("--model", default="song", help="default %(default)s")
    parser.add_argument("--minutes", type=float, default=3.0, help="of a song")
    parser.add_argument("--songs", type=int, default=4, help="how many")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="at a time")
    parser.add_argument("--formats", nargs="+", default=["wav-f32", "flac-24", "flac-16", "mp3"])
    parser.add_argument("--seconds", type=float, default=20.0, help="of a session")
    parser.add_argument("--cpu-minute", type=float, default=7.0, metavar="SECONDS",
                        help="library: processor time of a minute of music")  # fmt: skip
    parser.add_argument("--mb-minute", type=float, default=105.8, help="library: MB of its stems")
    parser.add_argument("--check-ms", type=float, default=2.0, help="library: of one song")
    parser.add_argument("--gbit", type=float, default=1.0, help="library: of the network")
    args: argparse.Namespace = parser.parse_args()
    if args.what == "library":
        compute_library(args.cpu_minute, args.mb_minute, args.check_ms, args.gbit)
        return
    if args.what == "sessions":
        measure_sessions(args.model, args.seconds)
        return
    with TemporaryDirectory(prefix="daw-bridge-scale-") as name:
        folder = Path(name)
        if args.what == "checks":
            measure_checks(folder, args.model, args.minutes)
            return
        measure_songs(folder, args.model, args.minutes, args.songs, args.jobs, args.formats)


if __name__ == "__main__":
    main()
