"""The recent part of a signal, read by absolute position. Memory is bounded and allocated once."""

from __future__ import annotations

import numpy as np

from engines.types import Audio


class History:
    """Keeps at least the last `kept_samples` of what is appended, `append_samples` at a time.

    Holds (*rows, samples) float32. Positions count from the first appended sample; what lies
    before it (down to -kept_samples) reads as zero.
    """

    def __init__(self, rows: tuple[int, ...], kept_samples: int, append_samples: int) -> None:
        self._kept, self._most = kept_samples, append_samples
        # Twice the kept length: moving the kept part costs one copied sample per new sample.
        self._data = np.zeros((*rows, 2 * kept_samples + append_samples), np.float32)
        self.clear()

    def clear(self) -> None:
        """Empty, at position 0."""
        self._data[..., : self._kept] = 0
        self._used = self._kept
        self.end = 0

    def append(self, samples: Audio) -> None:
        """Add (*rows, n), any n; only the last `kept_samples` are guaranteed to stay."""
        for first in range(0, samples.shape[-1], self._most):
            self._append(samples[..., first : first + self._most])

    def _append(self, samples: Audio) -> None:
        count = samples.shape[-1]
        if self._used + count > self._data.shape[-1]:
            kept = self._data[..., self._used - self._kept : self._used]
            self._data[..., : self._kept] = kept.copy()
            self._used = self._kept
        self._data[..., self._used : self._used + count] = samples
        self._used += count
        self.end += count

    def append_zeros(self, count: int) -> None:
        """Adds `count` zero samples."""
        zeros = np.zeros((*self._data.shape[:-1], min(count, self._most)), np.float32)
        for first in range(0, count, self._most):
            self._append(zeros[..., : min(self._most, count - first)])

    def read(self, start: int, stop: int) -> Audio:
        """Samples [start, stop): a view, valid until the next append."""
        assert self.end - self._kept <= start <= stop <= self.end, (start, stop, self.end)
        shift = self._used - self.end
        return self._data[..., start + shift : stop + shift]
