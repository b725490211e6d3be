"""Models one after another in one stream: what the first ones make are known stems of the last.

All of the first hear the whole mix. The mix waits for the latest of them, so the latency is theirs
and the last one's together, and the outputs are the last one's: they sum to the mix as its do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engines.composite import AnyStream, Composite, Waiting
from engines.errors import SettingsError
from engines.load import Model
from engines.settings import StreamSettings
from engines.stream import OnStep
from engines.types import Audio


@dataclass(frozen=True)
class First:
    """A stream whose `stems` are known to the last one."""

    stream: AnyStream
    stems: tuple[str, ...]

    @property
    def rows(self) -> list[int]:
        """Which of its outputs they are."""
        return [self.stream.outputs.index(stem) for stem in self.stems]


class Stacked(Composite):
    """A stream as `engines.stream.Stream` is one, of which some known stems are made by `firsts`.

    The caller gives the others of last.settings.known. Raises SettingsError.
    """

    def __init__(self, firsts: Sequence[First], last: AnyStream) -> None:
        _check(firsts, last)
        self._firsts, self._last = tuple(firsts), last
        made = [stem for first in firsts for stem in first.stems]
        self.known = tuple(name for name in last.settings.known if name not in made)
        before = [first.stream for first in firsts]
        latency = last.latency_samples + max(one.latency_samples for one in before)
        super().__init__((*before, last), last.outputs, latency)

    @property
    def model(self) -> Model:
        """The last one's."""
        return self._last.model

    @property
    def settings(self) -> StreamSettings:
        """The last one's, of whose known stems those that the caller gives."""
        return replace(self._last.settings, known=self.known)

    @property
    def followers(self) -> tuple[AnyStream, ...]:
        """The last one."""
        return (self._last,)

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

    def _clear(self) -> None:
        channels = self._last.settings.channels
        self._waiting = Waiting(1 + len(self.known), channels)
        self._made = [Waiting(len(first.stems), channels) for first in self._firsts]

    def _pushed(self, block: Audio, run: bool) -> Audio:
        for first, made in zip(self._firsts, self._made, strict=True):
            made.add(first.stream.push(block[0], run=run)[first.rows])
        self._waiting.add(block)
        return self._passed_on(run)

    def _drained(self) -> Audio:
        for first, made in zip(self._firsts, self._made, strict=True):
            made.add(first.stream.flush()[first.rows])
        return np.concatenate([self._passed_on(True), self._last.flush()], axis=-1)

    def _passed_on(self, run: bool) -> Audio:
        """What the last one gives for as much of the mix as all of the first are done with."""
        ready = min(made.samples for made in self._made)
        mix, *known = self._waiting.take(ready)
        stems = dict(zip(self.known, known, strict=True))
        for first, made in zip(self._firsts, self._made, strict=True):
            stems |= zip(first.stems, made.take(ready), strict=True)
        return self._last.push(mix, stems, run)


def _check(firsts: Sequence[First], last: AnyStream) -> None:
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
