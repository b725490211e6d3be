"""A mask model with its STFT beside the graph and inside it: time and memory, side by side.

    python -m tests.bench.stft_place runs/song/last.pt
    python -m tests.bench.stft_place runs/song/last.pt --threads 1 2 --steps 1 2 4 --rounds 9

Exports a checkpoint both ways and runs a window of noise through the engine's own method, as a
stream does: for the live and the offline preset, 1 and 2 threads, and several Gibbs steps (1 for a
one-pass model). Times are medians of rounds in which both take turns: by the wall's clock, and CPU
time of all threads, which other work on the machine hardly changes. Peak memory is that of
a process of its own for each, less what it had before the window. The models agree in the first
step; later ones differ, as a graph with its STFT inside transforms each estimate back and forth.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from engines.load import Model, load_model
from engines.spec import Preset
from engines.window import Control, Window
from tests.bench.tools import described

PLACES = ("beside", "inside")
PRESETS = ("live", "offline")


@dataclass(frozen=True)
class Case:
    """What is run: a preset, threads and steps."""

    preset: str
    threads: int
    steps: int


def window_of(model: Model, preset: Preset) -> Window:
    """A window of noise on a preset's grid."""
    grid, spec = preset.grid, model.spec
    shape = (spec.channels, preset.window_samples)
    mix = np.random.default_rng(0).standard_normal(shape, np.float32) * np.float32(0.1)
    known = np.zeros((len(spec.stems), *shape), np.float32)
    return Window(mix, known, np.zeros(len(spec.stems), np.bool_), 3, grid.start, grid.stop)


def run(model: Model, case: Case) -> tuple[float, float]:
    """Wall-clock and CPU seconds of one window."""
    window = window_of(model, getattr(model.spec, case.preset))
    wall, cpu = perf_counter(), process_time()
    model.method.run([window], Control(case.steps))
    return perf_counter() - wall, process_time() - cpu


def times(paths: dict[str, Path], case: Case, rounds: int) -> dict[str, tuple[float, float]]:
    """Medians of wall-clock and CPU seconds for each place."""
    models = {place: load_model(path, threads=case.threads) for place, path in paths.items()}
    found: dict[str, list[tuple[float, float]]] = {place: [] for place in paths}
    for turn in range(rounds + 1):
        for place, model in models.items():
            seconds = run(model, case)
            if turn:  # the first allocates
                found[place].append(seconds)
    return {
        place: (median(wall for wall, _ in rows), median(cpu for _, cpu in rows))
        for place, rows in found.items()
    }


def peak_mib(path: Path, case: Case) -> float:
    """Peak memory of a new process that runs the case twice, above what loading took."""
    words = ["--child", str(path), case.preset, str(case.threads), str(case.steps)]
    command = [sys.executable, "-m", "tests.bench.stft_place", *words]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=root)
    return float(json.loads(done.stdout))


def child(path: str, preset: str, threads: str, steps: str) -> None:
    """What `peak_mib` starts."""
    case = Case(preset, int(threads), int(steps))
    model = load_model(Path(path), threads=case.threads)
    before = high_water_kib()
    for _ in range(2):
        run(model, case)
    print((high_water_kib() - before) / 1024)


def high_water_kib() -> int:
    """Peak resident memory of this process (Linux): getrusage would count its parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def export_both(checkpoint: Path, folder: Path) -> dict[str, Path]:
    """The checkpoint's graphs, one for each place."""
    from export.graphs.to_onnx import ToOnnxOptions, to_onnx

    paths = {place: folder / f"{place}.onnx" for place in PLACES}
    for place, path in paths.items():
        to_onnx(checkpoint, path, ToOnnxOptions(stft=place))
    return paths


def row(case: Case, paths: dict[str, Path], rounds: int) -> str:
    """One line of the table."""
    seconds = times(paths, case, rounds)
    memory = {place: peak_mib(path, case) for place, path in paths.items()}
    (wall, cpu), (wall_in, cpu_in) = seconds["beside"], seconds["inside"]
    cells = [
        f"{case.preset} | {case.threads} | {case.steps}",
        f"{1e3 * wall:.1f} | {1e3 * wall_in:.1f} | {wall_in / wall:.2f}",
        f"{1e3 * cpu:.1f} | {1e3 * cpu_in:.1f} | {cpu_in / cpu:.2f}",
        f"{memory['beside']:.0f} | {memory['inside']:.0f} | "
        f"{memory['inside'] / memory['beside']:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
        return
    parser = described(__doc__)
    add = parser.add_argument
    add("checkpoint", type=Path, help="a checkpoint of `export train` with a mask family")
    add("--threads", type=int, nargs="+", default=[1, 2])
    add("--steps", type=int, nargs="+", default=[1, 2, 4])
    add("--presets", nargs="+", choices=PRESETS, default=PRESETS)
    add("--rounds", type=int, default=7)
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        paths = export_both(args.checkpoint, Path(folder))
        steps = args.steps if load_model(paths["beside"]).spec.conditional else [1]
        print("| preset | threads | steps | beside ms | inside ms | ratio | beside CPU ms "
              "| inside CPU ms | ratio | beside MiB | inside MiB | ratio |")  # fmt: skip
        print("|---" * 12 + "|")
        for preset in args.presets:
            for threads in args.threads:
                for count in steps:
                    print(row(Case(preset, threads, count), paths, args.rounds), flush=True)


if __name__ == "__main__":
    main()
