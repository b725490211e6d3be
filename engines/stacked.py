"""Models one after another in one stream: what the first ones make are known stems of the last.

All of the first hear the whole mix. The mix waits for the latest of them, so the latency is theirs
and the last one's together, and the outputs are the last one's: they sum to the mix as its do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engines.errors import AudioError, SettingsError, StreamStateError
from engines.load import Model
from engines.settings import StreamSettings, stream_settings
from engines.spec import ModelSpec
from engines.stream import OnStep, Stats, Stream
from engines.types import Audio


@dataclass(frozen=True)
class First:
    """A stream whose `stems` are known to the last one."""

    stream: Stream
    stems: tuple[str, ...]

    @property
    def rows(self) -> list[int]:
        """Which of its outputs they are."""
        return [self.stream.outputs.index(stem) for stem in self.stems]


class Stacked:
    """A stream as `engines.stream.Stream` is one, of which some known stems are made by `firsts`.

    The caller gives the others of last.settings.known. Raises SettingsError.
    """

    def __init__(self, firsts: Sequence[First], last: Stream) -> None:
        _check(firsts, last)
        self._firsts, self._last = tuple(firsts), last
        made = [stem for first in firsts for stem in first.stems]
        self.known = tuple(name for name in last.settings.known if name not in made)
        self.outputs: tuple[str, ...] = last.outputs
        self.latency_samples: int = last.latency_samples + max(
            first.stream.latency_samples for first in firsts
        )
        self.reset()

    @property
    def model(self) -> Model:
        """The last one's."""
        return self._last.model

    @property
    def settings(self) -> StreamSettings:
        """The last one's, of whose known stems those that the caller gives."""
        return replace(self._last.settings, known=self.known)

    @property
    def streams(self) -> tuple[Stream, ...]:
        """Each model's, the last one's last."""
        return (*(first.stream for first in self._firsts), self._last)

    @property
    def stats(self) -> Stats:
        """The last one's, with the steps, calls and bad windows of all."""
        found = self._last.stats
        for first in self._firsts:
            one = first.stream.stats
            found = replace(
                found,
                steps=found.steps + one.steps,
                network_calls=found.network_calls + one.network_calls,
                nonfinite_out=found.nonfinite_out + one.nonfinite_out,
            )
        return found

    @property
    def on_step(self) -> OnStep | None:
        """Called after every step of the last one, as a stream's."""
        return self._last.on_step

    @on_step.setter
    def on_step(self, callback: OnStep | None) -> None:
        self._last.on_step = callback

    def delay_for_block(self, block_samples: int) -> int:
        """A delay at which blocks of this one size can be served without a gap, in samples."""
        delays = [first.stream.delay_for_block(block_samples) for first in self._firsts]
        return max(delays) + self._last.latency_samples

    def reset(self) -> None:
        """Start over, as after a transport jump."""
        for stream in (*(first.stream for first in self._firsts), self._last):
            stream.reset()
        channels = self._last.settings.channels
        self._waiting = _Waiting(1 + len(self.known), channels)
        self._made = [_Waiting(len(first.stems), channels) for first in self._firsts]
        self._late = _Waiting(len(self.outputs), channels)
        self._late.add(np.zeros((len(self.outputs), channels, self.latency_samples), np.float32))
        self._mode = ""

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Changes steps or seed of the last one from its next window on. Raises SettingsError."""
        self._last.update(steps, seed)

    def warm_up(self) -> None:
        """Runs noise through the models, so that the first real window is not the slowest."""
        for stream in (*(first.stream for first in self._firsts), self._last):
            stream.warm_up()

    def push(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """(channels, n) float32 -> (outputs, channels, m), as a stream's; `known` without what is
        made. Raises AudioError, StreamStateError and InferenceError.
        """
        self._begin("push")
        return self._pushed(mix, known or {}, run)

    def feed(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """As push, but (outputs, channels, n) at the fixed delay latency_samples, zeros first."""
        self._begin("feed")
        self._late.add(self._pushed(mix, known or {}, run))
        return self._late.take(mix.shape[-1])

    def flush(self) -> Audio:
        """(outputs, channels, rest): as much came out as went in. Afterwards only reset()."""
        mode, self._mode = self._mode, "flush"
        for first, made in zip(self._firsts, self._made, strict=True):
            made.add(first.stream.flush()[first.rows])
        rest = np.concatenate([self._passed_on(True), self._last.flush()], axis=-1)
        if mode == "feed":
            self._late.add(rest)
            return self._late.take(self._late.samples)
        return rest

    def _begin(self, mode: str) -> None:
        if self._mode not in ("", mode):
            expected = "push and feed not mixed, and reset() after flush"
            raise StreamStateError(f"{mode} after {self._mode}", expected, "call reset() first")
        self._mode = mode

    def _pushed(self, mix: Audio, known: Mapping[str, Audio], run: bool) -> Audio:
        shapes = {name: np.shape(audio) for name, audio in known.items()}
        if shapes != dict.fromkeys(self.known, np.shape(mix)):
            expected = f"exactly {sorted(self.known)}, as long as the mix"
            raise AudioError(f"known stems {shapes}", expected, "give them with every block")
        for first, made in zip(self._firsts, self._made, strict=True):
            made.add(first.stream.push(mix, run=run)[first.rows])
        self._waiting.add(np.stack([mix, *(known[name] for name in self.known)]))
        return self._passed_on(run)

    def _passed_on(self, run: bool) -> Audio:
        """What the last one gives for as much of the mix as all of the first are done with."""
        ready = min(made.samples for made in self._made)
        mix, *known = self._waiting.take(ready)
        stems = dict(zip(self.known, known, strict=True))
        for first, made in zip(self._firsts, self._made, strict=True):
            stems |= zip(first.stems, made.take(ready), strict=True)
        return self._last.push(mix, stems, run)


def make_stream(model: Model, settings: StreamSettings) -> Stream | Stacked:
    """The stream of a model, stacked where it has `firsts` whose stems the caller does not give.

    They run on their preset that has the name of the one that `settings` are, if there is one,
    else on `balanced`. Raises SettingsError.
    """
    stems: dict[int, tuple[str, ...]] = {}
    makers = {id(maker): maker for _, maker in model.firsts}
    for stem, maker in model.firsts:
        if stem not in settings.known:
            stems[id(maker)] = (*stems.get(id(maker), ()), stem)
    if not stems:
        return Stream(model, settings)
    firsts = [
        First(Stream(makers[key], _first_settings(makers[key].spec, model.spec, settings)), some)
        for key, some in stems.items()
    ]
    made = tuple(stem for first in firsts for stem in first.stems)
    target = settings.residual_to
    if target in made and target == model.spec.residual_to:
        target = None  # the trainer's advice; a made stem takes no residual
    known = (*settings.known, *made)
    return Stacked(firsts, Stream(model, replace(settings, known=known, residual_to=target)))


def _first_settings(spec: ModelSpec, last: ModelSpec, settings: StreamSettings) -> StreamSettings:
    grid = replace(settings.grid, batch=1)
    named = [name for name, one in last.presets.items() if one.grid == grid]
    name = next((name for name in named if name in spec.presets), "balanced")
    chosen = stream_settings(spec, settings.rate_hz, settings.channels, preset=name)
    return replace(chosen, context=settings.context, quality=settings.quality)


def streams_of(stream: Stream | Stacked) -> tuple[Stream, ...]:
    """The streams of the models at work."""
    return stream.streams if isinstance(stream, Stacked) else (stream,)


class _Waiting:
    """Audio (rows, channels, samples) that came and is not used yet."""

    def __init__(self, rows: int, channels: int) -> None:
        self._pieces: deque[Audio] = deque()
        self._nothing = np.zeros((rows, channels, 0), np.float32)
        self.samples = 0

    def add(self, audio: Audio) -> None:
        """At the end; it must not be changed afterwards."""
        if audio.shape[-1]:
            self._pieces.append(audio)
            self.samples += audio.shape[-1]

    def take(self, count: int) -> Audio:
        """The first `count` samples, of which there must be so many."""
        found, missing = [self._nothing], count
        while missing:
            piece = self._pieces.popleft()
            found.append(piece[..., :missing])
            if piece.shape[-1] > missing:
                self._pieces.appendleft(piece[..., missing:])
            missing -= found[-1].shape[-1]
        self.samples -= count
        return np.concatenate(found, axis=-1)


def _check(firsts: Sequence[First], last: Stream) -> None:
    wanted = last.settings.rate_hz, last.settings.channels
    made: list[str] = []
    for first in firsts:
        name, have = first.stream.model.spec.name, first.stream.model.spec.stems
        lacking = [stem for stem in first.stems if stem not in have]
        _require(not lacking, f"{', '.join(lacking)} of {name}", f"of {', '.join(have)}")
        seen = first.stream.settings.rate_hz, first.stream.settings.channels
        _require(seen == wanted, f"{name} at {seen}", f"rate and channels {wanted}")
        _require(not first.stream.settings.known, f"known stems for {name}", "none")
        made += first.stems
    holds = bool(made) and len(set(made)) == len(made) and set(made) <= set(last.settings.known)
    _require(holds, f"stems {made}", f"some of {list(last.settings.known)}, each once")


def _require(holds: bool, seen: str, expected: str) -> None:
    if not holds:
        raise SettingsError(seen, expected, "change which model makes which stem")
