"""Stems that new ones are made to: read in blocks, at the model's rate and channels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np

from daw_bridge.files.audio.info import Audio, AudioInfo
from daw_bridge.files.audio.reader import AudioReader
from engines.arriving import silence_bad
from engines.resample import Resampler
from engines.spec import ModelSpec

BLOCK_FRAMES = 65536
QUALITY = "HQ"


class GivenStem:
    """One file from its beginning on, then silence. `nonfinite_in`: how many of its samples so far
    were NaN, infinite or absurdly loud, and are heard as silence."""

    def __init__(self, info: AudioInfo, spec: ModelSpec, stack: ExitStack) -> None:
        self._reader = stack.enter_context(AudioReader.of(info))
        self._channels = spec.channels
        self._ready = np.zeros((spec.channels, 0), np.float32)
        self._ended = False
        self.nonfinite_in = 0
        self._resampler: Resampler | None = None
        if info.rate_hz != spec.rate_hz:
            self._resampler = Resampler(
                (spec.channels,), info.rate_hz, spec.rate_hz, BLOCK_FRAMES, QUALITY
            )

    def take(self, count: int) -> Audio:
        """The next `count` samples (C, count) at the model's rate. Raises BadFile."""
        taken = self._next(count)
        return np.pad(taken, ((0, 0), (0, count - taken.shape[1])))

    def blocks(self, samples: int) -> Iterator[Audio]:
        """What `take` gives of the file itself, in blocks (C, n), `samples` at most."""
        while samples and (block := self._next(min(samples, BLOCK_FRAMES))).shape[1]:
            samples -= block.shape[1]
            yield block

    def _next(self, count: int) -> Audio:
        """As many as are there, `count` at most."""
        while self._ready.shape[1] < count and not self._ended:
            self._ready = np.concatenate([self._ready, self._read()], axis=1)
        taken, self._ready = self._ready[:, :count], self._ready[:, count:]
        return taken

    def _read(self) -> Audio:
        block = self._reader.read(BLOCK_FRAMES)
        self._ended = block.shape[1] == 0
        self.nonfinite_in += silence_bad(block)
        heard = as_channels(block, self._channels)
        if self._resampler is None:
            return heard
        return self._resampler.finish() if self._ended else self._resampler.process(heard)


def as_channels(audio: Audio, channels: int) -> Audio:
    """(c, n) as (channels, n): the mean of all where their number differs, in each."""
    if len(audio) == channels:
        return audio
    mean = audio.mean(axis=0, keepdims=True, dtype=np.float64).astype(np.float32)
    return np.repeat(mean, channels, axis=0)


def blocks(info: AudioInfo, spec: ModelSpec, samples: int) -> Iterator[Audio]:
    """What the network hears of a file in a piece of so many samples, in blocks (C, n) at the
    model's rate. Raises BadFile."""
    with ExitStack() as stack:
        yield from GivenStem(info, spec, stack).blocks(samples)
