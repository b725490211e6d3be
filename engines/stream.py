"""Audio in blocks of any size in, stems out: windows, crossfades, rates, channels, known stems.

The offline path is the same code with a longer window. See README.md for what is promised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from engines import fit
from engines.crossfade import Seam
from engines.errors import AudioError, StreamStateError
from engines.history import History
from engines.load import Model
from engines.resample import Converter, Resampler, Straight, worst_lag
from engines.settings import StreamSettings, live_settings, offline_settings
from engines.spec import RESIDUAL
from engines.types import Audio
from engines.window import Control, Window

__all__ = ["Stats", "Stream", "StreamSettings", "live_settings", "offline_settings"]

OnStep = Callable[[int, int, int], bool]

# Samples smaller than this (-300 dBFS) go into the model as zero: denormals double its time.
_TINY = 1e-15
# A stem louder than this many times its input is broken, and would spoil the sum in float32.
_MAX_GAIN = 32.0
_QUANTUM = 64
"""Samples of one conversion from the session's rate."""


@dataclass(frozen=True)
class Stats:
    """What a stream has done since it was made or reset.

    windows: hops finished, of which `skipped` were not run (run=False), `silent` had only zeros,
    and `nonfinite_out` gave an estimate that was not finite or implausibly loud (taken as zero).
    steps, network_calls: of all windows. nonfinite_in: input samples replaced by 0.
    """

    windows: int = 0
    skipped: int = 0
    silent: int = 0
    steps: int = 0
    network_calls: int = 0
    nonfinite_in: int = 0
    nonfinite_out: int = 0


class Stream:
    """One stream of audio through one model. Not thread-safe; the model may be shared.

    Outputs are the model's stems, then known stems that the model lacks, then "residual", which
    is the input less all others. Raises SettingsError.
    """

    def __init__(self, model: Model, settings: StreamSettings) -> None:
        settings.check_for(model.spec)
        self.model, self.settings = model, settings
        stems = model.spec.stems
        self._own = [name for name in settings.known if name in stems]
        extra = [name for name in settings.known if name not in stems]
        self.outputs: tuple[str, ...] = (*stems, *extra, RESIDUAL)
        self._extra_rows = [1 + settings.known.index(name) for name in extra]
        self._own_rows = [1 + settings.known.index(name) for name in self._own]
        self._own_stems = [stems.index(name) for name in self._own]
        self._known_mask = np.isin(np.arange(len(stems)), self._own_stems)
        self._grid = settings.grid
        self._converts = not model.spec.suits_rate(settings.rate_hz)
        self.latency_samples: int = self._latency()
        self.on_step: OnStep | None = None
        self._pending = settings
        self._allocate()
        self.reset()

    def _latency(self) -> int:
        if not self._converts:
            return self._grid.latency_samples
        rate, model_rate = self.settings.rate_hz, self.model.spec.rate_hz
        quality = self.settings.quality
        ratio = rate / model_rate
        there = _QUANTUM - 1 + worst_lag(rate, model_rate, quality)
        back = ratio * worst_lag(model_rate, rate, quality)
        return ceil(there + ratio * self._grid.latency_samples + back)

    def _allocate(self) -> None:
        rows, grid = self.settings.channels, self._grid
        ratio = self.model.spec.rate_hz / self.settings.rate_hz if self._converts else 1.0
        self._step = max(1, ceil(grid.hop_samples / ratio))
        known = 1 + len(self.settings.known)
        kept = self.latency_samples + 2 * self._step + 2
        self._dry = History((known, rows), kept, self._step)
        self._input = History((1 + len(self._own), rows), self._input_kept(ratio), self._step)
        self._delay = History((len(self.outputs), rows), kept, self._step)

    def _input_kept(self, ratio: float) -> int:
        # One step of input may release a burst of the resampler on top of its own samples.
        lag = 0
        if self._converts:
            rate, model_rate = self.settings.rate_hz, self.model.spec.rate_hz
            lag = worst_lag(rate, model_rate, self.settings.quality)
        most = ceil((self._step + _QUANTUM + lag) * ratio)
        return self._grid.window_samples + self._grid.hop_samples + most

    def reset(self) -> None:
        """As new: position 0, nothing remembered, counters at zero. Settings stay."""
        self.settings = self._pending
        for history in (self._dry, self._input, self._delay):
            history.clear()
        self._to_model, self._from_model = self._converters()
        self._seam = Seam(self._grid.hop_samples, self._grid.crossfade_samples)
        self._next = 0
        self._emitted = 0
        self._fed = 0
        self._mode = ""
        self.stats = Stats()

    def _converters(self) -> tuple[Converter, Converter]:
        if not self._converts:
            return Straight(), Straight()
        rate, channels = self.settings.rate_hz, self.settings.channels
        model_rate, quality = self.model.spec.rate_hz, self.settings.quality
        there = (1 + len(self._own), channels)
        back = (len(self.model.spec.stems), channels)
        hop = self._grid.hop_samples
        return (
            Resampler(there, rate, model_rate, _QUANTUM, quality),
            Resampler(back, model_rate, rate, hop, quality),
        )

    def delay_for_block(self, block_samples: int) -> int:
        """Delay at which blocks of this one size can be served without a gap, in samples.

        With rate conversion it is that of blocks of any size.
        """
        if self._converts:
            return self.latency_samples
        return self._grid.delay_for_block(block_samples)

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Changes steps or seed from the next window on. Raises SettingsError."""
        old = self._pending
        new_steps = old.steps if steps is None else steps
        self._pending = replace(old, steps=new_steps, seed=old.seed if seed is None else seed)

    def warm_up(self) -> None:
        """Runs one window of noise, so that the first real one is not the slowest."""
        rng = np.random.default_rng(0)
        rows = 1 + len(self._own)
        shape = (rows, self.settings.channels, self._grid.window_samples)
        noise = rng.standard_normal(shape, np.float32) * np.float32(0.01)
        self._estimate(noise, 0, 1, lambda done, steps: True)

    def push(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """(channels, n) float32 -> (outputs, channels, m): all newly final samples.

        The samples returned so far are contiguous from input position 0; m may be 0. `known` maps
        every name in settings.known to (channels, n). With run=False the windows falling due are
        skipped: their stems are zero and the mix is on the residual. Raises AudioError,
        StreamStateError, InferenceError.
        """
        self._enter("push")
        block = self._take(mix, known)
        pieces = [self._advance(part, run) for part in self._parts(block)]
        return self._concatenate(pieces)

    def feed(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """As push, but (outputs, channels, n) at the fixed delay latency_samples, zeros first."""
        self._enter("feed")
        pieces = []
        for part in self._parts(self._take(mix, known)):
            self._delay.append(self._advance(part, run))
            self._fed += part.shape[-1]
            start = self._fed - part.shape[-1] - self.latency_samples
            pieces.append(self._delay.read(start, start + part.shape[-1]).copy())
        return self._concatenate(pieces)

    def flush(self) -> Audio:
        """(outputs, channels, rest): what is missing until as much came out as went in.

        After feed() these are the last latency_samples. Afterwards the stream wants a reset().
        """
        mode, self._mode = self._mode, "end"
        if mode == "end":
            return self._concatenate([])
        pieces = self._drain()
        if mode != "feed":
            return self._concatenate(pieces)
        start = self._fed - self.latency_samples
        rest = [self._delay.read(start, self._delay.end).copy(), *pieces]
        return self._concatenate(rest)

    def _drain(self) -> list[Audio]:
        """The pieces still to come when the input has ended."""
        pieces = []
        if self._converts:
            pieces = self._windows(self._to_model.finish(), True)
        goal = self._input.end
        while self._next * self._grid.hop_samples < goal:
            self._input.append_zeros(self._grid.input_end(self._next) - self._input.end)
            stems = self._run_window(True)
            over = max(0, self._next * self._grid.hop_samples - goal)
            pieces.append(
                self._compose(self._from_model.process(stems[..., : stems.shape[-1] - over]))
            )
        if self._converts:
            pieces.append(self._compose(self._from_model.finish()))
        missing = self._dry.end - self._emitted
        if missing:
            shape = (len(self.model.spec.stems), self.settings.channels, missing)
            pieces.append(self._compose(np.zeros(shape, np.float32)))
        return pieces

    def _enter(self, mode: str) -> None:
        if self._mode not in ("", mode):
            after = "flush" if self._mode == "end" else self._mode
            expected = "push and feed not mixed, and reset after flush"
            raise StreamStateError(f"{mode} after {after}", expected, "call reset() first")
        self._mode = mode

    def _take(self, mix: Audio, known: Mapping[str, Audio] | None) -> Audio:
        """Checked input as finite (1 + known, channels, n) float32."""
        known = known or {}
        if set(known) != set(self.settings.known):
            seen = f"known stems {sorted(known)}"
            raise AudioError(seen, f"exactly {sorted(self.settings.known)}", "give them all")
        parts = [np.asarray(part) for part in (mix, *(known[n] for n in self.settings.known))]
        wanted = (self.settings.channels, parts[0].shape[-1] if parts[0].ndim else 0)
        for name, part in zip(("mix", *self.settings.known), parts, strict=True):
            if part.shape != wanted or part.dtype != np.float32:
                seen = f"{name} of {part.dtype} {part.shape}"
                raise AudioError(seen, f"float32 {wanted}", "give (channels, samples) blocks")
        block: Audio = np.stack(parts)
        finite = np.isfinite(block)
        if not finite.all():
            block[~finite] = 0
            self._count(nonfinite_in=int(finite.size - np.count_nonzero(finite)))
        return block

    def _parts(self, block: Audio) -> list[Audio]:
        return [block[..., i : i + self._step] for i in range(0, block.shape[-1], self._step)]

    def _concatenate(self, pieces: list[Audio]) -> Audio:
        if not pieces:
            return np.zeros((len(self.outputs), self.settings.channels, 0), np.float32)
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)

    def _advance(self, block: Audio, run: bool) -> Audio:
        """At most one step of input (1 + known, channels, n) -> all newly final outputs."""
        self._dry.append(block)
        rest = block[:1] - block[self._extra_rows].sum(axis=0) if self._extra_rows else block[:1]
        inside = np.concatenate([rest, block[self._own_rows]])
        inside[np.abs(inside) < _TINY] = 0
        return self._concatenate(self._windows(self._to_model.process(inside), run))

    def _windows(self, inside: Audio, run: bool) -> list[Audio]:
        """Runs the windows that fall due with this model input."""
        self._input.append(inside)
        pieces = []
        while self._input.end >= self._grid.input_end(self._next):
            pieces.append(self._compose(self._from_model.process(self._run_window(run))))
        return pieces

    def _run_window(self, run: bool) -> Audio:
        """The next window's (stems, channels, hop) at the model's rate."""
        index = self._next
        self._next += 1
        self.settings = self._pending
        grid = self._grid
        region = self._input.read(grid.origin(index), grid.input_end(index))
        length = grid.hop_samples + grid.crossfade_samples
        stems = np.zeros((len(self.model.spec.stems), region.shape[1], length), np.float32)
        if not run:
            self._count(windows=1, skipped=1)
        elif not region.any():
            self._count(windows=1, silent=1)
        else:
            stems = self._sound(self._estimate(region, index, 0, self._proceed), region, stems)
            self._count(windows=1)
        return self._seam.join(stems)

    def _proceed(self, done: int, steps: int) -> bool:
        return self.on_step is None or self.on_step(self._next - 1, done, steps)

    def _sound(self, estimate: Audio, region: Audio, silence: Audio) -> Audio:
        """The estimate, or silence where it is not finite or implausibly loud."""
        limit = max(1.0, _MAX_GAIN * float(np.abs(region).max()))
        # A NaN fails every comparison, so it is refused as well.
        if np.abs(estimate).max() <= limit:
            return estimate
        self._count(nonfinite_out=1)
        return silence

    def _estimate(
        self, region: Audio, index: int, quiet: int, proceed: Callable[[int, int], bool]
    ) -> Audio:
        """(1 + own known, channels, window) -> (stems, channels, hop + crossfade)."""
        grid, spec = self._grid, self.model.spec
        control = Control(self.settings.steps, self.settings.seed, proceed)
        found = []
        for part in fit.to_model(region, spec.channels):
            known = np.zeros((len(spec.stems), *part.shape[1:]), np.float32)
            known[self._own_stems] = part[1:]
            window = Window(
                part[0], known, self._known_mask, index, grid.start, grid.stop, grid.origin(index)
            )
            estimate = self.model.method.run(window, control)
            if not quiet:
                self._count(steps=estimate.steps, network_calls=estimate.network_calls)
            found.append(estimate.stems)
        return fit.from_model(found, region.shape[1])

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
        np.subtract(dry[0], outputs[:-1].sum(axis=0), out=outputs[-1])
        if self.settings.residual_to is not None:
            outputs[self.outputs.index(self.settings.residual_to)] += outputs[-1]
            outputs[-1] = 0
        return outputs

    def _count(self, **more: int) -> None:
        added = {name: getattr(self.stats, name) + value for name, value in more.items()}
        self.stats = replace(self.stats, **added)
