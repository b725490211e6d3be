"""Models side by side in one stream: every stem is the weighted mean of theirs.

All of them hear the mix and the known stems. What one is done with waits for the others, so the
latency is that of the latest. The residual is the mix less all other outputs, so they sum to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engines.composite import AnyStream, Composite, Waiting
from engines.errors import SettingsError
from engines.load import Model
from engines.settings import StreamSettings
from engines.spec import RESIDUAL, shares
from engines.stream import OnStep, residual
from engines.types import Audio


class Together(Composite):
    """A stream as `engines.stream.Stream` is one, of a model that is the mean of its members, whose
    streams these are, in their order. Raises SettingsError.
    """

    def __init__(
        self, model: Model, settings: StreamSettings, streams: Sequence[AnyStream]
    ) -> None:
        settings.check_for(model.spec)
        _check(model, settings, streams)
        self._model, self._settings = model, settings
        self._on_step: OnStep | None = None
        stems, known = model.spec.stems, settings.known
        extra = [name for name in known if name not in stems]
        outputs = (*stems, *extra, RESIDUAL)
        self._given = [(outputs.index(name), 1 + row) for row, name in enumerate(known)]
        self._target = stems.index(settings.residual_to) if settings.residual_to else None
        weights = np.asarray(shares(model.spec.members, len(stems)), np.float32)
        self._members = [
            (one, [one.outputs.index(stem) for stem in stems], weight[:, None, None])
            for one, weight in zip(streams, weights, strict=True)
        ]
        ordered = sorted(streams, key=_latest)
        super().__init__(ordered, outputs, max(one.latency_samples for one in streams))

    @property
    def model(self) -> Model:
        """The mean's own."""
        return self._model

    @property
    def settings(self) -> StreamSettings:
        """Of the whole."""
        return self._settings

    @property
    def followers(self) -> tuple[AnyStream, ...]:
        """All of them."""
        return self._streams

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Changes steps or seed of all from their next windows on. Raises SettingsError."""
        old = self._settings
        steps, seed = old.steps if steps is None else steps, old.seed if seed is None else seed
        self._settings = replace(old, steps=steps, seed=seed)
        super().update(steps, seed)

    @property
    def on_step(self) -> OnStep | None:
        """Called after every step of each, with the window counted in hops of the whole."""
        return self._on_step

    @on_step.setter
    def on_step(self, callback: OnStep | None) -> None:
        self._on_step = callback
        for one in self._streams:
            one.on_step = None if callback is None else self._counted(callback, one)

    def _counted(self, callback: OnStep, stream: AnyStream) -> OnStep:
        ratio = _hop_seconds(stream.model, stream.settings)
        ratio /= _hop_seconds(self._model, self._settings)
        return lambda window, done, steps: callback(int(window * ratio), done, steps)

    def delay_for_block(self, block_samples: int) -> int:
        """A delay at which blocks of this one size can be served without a gap, in samples."""
        return max(one.delay_for_block(block_samples) for one in self._streams)

    def _clear(self) -> None:
        channels = self._settings.channels
        self._waiting = Waiting(1 + len(self._settings.known), channels)
        self._made = [Waiting(len(rows), channels) for _, rows, _ in self._members]

    def _pushed(self, block: Audio, run: bool) -> Audio:
        mix, *given = block
        known = dict(zip(self._settings.known, given, strict=True))
        for (stream, rows, _), made in zip(self._members, self._made, strict=True):
            made.add(stream.push(mix, known, run)[rows])
        self._waiting.add(block)
        return self._averaged()

    def _drained(self) -> Audio:
        for (stream, rows, _), made in zip(self._members, self._made, strict=True):
            made.add(stream.flush()[rows])
        return self._averaged()

    def _averaged(self) -> Audio:
        """The outputs for as much of the mix as all of them are done with."""
        ready = min(made.samples for made in self._made)
        dry = self._waiting.take(ready)
        outputs = np.zeros((len(self.outputs), *dry.shape[1:]), np.float32)
        stems = outputs[: len(self._model.spec.stems)]
        for (_, _, weight), made in zip(self._members, self._made, strict=True):
            stems += weight * made.take(ready)
        for row, given in self._given:
            outputs[row] = dry[given]
        outputs[-1] = residual(dry[0], outputs[:-1])
        if self._target is not None:
            outputs[self._target] += outputs[-1]
            outputs[-1] = 0
        return outputs


def _hop_seconds(model: Model, settings: StreamSettings) -> float:
    return settings.hop_samples / model.spec.rate_hz


def _latest(stream: AnyStream) -> tuple[int, float]:
    """The one that the others wait for sorts last; of several, that of the shortest hop."""
    return stream.latency_samples, -_hop_seconds(stream.model, stream.settings)


def _check(model: Model, settings: StreamSettings, streams: Sequence[AnyStream]) -> None:
    for one in streams:
        seen, wanted = one.settings, settings
        holds = (seen.rate_hz, seen.channels, seen.known, seen.residual_to) == (
            wanted.rate_hz, wanted.channels, wanted.known, None,
        )  # fmt: skip
        if not holds:
            expected = "the rate, channels and known stems of the mean, and the residual apart"
            name = one.model.spec.name
            raise SettingsError(f"{name} in {model.spec.name}", expected, "use make_stream")
