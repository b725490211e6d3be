"""Other people's separators, with weights from a seed, in daw-bridge and in their own packages.

    python -m tests.bench.lifted --songs ../shared/data/musdb18-7/train --folder runs/lifted
    python -m tests.bench.lifted --songs ... --folder ... --models htdemucs --parts windows clip

Runs where the packages are installed, and says what to install where one is not. The clip is some
songs of the folder, one after another. Parts:

make      the network gets weights from seed 0 and is lifted (`python -m export lift`) or adopted
windows   every whole window of the clip: daw-bridge's estimate before crossfades, and what the
          package's network and transforms make of the same samples, in turns: the largest
          deviation, and processor time on one thread
clip      the whole clip: what daw-bridge makes of it becomes, change by change, what the package's
          own command makes of it; each change is a part of the difference
live      what a live stream says at the live preset, by the clock of the processor, so that other
          programs do not count; and its samples, from a worker that is always in time
speed     processor time of a live hop over that of its network and transforms alone (the network
          runs twice; then its answers are repeated)

What is done is kept in the folder, so that a broken run goes on where it was (--again: anew).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from daw_bridge.cli.benchmark import bare_stfts
from daw_bridge.errors import TooSlow
from daw_bridge.live.stream import LiveStream
from engines.load import Model, load_model
from engines.methods import make_method
from engines.session import Feeds, Session
from engines.stream import Stream, StreamSettings, stream_settings
from engines.types import Audio
from engines.window import Control, Estimate, State, Window
from export.common.songs import load_clip, song_folders
from export.graphs.errors import PackageMissing
from tests.bench.tools import described
from tests.rigs.export.lifted import REFERENCES
from tests.rigs.export.lifted.procedures import (
    Procedure,
    Whole,
    change,
    filled_up,
    graph_network,
    grid_pieces,
    mirrored_ends,
    remembered,
    some_rows,
)
from tests.rigs.export.lifted.reference import Reference, one_thread

STEMS = ("drums", "bass", "other", "vocals")
RATE_HZ = 44100
BLOCK = 512
MOST = 1e-4
"""Of the peak: the largest deviation of a window."""


@dataclass(frozen=True)
class Given:
    """The clip (2, n), where models are, the hops of the live part and the rounds of the speed."""

    mix: Audio
    folder: Path
    hops: int
    rounds: int

    def model(self, name: str) -> Model:
        """One that was made."""
        return load_model(self.folder / f"{name}.onnx", "cpu", threads=1)


def joined_clips(songs: Path, seconds: float) -> Audio:
    """(2, n): the songs' mixes, one after another."""
    parts: list[Audio] = []
    for folder in song_folders(songs, STEMS):
        parts.append(load_clip(folder, STEMS, RATE_HZ, 2).mix)
        if sum(part.shape[-1] for part in parts) >= seconds * RATE_HZ:
            break
    joined = np.concatenate(parts, axis=-1)[:, : round(seconds * RATE_HZ)]
    return np.ascontiguousarray(joined, np.float32)


class Collector:
    """A method that keeps its windows and answers silence."""

    def __init__(self, model: Model) -> None:
        self._stems = len(model.spec.stems)
        self.kept: list[Window] = []

    def new_state(self) -> State | None:
        """None."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """(stems, C, stop - start) of zeros each."""
        self.kept += [replace(w, mix=w.mix.copy(), frame_caches=None) for w in windows]
        return [
            Estimate(np.zeros((self._stems, len(w.mix), w.stop - w.start), np.float32), 1, 1)
            for w in windows
        ]


def whole_windows(model: Model, mix: Audio) -> list[Window]:
    """Those that the offline preset gives to the model of which nothing lies beyond the clip."""
    settings = stream_settings(model.spec, RATE_HZ, 2, preset="offline")
    collector = Collector(model)
    through(Stream(replace(model, method=collector), settings), mix)
    last = mix.shape[1] - settings.window_samples
    return [window for window in collector.kept if 0 <= window.origin <= last]


def make(reference: Reference, given: Given) -> Iterator[str]:
    """Lift or adopt it."""
    path = given.folder / f"{reference.name}.onnx"
    _, took_s = timed(partial(reference.make, path))
    spec = given.model(reference.name).spec
    window_s, hop_s, live_s = (
        n / spec.rate_hz
        for n in (spec.offline.window_samples, spec.live.hop_samples, spec.live.window_samples)
    )
    yield (
        f"{path.stat().st_size / 1e6:.1f} MB in {took_s:.0f} s; windows of {window_s:.2f} s, "
        f"live {live_s:.2f} s every {hop_s:.2f} s"
    )


def windows(reference: Reference, given: Given) -> Iterator[str]:
    """The largest deviation of each whole window, and the processor time of both, in turns."""
    model, rows = given.model(reference.name), graph_rows(given.model(reference.name))
    ours, theirs = model.method, filled_up(reference.network(), reference.short)
    found = []
    for window in whole_windows(model, given.mix):
        if reference.short:  # the package fills its windows up with zeros
            window.mix[:, -reference.short :] = 0.0
        (estimate,), ours_s = timed(partial(ours.run, [window], Control(1)))
        wanted, theirs_s = timed(partial(theirs, window.mix))
        peak = float(np.abs(wanted).max())
        apart = estimate.stems[rows] - wanted[..., window.start : window.stop]
        found.append((float(np.abs(apart).max()) / peak, ours_s, theirs_s))
        yield (
            f"window from {window.origin / RATE_HZ:.2f} s: {found[-1][0]:.1e} of the peak, "
            f"{peak:.2g}; {ours_s:.2f} s, torch {theirs_s:.2f} s"
        )
    worst = max((one[0] for one in found), default=np.inf)
    if not worst <= MOST:
        raise SystemExit(f"{reference.name} is not as its package has it: {worst:.1e} of the peak")
    yield f"{len(found)} whole windows: at most {worst:.1e} of the peak"
    window_s = model.spec.offline.window_samples / RATE_HZ
    a, b = (median(one[side] for one in found) / window_s for side in (1, 2))
    ratio = median(one[1] / one[2] for one in found)
    yield f"seconds for one second: {a:.2f}, torch {b:.2f}; ours / torch {ratio:.2f}"


def graph_rows(model: Model) -> list[int]:
    """Those of its stems that the network gives: not the rest of the mix."""
    return [model.spec.stems.index(stem) for stem in model.spec.graph_stems]


def clip(reference: Reference, given: Given) -> Iterator[str]:
    """The difference from the package's command, in parts."""
    model, mix = given.model(reference.name), given.mix
    rows = graph_rows(model)
    graph = remembered(graph_network(model))
    settings = stream_settings(model.spec, RATE_HZ, 2, preset="offline")
    served = through(Stream(replace(model, method=Whole(graph)), settings), mix)[rows]
    theirs = reference.command(mix)
    level = float(np.sqrt(np.square(theirs, dtype=np.float64).mean()))
    yield f"whole difference: {change(served, theirs, level)}"
    network = remembered(filled_up(reference.network(), reference.short))
    ours = Procedure(some_rows(graph, rows), grid_pieces(settings.grid), mirrored_ends)
    steps = [("daw-bridge, written as a procedure", ours)]
    steps.append(("the network in torch", replace(ours, network=network)))
    steps += reference.steps(steps[-1][1], settings.grid)
    before = served
    for text, procedure in steps:
        after = procedure(mix)
        yield f"{text}: {change(before, after, level)}; left {change(after, theirs, level)}"
        before = after
    yield f"not explained: {change(before, theirs, level)}"


def through(stream: Stream, mix: Audio) -> Audio:
    """The stream's outputs of the whole clip."""
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


def live(reference: Reference, given: Given) -> Iterator[str]:
    """What a live stream says of the time that it needs; then its worker, always in time."""
    model = given.model(reference.name)
    settings = stream_settings(model.spec, RATE_HZ, 2)
    hop_s = settings.hop_samples / RATE_HZ
    asked = LiveStream(model, settings, BLOCK, clock=time.thread_time)
    yield f"hop {hop_s:.3f} s, latency {asked.latency_samples / RATE_HZ:.3f} s"
    try:
        asked.control.start()
    except TooSlow as error:
        yield f"refused: {error}"
        return
    fault, load = asked.control.fault, asked.control.need[0]
    asked.control.stop()
    yield f"served, load {load:.2f}: {fault or 'no fault'}"
    played = replace(model, method=Whole(remembered(graph_network(model))))
    count = settings.grid.ahead_samples + given.hops * settings.hop_samples + BLOCK
    yield in_time(played, settings, given.mix[:, : count // BLOCK * BLOCK])


def in_time(model: Model, settings: StreamSettings, mix: Audio) -> str:
    """Blocks through a live stream whose worker is done before the next one comes, beside a stream
    that gets all at once."""
    stream = LiveStream(model, settings, BLOCK)
    out = np.zeros((len(stream.outputs), *mix.shape), np.float32)
    for at in range(0, mix.shape[1], BLOCK):
        stream.process(mix[:, at : at + BLOCK], out[..., at : at + BLOCK])
        while stream.control.step():
            pass
    late = stream.latency_samples
    wanted = Stream(model, settings).push(mix)[..., : mix.shape[1] - late]
    same = np.array_equal(out[..., late : late + wanted.shape[-1]], wanted)
    counters = stream.control.counters
    return (
        f"{counters.blocks} blocks, {counters.late_blocks} late, {counters.windows} windows, "
        f"{'the same samples' if same else 'OTHER SAMPLES'} as in one piece, {late} samples later"
    )


class Replayed:
    """A session that answers at once what it answered before."""

    def __init__(self, session: Session) -> None:
        self._asked = session
        self.provider, self.note, self.metadata = session.provider, session.note, session.metadata
        self.inputs, self.outputs, self.types = session.inputs, session.outputs, session.types
        self.network_s: list[float] = []
        self._answers: list[Audio] = []

    def run(self, output: str, feeds: Feeds) -> Audio:
        """The output of that name."""
        return self.run_several((output,), feeds)[0]

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        """Those outputs; the first two times by the network, which is timed."""
        if len(self.network_s) < 2:
            self._answers, spent_s = timed(partial(self._asked.run_several, outputs, feeds))
            self.network_s.append(spent_s)
        return [answer.copy() for answer in self._answers]


def speed(reference: Reference, given: Given) -> Iterator[str]:
    """Streaming live, over its network and transforms."""
    model = given.model(reference.name)
    session = Replayed(model.session)
    settings = stream_settings(model.spec, RATE_HZ, 2)
    fast = replace(model, session=session, method=make_method(model.spec, session))
    stream, hop = Stream(fast, settings), settings.hop_samples
    stream.push(given.mix[:, : settings.grid.ahead_samples + 2 * hop])
    begin, stfts = settings.grid.ahead_samples + 2 * hop, bare_stfts(model, settings)
    hops = []
    for index in range(given.rounds):
        at = (begin + index * hop) % (given.mix.shape[1] - hop)
        _, stream_s = timed(partial(stream.push, given.mix[:, at : at + hop]))
        hops.append((stream_s, timed(stfts)[1]))
    network_s = session.network_s[-1]
    stream_s, stft_s = (median(column) for column in zip(*hops, strict=True))
    yield (
        f"a hop of {hop / RATE_HZ:.2f} s: network {1000 * network_s:.0f} ms, transforms "
        f"{1000 * stft_s:.1f} ms, all else {1000 * (stream_s - stft_s):.1f} ms; streaming over "
        f"network and transforms {(network_s + stream_s) / (network_s + stft_s):.3f}"
    )


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it answers, and its processor time in seconds."""
    began = time.thread_time()
    return work(), time.thread_time() - began


Part = Callable[[Reference, Given], Iterator[str]]
PARTS: dict[str, Part] = {
    "make": make, "windows": windows, "clip": clip, "live": live, "speed": speed,
}  # fmt: skip


class Results:
    """Lines by part and model, in a file that is written after each."""

    def __init__(self, path: Path, again: bool) -> None:
        self._path, self._again = path, again

    def lines(self, part: str, reference: Reference, given: Given) -> list[str]:
        """What was found before, or is found now."""
        key = f"{part} {reference.name}"
        if key in self._known() and not self._again:
            return self._known()[key]
        found = []
        for line in PARTS[part](reference, given):
            print(f"  {line}", flush=True)
            found.append(line)
        self._path.write_text(json.dumps(self._known() | {key: found}, indent=1), "utf-8")
        return []

    def _known(self) -> dict[str, list[str]]:
        if not self._path.is_file():
            return {}
        known: dict[str, list[str]] = json.loads(self._path.read_text("utf-8"))
        return known


def main() -> None:
    """Measure, and print."""
    parser = described(__doc__)
    add = parser.add_argument
    add("--songs", type=Path, required=True, help="folders of songs, a file for each stem")
    add("--folder", type=Path, required=True, help="where models and results are kept")
    add("--models", nargs="+", choices=tuple(REFERENCES), default=list(REFERENCES))
    add("--parts", nargs="+", choices=tuple(PARTS), default=list(PARTS))
    add("--seconds", type=float, default=27.0, help="of the clip (default %(default)s)")
    add("--hops", type=int, default=6, help="of the live part (default %(default)s)")
    add("--rounds", type=int, default=9, help="of the speed (default %(default)s)")
    add("--again", action="store_true", help="measure what was measured before anew")
    asked = parser.parse_args()
    one_thread()
    asked.folder.mkdir(parents=True, exist_ok=True)
    mix = joined_clips(asked.songs, asked.seconds)
    given = Given(mix, asked.folder, asked.hops, asked.rounds)
    results = Results(asked.folder / "results.json", asked.again)
    for part in asked.parts:
        for name in asked.models:
            print(f"{part} {name}", flush=True)
            try:
                for line in results.lines(part, REFERENCES[name], given):
                    print(f"  {line}", flush=True)
            except PackageMissing as error:
                print(f"  {error}", flush=True)


if __name__ == "__main__":
    main()
