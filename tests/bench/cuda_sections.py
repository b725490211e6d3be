"""The sections of tests.bench.cuda: each prints Markdown, row by row, as it finds it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
import onnxruntime

from daw_bridge.cli.benchmark import Call, Recorder, music
from engines.load import Model, find_model, list_models, load_model
from engines.methods import make_method
from engines.ort import OrtSession, open_session
from engines.providers import CPU, CUDA, TENSORRT
from engines.spec import ModelSpec
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.export.bands import write_band

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
LIMIT = 1e-4  # the largest difference, of the peak, that counts as the same
DEFAULT_MODEL, STREAMS = "song", (1, 2, 4)


class CannotRun(Exception):
    """The section lacks something, which the message names."""


@dataclass(frozen=True)
class Task:
    """A section's device, how long it is to measure, and models (() for all that are installed)."""

    device: str
    seconds: float
    models: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every model asked for; the default one first."""
        names = self.models or list_models()
        return tuple(sorted(names, key=lambda name: name != DEFAULT_MODEL))

    def load(self) -> Model:
        """The first model, on the device."""
        return load_model(self.names[0], self.device, threads())


Run = Callable[[Task], None]


@dataclass(frozen=True)
class Section:
    """One part of the report; after `limit_s` it is stopped."""

    name: str
    title: str
    run: Run
    seconds: float
    limit_s: int


def threads() -> int:
    """Half the cores, at most 8: what a processor is given beside a device."""
    return max(1, min(8, (os.cpu_count() or 2) // 2))


def row(*cells: object) -> None:
    """A line of a table, at once."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def header(*cells: str) -> None:
    """A table's first two lines."""
    row(*cells)
    print("|" + "---|" * len(cells), flush=True)


def needs(*modules: str) -> None:
    """Raises CannotRun where a module is not installed."""
    absent = [name for name in modules if importlib.util.find_spec(name) is None]
    if absent:
        raise CannotRun(f"{', '.join(absent)} not installed; pip install '.[dev,export]'")


def marked_tests(task: Task) -> None:
    """pytest's own last lines."""
    needs("pytest", "hypothesis", "onnx")
    if task.device != CUDA.name:
        raise CannotRun("the marked tests are for cuda")
    files = [
        str(path.relative_to(ROOT)) for path in sorted(TESTS.rglob("test_*.py"))
        if "@pytest.mark.cuda" in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-m", "cuda", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    print("```", *lines[-20:], "```", sep="\n", flush=True)


def parity(task: Task) -> None:
    """Every model, preset for preset: the same song on the CPU and on the device."""
    header("model", "preset", "steps", "largest difference, of the peak", f"within {LIMIT:g}",
           "times real time, CPU", "device", "note")  # fmt: skip
    for name in task.names:
        here, there = (load_model(name, one, threads()) for one in (CPU.name, task.device))
        spec = here.spec
        mix = music(spec.rate_hz, spec.channels, round(spec.rate_hz * max(task.seconds, 0.5)))
        for preset, steps in grids(spec):
            found = [separated(model, mix, preset, steps) for model in (here, there)]
            peak = max(float(np.abs(found[0][0]).max()), 1e-9)
            apart = float(np.abs(found[0][0] - found[1][0]).max()) / peak
            speeds = [f"{mix.shape[1] / spec.rate_hz / took_s:.1f}" for _, took_s in found]
            row(spec.name, preset, steps, f"{apart:.1e}", "yes" if apart < LIMIT else "**NO**",
                *speeds, there.provider_note)  # fmt: skip


def grids(spec: ModelSpec) -> Iterator[tuple[str, int]]:
    """Every preset with its steps, and the last with more, where a model refines."""
    for preset, own in spec.presets.items():
        yield preset, own.steps
    if spec.conditional:
        yield preset, own.steps + 3


def separated(model: Model, mix: Audio, preset: str, steps: int) -> tuple[Audio, float]:
    """All outputs, and the seconds that they took, the first window's compilation left out."""
    spec = model.spec
    settings = stream_settings(spec, spec.rate_hz, spec.channels, preset=preset, steps=steps)
    stream = Stream(model, settings)
    stream.warm_up()
    began = perf_counter()
    parts = [stream.push(mix), stream.flush()]
    return np.concatenate(parts, axis=-1), perf_counter() - began


def window_call(model: Model) -> Call:
    """What the network is asked for one live window of music."""
    recorder = Recorder(model.session)
    recording = replace(model, session=recorder, method=make_method(model.spec, recorder))
    settings = stream_settings(model.spec, model.spec.rate_hz, model.spec.channels)
    stream = Stream(recording, settings)
    stream.push(music(model.spec.rate_hz, settings.channels, settings.grid.input_end(0)))
    return recorder.calls[-1]


Works = dict[str, Callable[[], object]]


def in_turns(
    works: Works, seconds: float, clock: Callable[[], float] = perf_counter
) -> dict[str, float]:
    """Median milliseconds of each, done in turns for so many seconds, after three of each."""
    for work in works.values():
        for _ in range(3):
            work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    until = perf_counter() + seconds
    while perf_counter() < until or not all(taken.values()):
        for name, work in works.items():
            began = clock()
            work()
            taken[name].append(1000 * (clock() - began))
    return {name: median(times) for name, times in taken.items()}


def speed(task: Task) -> None:
    """The network call of a live window, on the CPU and on the device in turns."""
    header("model", "threads", "ms, CPU", "ms, device", "device / CPU",
           "the same in processor time")  # fmt: skip
    for name in task.names:
        here, there = (load_model(name, one, threads()) for one in (CPU.name, task.device))
        call = window_call(here)
        works: Works = {
            "CPU": lambda model=here, call=call: model.session.run_several(*call),
            "device": lambda model=there, call=call: model.session.run_several(*call),
        }
        share = task.seconds / len(task.names) / 2
        wall, cpu = (in_turns(works, share, clock) for clock in (perf_counter, process_time))
        row(here.spec.name, threads(), f"{wall['CPU']:.1f}", f"{wall['device']:.1f}",
            *(f"{one['device'] / max(one['CPU'], 1e-3):.2f}" for one in (wall, cpu)))  # fmt: skip


def raw(model: Model) -> onnxruntime.InferenceSession:
    """onnxruntime's own session of a model."""
    assert isinstance(model.session, OrtSession)
    return model.session._session


def io_binding(task: Task) -> None:
    """One live window: plain, copied by IOBinding, and with everything on the device."""
    model = task.load()
    call, session = window_call(model), raw(model)
    where = "cuda" if model.provider in (CUDA.ort_name, TENSORRT.ort_name) else "cpu"
    feeds = dict(call.feeds)
    there = {
        name: onnxruntime.OrtValue.ortvalue_from_numpy(value, where, 0)
        for name, value in feeds.items()
    }

    def bound(copies: bool) -> Audio | None:
        binding = session.io_binding()
        for name, value in feeds.items():
            if copies:
                binding.bind_cpu_input(name, value)
            else:
                binding.bind_ortvalue_input(name, there[name])
        for output in call.outputs:
            binding.bind_output(output, "cpu" if copies else where)
        session.run_with_iobinding(binding)
        return np.asarray(binding.copy_outputs_to_cpu()[0]) if copies else None

    works: Works = {
        "plain run": lambda: session.run(list(call.outputs), feeds),
        "IOBinding, copied in and out": lambda: bound(True),
        f"IOBinding, all on {where}": lambda: bound(False),
    }
    plain, copied = session.run(list(call.outputs), feeds)[0], bound(True)
    print(f"`{model.spec.name}`, one network call of a live window "
          f"({', '.join(f'{name} {value.shape}' for name, value in feeds.items())}). "
          f"Largest difference {np.abs(plain - copied).max():.1e}.\n")  # fmt: skip
    times = in_turns(works, task.seconds)
    header("", "ms, median", "of the plain run")
    for name, ms in times.items():
        row(name, f"{ms:.2f}", f"{ms / times['plain run']:.2f}")


def half(task: Task) -> None:
    """The graph in float16, its inputs and outputs in float32."""
    needs("onnx", "sympy")
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    model = task.load()
    call = window_call(model)
    graph = convert_float_to_float16(onnx.load(find_model(task.names[0])), keep_io_types=True)
    with TemporaryDirectory(prefix="daw-bridge-bench-") as folder:
        onnx.save(graph, Path(folder) / "half.onnx")
        halved = open_session(Path(folder) / "half.onnx", task.device, threads())
    works: Works = {
        "float32": lambda: model.session.run_several(*call)[0],
        "float16": lambda: halved.run_several(*call)[0],
    }
    exact = model.session.run_several(*call)[0]
    apart = np.abs(halved.run_several(*call)[0] - exact).max() / np.abs(exact).max()
    times = in_turns(works, task.seconds)
    print(f"`{model.spec.name}`, one network call of a live window; float16: {halved.note}.\n")
    header("", "ms, median", "of float32", "largest difference, of the peak")
    row("float32", f"{times['float32']:.2f}", "1.00", "")
    row("float16", f"{times['float16']:.2f}", f"{times['float16'] / times['float32']:.2f}",
        f"{apart:.1e}")  # fmt: skip


def bench(task: Task) -> None:
    """`daw-bridge bench --quick`, without its memory runs, which are on the CPU."""
    command = [
        sys.executable, "-m", "daw_bridge", "bench", "--quick", "--no-memory", "--model",
        task.names[0], "--device", task.device, "--threads", str(threads()),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"daw-bridge bench ended with status {done.returncode}")
    print("```", done.stdout.strip(), "```", sep="\n")


def shared_streams(task: Task) -> None:
    """Several threads, each with a stream of the one model, as fast as they can."""
    model = task.load()
    session = model.session
    assert isinstance(session, OrtSession)
    header("streams", "seconds of audio per second, together", "of one stream's", "runs joined",
           "largest difference from a stream alone, of the peak")  # fmt: skip
    alone = live_pieces(model, 0.0)
    first, share = 0.0, task.seconds / len(STREAMS)
    for count in STREAMS:
        joined = session._batches.joined if session._batches else 0
        began = perf_counter()
        with ThreadPoolExecutor(count) as pool:
            found = list(pool.map(lambda _: live_pieces(model, share), range(count)))
        took_s = perf_counter() - began
        samples = sum(piece.shape[-1] for pieces in found for piece in pieces)
        speed = samples / model.spec.rate_hz / took_s
        first = first or speed
        joined = (session._batches.joined if session._batches else 0) - joined
        row(count, f"{speed:.1f}", f"{speed / first:.2f}", joined, f"{apart_of(found, alone):.1e}")


def live_pieces(model: Model, seconds: float) -> list[Audio]:
    """What a live stream gives, hop by hop, for so many seconds of time and four hops at least."""
    spec = model.spec
    settings = stream_settings(spec, spec.rate_hz, spec.channels, seed=1)
    stream = Stream(model, settings)
    song = music(spec.rate_hz, spec.channels, 64 * settings.hop_samples)
    pieces: list[Audio] = []
    until = perf_counter() + seconds
    while len(pieces) < 4 or perf_counter() < until:
        first = len(pieces) % 64 * settings.hop_samples
        pieces.append(stream.push(song[:, first : first + settings.hop_samples]))
    return pieces


def apart_of(found: Sequence[Sequence[Audio]], alone: Sequence[Audio]) -> float:
    """The largest difference of the pieces that all have, of the peak."""
    peak = max(float(np.abs(piece).max(initial=0)) for piece in alone)
    return max(
        float(np.abs(piece - wanted).max(initial=0))
        for pieces in found for piece, wanted in zip(pieces, alone, strict=False)
    ) / max(peak, 1e-9)  # fmt: skip


SETUP = """family = "band_unet"
stems = ["bass", "drums", "guitar", "piano", "other"]
rate_hz = 44100
[model]
stems = 5
channels = 2
fft_samples = {fft}
hop_samples = {hop}
widths = {widths}
lstm_hidden = {hidden}
[train]
batch = {batch}
[data]
kind = "songs"
seconds = {seconds}
"""
FULL = {"fft": 4096, "hop": 1024, "widths": [32, 48, 64], "hidden": 192, "batch": 6,
        "seconds": 1.5}  # fmt: skip
"""The network of `band`."""
SMALL = {"fft": 1024, "hop": 256, "widths": [4, 6], "hidden": 8, "batch": 1, "seconds": 0.5}
"""For processors."""


def training(task: Task) -> None:
    """`python -m export train` for a minute, on noise: steps in a second, and the loss."""
    needs("torch", "onnxscript")
    if task.device not in (CPU.name, CUDA.name):
        raise CannotRun("torch trains on cpu and cuda alone")
    with TemporaryDirectory(prefix="daw-bridge-bench-") as name:
        folder = Path(name)
        for seed in range(4):
            write_band(folder / "bands" / "train" / f"song-{seed}", 10 * seed)
        sizes = SMALL if task.device == CPU.name else FULL
        (folder / "setup.toml").write_text(SETUP.format(**sizes), encoding="utf-8")
        command = [
            sys.executable, "-m", "export", "train", "--setup", str(folder / "setup.toml"),
            "--bands", str(folder / "bands"), "--out", str(folder / "run"), "--device", task.device,
            "--clock", "wall", "--minutes", str(task.seconds / 60), "--workers", str(threads()),
            "--log-seconds", "0", "--validate-minutes", "600",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr.strip(), file=sys.stderr)
            raise SystemExit(done.returncode)
        log = (folder / "run" / "log.jsonl").read_text(encoding="utf-8")
        words = done.stdout.splitlines()
    report_training([json.loads(line) for line in log.splitlines()], sizes, words)


def report_training(
    entries: Sequence[dict[str, float]], sizes: dict[str, object], words: Sequence[str]
) -> None:
    """What the log says of every step."""
    steps = [one for one in entries if "loss" in one]
    if not steps:
        raise SystemExit("not one step was made")
    print(f"`band_unet`, {', '.join(f'{name} {value}' for name, value in sizes.items())}; "
          f"{words[1] if len(words) > 1 else ''}; on noise.\n")  # fmt: skip
    later, tenth = steps[len(steps) // 2 :], max(1, len(steps) // 10)
    header("steps", "ms a step, second half", "of it waiting for data", "loss, first tenth",
           "last tenth")  # fmt: skip
    step_s, wait_s = (sum(one[name] for one in later) for name in ("step_s", "wait_s"))
    first, last = (
        f"{median(one['loss'] for one in part):.4f}" for part in (steps[:tenth], steps[-tenth:])
    )
    row(int(steps[-1]["step"]), f"{1000 * step_s / len(later):.1f}", f"{wait_s / step_s:.0%}",
        first, last)  # fmt: skip


SECTIONS = (
    Section("tests", "The marked tests", marked_tests, 0.0, 80),
    Section("parity", "The CPU and the device", parity, 10.0, 85),
    Section("speed", "One network call", speed, 10.0, 35),
    Section("iobinding", "IOBinding", io_binding, 10.0, 35),
    Section("half", "Half precision", half, 10.0, 35),
    Section("bench", "daw-bridge bench", bench, 0.0, 65),
    Section("streams", "Streams that share a model", shared_streams, 18.0, 45),
    Section("training", "Training", training, 60.0, 95),
)
