"""What separating costs: measured in one run, side by side, by `daw-bridge bench`.

Times are in seconds, of wall clock and of CPU. On a busy machine trust the ratios: both sides of a
ratio are timed in turns, window by window.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.cli.peak_memory import peak_mib
from daw_bridge.files.plan import plan
from daw_bridge.files.request import request_from
from daw_bridge.files.separation import run
from daw_bridge.live.latency import longest_hop
from engines.composite import AnyStream, streams_of
from engines.load import Model
from engines.making import make_stream
from engines.methods import make_method
from engines.session import Session
from engines.spec import HybridDomain, ModelSpec, StftDomain
from engines.stft import Stft, make_stft
from engines.stream import StreamSettings, stream_settings
from engines.types import Audio

#: Steps beyond the preset's own that the cost of a step is taken from.
_MANY_STEPS = 8


@dataclass(frozen=True)
class Overhead:
    """Streaming against the bare network runs and STFTs of the same windows.

    Times are medians in ms per window; `ratio` is the median of every window's own wall-clock ratio
    (aim: at most 1.05), `cpu_ratio` the same of CPU time, which other programs disturb less.
    """

    windows: int
    stream_ms: float
    network_ms: float
    stft_ms: float
    ratio: float
    cpu_ratio: float


@dataclass(frozen=True)
class LiveCost:
    """The live preset: seconds of compute per second of audio, and the steps that fit a hop.

    step_ms is what one more refinement step costs; a one-pass model has none (steps_that_fit 0).
    """

    hop_ms: float
    steps: int
    window_ms: float
    step_ms: float
    load: float
    load_target: float
    steps_that_fit: int


@dataclass(frozen=True)
class Offline:
    """A file separated, with reading and writing: seconds of audio per second, at so many steps."""

    steps: int
    audio_s: float
    took_s: float

    @property
    def speed(self) -> float:
        """Times real time."""
        return self.audio_s / self.took_s


@dataclass(frozen=True)
class Memory:
    """Peak resident memory of `daw-bridge separate` in a process of its own, in MiB."""

    short_s: float
    long_s: float
    short_mib: float
    long_mib: float

    @property
    def ratio(self) -> float:
        """Aim: at most 1.10."""
        return self.long_mib / self.short_mib


def music(rate_hz: int, channels: int, frames: int) -> Audio:
    """The demo song over and over, `(channels, frames) float32`, not resampled."""
    song, _ = soundfile.read(DEMO_SONG, dtype="float32", always_2d=True)
    rows = [song.T[k % song.shape[1]] for k in range(channels)]
    repeats = -(-frames // song.shape[0])
    return np.ascontiguousarray(np.tile(np.stack(rows), repeats)[:, :frames])


class Call(NamedTuple):
    """One run of the network: the outputs asked for, and what it was given."""

    outputs: tuple[str, ...]
    feeds: Mapping[str, Audio]


class _Time(NamedTuple):
    wall_s: float
    cpu_s: float


class Recorder:
    """A session that keeps what it was asked, to ask it again without the stream."""

    def __init__(self, session: Session) -> None:
        self.asked = session
        self.provider, self.note, self.metadata = session.provider, session.note, session.metadata
        self.inputs, self.outputs, self.types = session.inputs, session.outputs, session.types
        self.calls: list[Call] = []

    def run(self, output: str, feeds: Mapping[str, Audio]) -> Audio:
        self._keep((output,), feeds)
        return self.asked.run(output, feeds)

    def run_several(self, outputs: Sequence[str], feeds: Mapping[str, Audio]) -> list[Audio]:
        self._keep(tuple(outputs), feeds)
        return self.asked.run_several(outputs, feeds)

    def _keep(self, outputs: tuple[str, ...], feeds: Mapping[str, Audio]) -> None:
        self.calls.append(Call(outputs, {name: value.copy() for name, value in feeds.items()}))


def measure_overhead(model: Model, windows: int) -> Overhead:
    """The live stream's windows, each timed beside its own session runs and STFTs, in turns."""
    recorders: list[Recorder] = []
    recording = _recording(model, recorders)
    settings = stream_settings(model.spec, model.spec.rate_hz, model.spec.channels)
    timed, shadow = make_stream(model, settings), make_stream(recording, settings)
    timed.warm_up()
    hop, late = ceil(longest_hop(timed)), timed.latency_samples + 1
    longest = max(_hops_of_window(one) for one in streams_of(timed))
    filled = longest + len(streams_of(timed)) - 1
    audio = music(model.spec.rate_hz, settings.channels, late + (filled + windows) * hop)
    stfts = _bare_stfts(shadow)
    for stream in (timed, shadow):  # fill the windows with music, so that none is cheap
        stream.push(audio[:, : late + filled * hop])
    taken: list[dict[str, _Time]] = []
    for start in range(late + filled * hop, audio.shape[1], hop):
        block = audio[:, start : start + hop]
        for one in recorders:
            one.calls.clear()
        stfts()  # those of the block before
        shadow.push(block)
        sides: dict[str, Callable[[], object]] = {
            "stream": partial(timed.push, block),
            "network": partial(_repeat, recorders),
            "stft": partial(_each, stfts()),
        }
        names = list(sides)
        turn = len(taken) % len(names)
        taken.append({name: _time(sides[name]) for name in names[turn:] + names[:turn]})
    return _overhead(taken)


def _recording(model: Model, recorders: list[Recorder]) -> Model:
    """A copy of the model, and of those that it needs, whose calls the recorders keep."""
    made: dict[int, Model] = {}

    def copied(one: Model) -> Model:
        if id(one) not in made:
            firsts = tuple((stem, copied(first)) for stem, first in one.firsts)
            members = tuple(map(copied, one.members))
            session, method = one.session, one.method
            if not members:
                session = Recorder(one.session)
                recorders.append(session)
                method = make_method(one.spec, session)
            made[id(one)] = replace(
                one, session=session, method=method, firsts=firsts, members=members
            )
        return made[id(one)]

    return copied(model)


def _repeat(recorders: list[Recorder]) -> None:
    for one in recorders:
        for call in one.calls:
            one.asked.run_several(call.outputs, call.feeds)


def _each(works: list[Callable[[], object]]) -> None:
    for work in works:
        work()


def _bare_stfts(stream: AnyStream) -> Callable[[], list[Callable[[], object]]]:
    """Gives the transforms of the windows that the streams in it have run since the last time."""
    streams = streams_of(stream)
    works = [bare_stfts(one.model, one.settings) for one in streams]
    done = [0] * len(streams)

    def since() -> list[Callable[[], object]]:
        found = []
        for row, (one, work) in enumerate(zip(streams, works, strict=True)):
            windows = one.stats.windows
            found += [work] * (windows - done[row])
            done[row] = windows
        return found

    return since


def _overhead(taken: list[dict[str, _Time]]) -> Overhead:
    """The medians over all windows."""

    def ratio(clock: Callable[[_Time], float]) -> float:
        return statistics.median(
            clock(one["stream"]) / (clock(one["network"]) + clock(one["stft"])) for one in taken
        )

    def wall_ms(side: str) -> float:
        return 1000 * statistics.median(one[side].wall_s for one in taken)

    return Overhead(
        windows=len(taken),
        stream_ms=wall_ms("stream"),
        network_ms=wall_ms("network"),
        stft_ms=wall_ms("stft"),
        ratio=ratio(lambda t: t.wall_s),
        cpu_ratio=ratio(lambda t: t.cpu_s),
    )


def bare_stfts(model: Model, settings: StreamSettings) -> Callable[[], object]:
    """One window's transforms: the mix's new frames forward, every stem's needed frames back."""
    domain = model.spec.domain
    domain = domain.stft if isinstance(domain, HybridDomain) else domain
    if not isinstance(domain, StftDomain):
        return lambda: None
    grid = settings.grid
    stft: Stft = make_stft(domain, settings.window_samples, 0)
    first, end = stft.needed(grid.start, grid.stop)
    mix = music(model.spec.rate_hz, model.spec.channels, settings.window_samples)
    shape = (len(model.spec.stems), model.spec.channels, end - first, stft.bins)
    spectra = np.ascontiguousarray(np.broadcast_to(stft.forward(mix)[:, first:end], shape))
    new, found = stft.new_frames(settings.hop_samples), stft.forward(mix)

    def transforms() -> None:
        stft.transform(mix, found, stft.frames - new, stft.frames)
        stft.inverse(spectra, grid.start, grid.stop)

    return transforms


def measure_live(model: Model, windows: int, load_target: float) -> LiveCost:
    """The live preset at its own steps, and what further steps cost."""
    spec = model.spec
    own = spec.live.steps
    more = own + _MANY_STEPS if spec.refines else own
    few_s, many_s, hop_samples = _window_seconds(model, (own, more), windows)
    step_s = max(0.0, (many_s - few_s) / _MANY_STEPS) if spec.refines else 0.0
    hop_s = hop_samples / spec.rate_hz
    spare_s = load_target * hop_s - few_s
    fit = max(0, own + int(spare_s // step_s)) if step_s > 0.0 else 0
    return LiveCost(1000 * hop_s, own, 1000 * few_s, 1000 * step_s, few_s / hop_s, load_target, fit)


def _hops_of_window(stream: AnyStream) -> int:
    return ceil(stream.settings.window_samples / stream.settings.hop_samples)


def _window_seconds(model: Model, steps: tuple[int, int], windows: int) -> tuple[float, float, int]:
    """Median seconds per window at two numbers of steps, timed in turns, and its hop in samples."""
    spec = model.spec
    streams = [
        make_stream(model, stream_settings(spec, spec.rate_hz, spec.channels, steps=n))
        for n in steps
    ]
    hop, late = ceil(longest_hop(streams[0])), streams[0].latency_samples + 1
    audio = music(spec.rate_hz, spec.channels, late + windows * hop)
    taken: list[list[float]] = [[], []]
    for stream in streams:
        stream.push(audio[:, :late])
    for start in range(late, audio.shape[1], hop):
        for stream, times in zip(streams, taken, strict=True):
            block = audio[:, start : start + hop]
            times.append(_time(partial(stream.push, block)).wall_s)
    return statistics.median(taken[0]), statistics.median(taken[1]), hop


def offline_runs(spec: ModelSpec, one_s: float, many_s: float) -> tuple[tuple[int, float], ...]:
    """(steps, seconds of file) of what is separated: at 1 and 16 steps where these refine.

    A model that samples has its own number, as few are refused, and a file that is shorter by it.
    """
    if spec.diffusion is not None:
        return ((spec.offline.steps, of_own_steps(spec, one_s)),)
    return ((1, one_s), (16, many_s)) if spec.refines else ((1, one_s),)


def of_own_steps(spec: ModelSpec, seconds: float) -> float:
    """How long a file is for about the same work as `seconds` of it with one step: a window at
    least."""
    if spec.diffusion is None:
        return seconds
    return max(seconds / spec.offline.steps, spec.offline.window_samples / spec.rate_hz)


def measure_offline(model: Model, steps: int, audio_s: float) -> Offline:
    """`daw-bridge separate` without its start: one file of music to float WAV."""
    with tempfile.TemporaryDirectory(prefix="daw-bridge-bench-") as folder:
        source = write_music(Path(folder) / "song.flac", audio_s)
        options = (("model", str(model.path)), ("steps", steps), ("tags", tags_of(model)))
        planned = plan(request_from(source, Path(folder) / "out", options))
        work = partial(run, planned, model, lambda fraction, stage: True, lambda code, text: None)
        took_s = _time(work).wall_s
    return Offline(steps, audio_s, took_s)


def measure_memory(model: Model, short_s: float, long_s: float, threads: int) -> Memory:
    """Two separations of one step, or a sampling model's own number, in processes of their own.

    Raises WriteFailed, NotMeasured.
    """
    steps = 0 if model.spec.diffusion is not None else 1
    short_s, long_s = (of_own_steps(model.spec, one) for one in (short_s, long_s))
    with tempfile.TemporaryDirectory(prefix="daw-bridge-bench-") as folder:
        peaks = [
            _separate_peak_mib(Path(folder), model, seconds, threads, steps)
            for seconds in (short_s, long_s)
        ]
    return Memory(short_s, long_s, peaks[0], peaks[1])


def _separate_peak_mib(
    folder: Path, model: Model, seconds: float, threads: int, steps: int
) -> float:
    source = write_music(folder / f"{round(1000 * seconds)}ms.flac", seconds)
    clipped = 3  # music at full scale may clip a stem in an integer format
    command = [
        sys.executable, "-m", "daw_bridge", "separate", str(source), "-o", str(folder / "out"),
        "--model", str(model.path), "--steps", str(steps), "--threads", str(threads), "--device",
        "cpu",
        "--format", "flac-16", "--json", *(("--tags", tags_of(model)) if tags_of(model) else ()),
    ]  # fmt: skip
    return peak_mib(command, accepted=(0, clipped))


def tags_of(model: Model) -> str:
    """What a model was asked for, as `--tags` has it; "" of one that is asked for none."""
    asking = model.spec.asking
    return ",".join("+".join(one.tags) for one in asking.targets) if asking else ""


def write_music(path: Path, seconds: float) -> Path:
    """A FLAC file of so many seconds of the demo song, written song by song."""
    song, rate_hz = soundfile.read(DEMO_SONG, dtype="float32", always_2d=True)
    left = round(seconds * rate_hz)
    with soundfile.SoundFile(path, "w", rate_hz, song.shape[1], "PCM_16", format="FLAC") as file:
        while left > 0:
            file.write(song[:left])
            left -= min(left, len(song))
    return path


def _time(work: Callable[[], object]) -> _Time:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return _Time(time.perf_counter() - wall_s, time.process_time() - cpu_s)
