"""Streams that work together as one: the order of calls, the fixed delay, what waits for what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from engines.arriving import arriving
from engines.errors import StreamStateError
from engines.load import Model
from engines.settings import StreamSettings
from engines.stream import OnStep, Stats
from engines.types import Audio


class AnyStream(Protocol):
    """`engines.stream.Stream`, or several of them as one: what each of these methods promises."""

    @property
    def model(self) -> Model: ...
    @property
    def settings(self) -> StreamSettings: ...
    @property
    def outputs(self) -> tuple[str, ...]: ...
    @property
    def latency_samples(self) -> int: ...
    @property
    def stats(self) -> Stats: ...
    @property
    def on_step(self) -> OnStep | None: ...
    @on_step.setter
    def on_step(self, callback: OnStep | None) -> None: ...

    def delay_for_block(self, block_samples: int) -> int: ...
    def reset(self) -> None: ...
    def update(self, steps: int | None = None, seed: int | None = None) -> None: ...
    def warm_up(self) -> None: ...
    def push(
        self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True
    ) -> Audio: ...
    def feed(
        self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True
    ) -> Audio: ...
    def flush(self) -> Audio: ...


class Composite(ABC):
    """Several streams as one. `_clear` forgets what waits; `_pushed` and `_drained` give outputs
    that are as contiguous from input position 0 as a stream's.
    """

    def __init__(
        self, streams: Sequence[AnyStream], outputs: tuple[str, ...], latency_samples: int
    ) -> None:
        self._streams = tuple(streams)
        self.outputs: tuple[str, ...] = outputs
        self.latency_samples: int = latency_samples
        self.reset()

    @property
    @abstractmethod
    def model(self) -> Model: ...

    @property
    @abstractmethod
    def settings(self) -> StreamSettings:
        """Of which `known` are the stems that the caller gives."""

    @property
    @abstractmethod
    def followers(self) -> tuple[AnyStream, ...]:
        """The streams whose steps, seed and `on_step` are the whole's."""

    @property
    def streams(self) -> tuple[AnyStream, ...]:
        """All of them, the one whose windows results wait for last."""
        return self._streams

    @property
    def stats(self) -> Stats:
        """Windows are those of `followers`, and what is heard if there is one; steps, calls and bad
        windows of all.
        """
        heard = self.followers[0].stats.heard if len(self.followers) == 1 else ()
        found = Stats(nonfinite_in=self._nonfinite_in, heard=heard)
        for one in self._streams:
            add = one.stats
            if not any(one is follower for follower in self.followers):
                add = replace(add, windows=0, skipped=0, silent=0)
            names = [name for name in vars(found) if name not in ("nonfinite_in", "heard")]
            found = replace(found, **{name: getattr(found, name) + getattr(add, name)
                                      for name in names})  # fmt: skip
        return found

    def reset(self) -> None:
        """Start over, as after a transport jump."""
        for stream in self._streams:
            stream.reset()
        shape = len(self.outputs), self.settings.channels
        self._late = Waiting(*shape)
        self._late.add(np.zeros((*shape, self.latency_samples), np.float32))
        self._nonfinite_in = 0
        self._mode = ""
        self._clear()

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Changes steps or seed of `followers` from their next windows on. Raises SettingsError."""
        for stream in self.followers:
            stream.update(steps, seed)

    def warm_up(self) -> None:
        """Runs noise through the models, so that the first real window is not the slowest."""
        for stream in self._streams:
            stream.warm_up()

    def push(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """(channels, n) float32 -> (outputs, channels, m), as a stream's; `known` as in settings.

        Raises AudioError, StreamStateError and InferenceError.
        """
        return self._passed("push", mix, known, run)

    def feed(self, mix: Audio, known: Mapping[str, Audio] | None = None, run: bool = True) -> Audio:
        """As push, but (outputs, channels, n) at the fixed delay latency_samples, zeros first."""
        self._late.add(self._passed("feed", mix, known, run))
        return self._late.take(mix.shape[-1])

    def flush(self) -> Audio:
        """(outputs, channels, rest): as much came out as went in. Afterwards only reset()."""
        mode = self._mode
        if mode == "flush":
            return self._late.take(0)
        self._begin("flush" if mode == "failure" else mode)
        rest = self._drained()
        self._mode = "flush"
        if mode == "feed":
            self._late.add(rest)
            return self._late.take(self._late.samples)
        return rest

    def _passed(self, mode: str, mix: Audio, known: Mapping[str, Audio] | None, run: bool) -> Audio:
        block, bad = arriving(mix, known, self.settings)
        self._begin(mode)
        self._nonfinite_in += bad
        outputs = self._pushed(block, run)
        self._mode = mode
        return outputs

    def _begin(self, mode: str) -> None:
        """Until a call succeeds the stream counts as failed."""
        if self._mode not in ("", mode):
            expected = "push and feed not mixed, and reset() after flush or an error"
            raise StreamStateError(f"{mode} after {self._mode}", expected, "call reset() first")
        self._mode = "failure"

    @abstractmethod
    def _clear(self) -> None: ...

    @abstractmethod
    def _pushed(self, block: Audio, run: bool) -> Audio:
        """For a block (1 + known, channels, n), the mix first."""

    @abstractmethod
    def _drained(self) -> Audio: ...


def streams_of(stream: AnyStream) -> tuple[AnyStream, ...]:
    """The streams of one model each, the one whose windows results wait for last."""
    if isinstance(stream, Composite):
        return tuple(leaf for one in stream.streams for leaf in streams_of(one))
    return (stream,)


def followers_of(stream: AnyStream) -> tuple[AnyStream, ...]:
    """Those of `streams_of` that take the steps which the stream is told."""
    if isinstance(stream, Composite):
        return tuple(leaf for one in stream.followers for leaf in followers_of(one))
    return (stream,)


class Waiting:
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
