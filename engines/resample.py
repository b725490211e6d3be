"""Rate conversion of streams with soxr, in quanta of fixed length.

soxr's output depends on how its input is cut. Here it is always cut the same way, so the result is
the same for any block size.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Protocol

import numpy as np
import soxr

from engines.types import Audio

QUALITIES = ("LQ", "MQ", "HQ", "VHQ")
_PROBE_SECONDS = 4
_MARGIN_SAMPLES = 16


class Converter(Protocol):
    """A stream of (*rows, samples) float32 in, one of the same rows out."""

    def process(self, samples: Audio) -> Audio:
        """All output samples that are ready after this input."""
        ...

    def finish(self) -> Audio:
        """What remains at the end of the input."""
        ...


class Passthrough:
    """No conversion."""

    def process(self, samples: Audio) -> Audio:
        return samples

    def finish(self) -> Audio:
        return np.zeros((1,), np.float32)[:0]


class Resampler:
    """Converts (*rows, samples) from one rate to another, `quantum` input samples at a time."""

    def __init__(
        self, rows: tuple[int, ...], from_hz: int, to_hz: int, quantum: int, quality: str
    ) -> None:
        self._rows, self._quantum = rows, quantum
        lanes = int(np.prod(rows))
        self._soxr = soxr.ResampleStream(from_hz, to_hz, lanes, dtype="float32", quality=quality)
        self._pending = np.zeros((lanes, quantum), np.float32)
        self._filled = 0

    def process(self, samples: Audio) -> Audio:
        """All output samples that are ready after this input."""
        flat = samples.reshape(len(self._pending), -1)
        pieces = [np.zeros((0, len(flat)), np.float32)]
        position = 0
        while position < flat.shape[1]:
            count = min(self._quantum - self._filled, flat.shape[1] - position)
            target = self._pending[:, self._filled : self._filled + count]
            target[:] = flat[:, position : position + count]
            position += count
            self._filled += count
            if self._filled == self._quantum:
                pieces.append(self._convert(last=False))
        return self._shape(pieces)

    def finish(self) -> Audio:
        """What remains at the end of the input."""
        return self._shape([self._convert(last=True)])

    def _convert(self, last: bool) -> Audio:
        chunk = np.ascontiguousarray(self._pending[:, : self._filled].T)
        self._filled = 0
        converted: Audio = self._soxr.resample_chunk(chunk, last=last)
        return converted.reshape(-1, len(self._pending))

    def _shape(self, pieces: list[Audio]) -> Audio:
        return np.concatenate(pieces).T.reshape(*self._rows, -1)


@lru_cache(maxsize=32)
def worst_lag(from_hz: int, to_hz: int, quality: str) -> int:
    """Input samples by which soxr's output trails its input at most: measured, with a margin."""
    quantum = 64
    stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality=quality)
    zeros = np.zeros(quantum, np.float32)
    fed = made = 0
    lag = 0.0
    while fed < _PROBE_SECONDS * from_hz:
        made += len(stream.resample_chunk(zeros))
        fed += quantum
        lag = max(lag, fed - made * from_hz / to_hz)
    return ceil(lag) + _MARGIN_SAMPLES
