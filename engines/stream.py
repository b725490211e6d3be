"""Audio in blocks of any size in, stems out: known stems, rates, delay and the sum to the mix.

Offline separation is the same code with a longer window. What a stream guarantees:
docs/design/engine.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

import numpy as np

from engines.arriving import arriving
from engines.errors import SettingsError, StreamStateError
from engines.history import History
from engines.load import Model
from engines.resample import Converter, Passthrough, Resampler, worst_lag
from engines.settings import StreamSettings, stream_settings
from engines.spec import RESIDUAL
from engines.types import Audio
from engines.windower import OnStep, Stats, Windower

__all__ = ["OnStep", "Stats", "Stream", "StreamSettings", "stream_settings"]

# Samples below this (-300 dBFS) reach the model as zero: denormals would double its time.
_TINY = 1e-15
# Input is processed in parts of at most this many samples, which bounds all buffers.
_MAX_PART = 8192
# Samples of one conversion from the session's rate.
_QUANTUM = 64


class Stream:
    """One stream of audio through one model. Not thread-safe; the model may be shared.

    Outputs are the model's stems, then known stems that the model lacks, then "residual", which
    is the input less all others. A model that needs others has its stream of
    `engines.making.make_stream`. Raises SettingsError.
    """

    def __init__(self, model: Model, settings: StreamSettings) -> None:
        settings.check_for(model.spec)
        _require_alone(model, settings)
        self.model, self.settings = model, settings
        stems, known = model.spec.stems, settings.known
        own = [name for name in known if name in stems]
        extra = [name for name in known if name not in stems]
        self.outputs: tuple[str, ...] = (*stems, *extra, RESIDUAL)
        self._own_rows = [1 + known.index(name) for name in own]
        self._extra_rows = [1 + known.index(name) for name in extra]
        self._own_stems = [stems.index(name) for name in own]
        self._residual_to = stems.index(settings.residual_to) if settings.residual_to else None
        self._windower = Windower(model, settings, self._own_stems)
        self._converts = not model.spec.suits_rate(settings.rate_hz)
        self.latency_samples: int = self._latency()
        self._part = min(_MAX_PART, settings.hop_samples)
        kept = self.latency_samples + 2 * self._part
        self._dry = History((1 + len(known), settings.channels), kept, self._part)
        self._delay: History | None = None
        self.reset()

    def _latency(self) -> int:
        grid, spec = self.settings.grid, self.model.spec
        if not self._converts:
            return grid.latency_samples
        rate, quality = self.settings.rate_hz, self.settings.quality
        ratio = rate / spec.rate_hz
        there = _QUANTUM - 1 + worst_lag(rate, spec.rate_hz, quality)
        back = ratio * worst_lag(spec.rate_hz, rate, quality)
        return ceil(there + ratio * grid.latency_samples + back)

    def delay_for_block(self, block_samples: int) -> int:
        """Delay at which blocks of this one size can be served without a gap, in samples.

        With rate conversion it is that of blocks of any size.
        """
        if self._converts:
            return self.latency_samples
        return self.settings.grid.delay_for_block(block_samples)

    @property
    def stats(self) -> Stats:
        """Counters since the stream was made or reset."""
        return replace(self._windower.stats, nonfinite_in=self._nonfinite_in)

    @property
    def on_step(self) -> OnStep | None:
        """Called after every step with (window, done, steps); False stops refining there.

        With a batch, `window` is the first of those that are run together.
        """
        return self._windower.on_step

    @on_step.setter
    def on_step(self, callback: OnStep | None) -> None:
        self._windower.on_step = callback

    def reset(self) -> None:
        """Start over, as after a transport jump: position and counters 0, no earlier audio kept.

        The settings stay.
        """
        self._windower.clear()
        self._dry.clear()
        if self._delay is not None:
            self._delay.clear()
        self._to_model, self._from_model = self._converters()
        self._prepared = self._emitted = self._nonfinite_in = 0
        self._mode = ""

    def _converters(self) -> tuple[Converter, Converter]:
        if not self._converts:
            return Passthrough(), Passthrough()
        rate, channels = self.settings.rate_hz, self.settings.channels
        model_rate, quality = self.model.spec.rate_hz, self.settings.quality
        there = (1 + len(self._own_rows), channels)
        back = (len(self.model.spec.stems), channels)
        hop = self.settings.hop_samples
        return (
            Resampler(there, rate, model_rate, _QUANTUM, quality),
            Resampler(back, model_rate, rate, hop, quality),
        )

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Changes steps or seed from the next window on. Raises SettingsError."""
        old = self.settings
        steps, seed = old.steps if steps is None else steps, old.seed if seed is None else seed
        self.settings = replace(old, steps=steps, seed=seed)
        self._windower.steps, self._windower.seed = steps, seed

    def warm_up(self) -> None:
        """Runs noise through the model, so that the first real window is not the slowest."""
        self._windower.warm_up()

    def push(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """(channels, n) float32 -> (outputs, channels, m): all newly final samples.

        The samples returned so far are contiguous from input position 0; m may be 0. `known` maps
        every name in settings.known to (channels, n). With run=False the windows falling due are
        skipped: their stems are zero and the mix is on the residual. Raises AudioError,
        StreamStateError and InferenceError; after the last, only reset() is possible.
        """
        block = self._checked(mix, known)
        self._begin_call("push")
        pieces = [piece for part in self._parts(block) for piece in self._advance(part, run)]
        self._mode = "push"
        return self._concatenate(pieces)

    def feed(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """As push, but (outputs, channels, n) at the fixed delay latency_samples, zeros first."""
        block = self._checked(mix, known)
        self._begin_call("feed")
        delay = self._delayed()
        outputs = []
        for part in self._parts(block):
            for piece in self._advance(part, run):
                delay.append(piece)
            stop = self._dry.end - self.latency_samples
            outputs.append(delay.read(stop - part.shape[-1], stop).copy())
        self._mode = "feed"
        return self._concatenate(outputs)

    def _delayed(self) -> History:
        """Where early results wait. Made when first needed: `push` does not use it."""
        if self._delay is None:
            rows = (len(self.outputs), self.settings.channels)
            hop = ceil(self.settings.hop_samples * self.settings.batch * self._ratio())
            kept = self.latency_samples + hop + 2 * self._part
            self._delay = History(rows, kept, self._part)
        return self._delay

    def _ratio(self) -> float:
        return self.settings.rate_hz / self.model.spec.rate_hz if self._converts else 1.0

    def flush(self) -> Audio:
        """(outputs, channels, rest): the end of the stream, so that as much came out as went in.

        After feed() these are the last latency_samples. Afterwards only reset() is possible.
        """
        mode = self._mode
        if mode == "flush":
            return self._concatenate([])
        self._begin_call(mode)
        start = self._dry.end - self.latency_samples
        pieces = self._drain()
        if mode == "feed":
            delay = self._delayed()
            pieces = [delay.read(start, delay.end).copy(), *pieces]
        self._mode = "flush"
        return self._concatenate(pieces)

    def _drain(self) -> list[Audio]:
        """The outputs still to come when the input has ended."""
        rest = self._to_model.finish() if self._converts else self._prepare()
        pieces = self._windower.push(rest, True) + self._windower.drain()
        outputs = [self._compose(self._from_model.process(piece)) for piece in pieces]
        if self._converts:
            outputs.append(self._compose(self._from_model.finish()))
            # soxr rounds lengths, so the last sample may be missing.
            missing = self._dry.end - self._emitted
            shape = (len(self.model.spec.stems), self.settings.channels, missing)
            outputs.append(self._compose(np.zeros(shape, np.float32)))
        return outputs

    def _begin_call(self, mode: str) -> None:
        """Refuse an invalid order of calls. Until a call succeeds the stream counts as failed."""
        if self._mode not in ("", mode):
            expected = "push and feed not mixed, and reset() after flush or an error"
            raise StreamStateError(f"{mode} after {self._mode}", expected, "call reset() first")
        self._mode = "failure"

    def _checked(self, mix: Audio, known: Mapping[str, Audio] | None) -> Audio:
        block, bad = arriving(mix, known, self.settings)
        self._nonfinite_in += bad
        return block

    def _parts(self, block: Audio) -> list[Audio]:
        starts = range(0, block.shape[-1], self._part)
        return [block[..., start : start + self._part] for start in starts]

    def _concatenate(self, pieces: list[Audio]) -> Audio:
        if not pieces:
            return np.zeros((len(self.outputs), self.settings.channels, 0), np.float32)
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)

    def _advance(self, part: Audio, run: bool) -> list[Audio]:
        """One part of input (1 + known, channels, n) -> all newly final outputs."""
        self._dry.append(part)
        # Input is prepared for the model only when a window is due: small blocks stay cheap.
        if self._dry.end < self._windower.due and not self._converts:
            return []
        pieces = self._windower.push(self._to_model.process(self._prepare()), run)
        return [self._compose(self._from_model.process(piece)) for piece in pieces]

    def _prepare(self) -> Audio:
        """(1 + known of the model, channels, n): the input since the last call, for the model."""
        new = self._dry.read(self._prepared, self._dry.end)
        self._prepared = self._dry.end
        inside = new[[0, *self._own_rows]]
        for row in self._extra_rows:
            inside[0] -= new[row]
        inside[np.abs(inside) < _TINY] = 0
        return inside

    def _compose(self, stems: Audio) -> Audio:
        """New stems at the session's rate -> outputs of the same length, which sum to the input."""
        count = min(stems.shape[-1], self._dry.end - self._emitted)
        dry = self._dry.read(self._emitted, self._emitted + count)
        self._emitted += count
        outputs = np.empty((len(self.outputs), dry.shape[1], count), np.float32)
        own = len(self.model.spec.stems)
        outputs[:own] = stems[..., :count]
        outputs[self._own_stems] = dry[self._own_rows]
        outputs[own:-1] = dry[self._extra_rows]
        outputs[-1] = residual(dry[0], outputs[:-1])
        if self._residual_to is not None:
            outputs[self._residual_to] += outputs[-1]
            outputs[-1] = 0
        return outputs


def _require_alone(model: Model, settings: StreamSettings) -> None:
    """Raises SettingsError for a model that this stream alone cannot run."""
    made = [stem for stem, _ in model.firsts if stem not in settings.known]
    if made or model.members:
        seen = f"model {model.spec.name}, which needs others, in a stream of one"
        raise SettingsError(seen, "a model that needs none", "make it with make_stream")


def residual(mix: Audio, stems: Audio) -> Audio:
    """(channels, n) mix minus (stems, channels, n): what no stem claims."""
    rest: Audio = mix - stems.sum(axis=0)
    return rest
