"""A ring of audio addressed by absolute sample positions, for one writer and one reader thread.

Neither side ever waits for the other. The writer stores the samples first and then publishes what
is valid as one tuple, `span`, so a reader sees either the old or the new state (in CPython, storing
an attribute is atomic). On overflow the writer wins: the oldest samples are overwritten, and `read`
returns how many of those it was asked for were lost.
"""

from __future__ import annotations

import numpy as np

from engines.types import Audio


class Ring:
    """Holds the newest `capacity_samples` of (*rows, samples) float32.

    `span` is (first, end): positions [first, end) have been written since the last restart; of
    these the newest `capacity_samples` are there to read.
    """

    def __init__(self, rows: tuple[int, ...], capacity_samples: int) -> None:
        self.rows, self.capacity_samples = rows, capacity_samples
        self._data = np.zeros((*rows, capacity_samples), np.float32)
        self._claimed = 0  # end of what has been written, or is being written
        self.span = (0, 0)

    @property
    def end(self) -> int:
        """Position after the newest sample."""
        return self.span[1]

    def restart(self, position: int) -> None:
        """Writer: invalidate everything; the next sample has this position."""
        self._claimed = position
        self.span = (position, position)

    def write(self, samples: Audio) -> None:
        """Writer: append (*rows, n) float32. If n exceeds the capacity, only the end is kept."""
        first, end = self.span
        count = samples.shape[-1]
        self._claimed = end + count
        if count > self.capacity_samples:
            samples = samples[..., -self.capacity_samples :]
        self._store(self._claimed - samples.shape[-1], samples)
        self.span = (first, self._claimed)

    def _store(self, position: int, samples: Audio) -> None:
        count, index = samples.shape[-1], position % self.capacity_samples
        room = self.capacity_samples - index
        if count <= room:
            self._data[..., index : index + count] = samples
        else:
            self._data[..., index:] = samples[..., :room]
            self._data[..., : count - room] = samples[..., room:]

    def read(self, start: int, out: Audio, rows: slice | int = slice(None)) -> int:
        """Reader: copy positions [start, start + n) into `out` (*rows, n); n up to the capacity.

        Ask only for what `span` holds. Returns how many samples, from the start, were overwritten
        before they were read: these are garbage in `out`, and the caller counts them.
        `rows` selects along the first axis.
        """
        count: int = out.shape[-1]
        index = start % self.capacity_samples
        room = self.capacity_samples - index
        data = self._data[rows]
        if count <= room:
            out[...] = data[..., index : index + count]
        else:
            out[..., :room] = data[..., index:]
            out[..., room:] = data[..., : count - room]
        lost = self._claimed - self.capacity_samples - start
        return min(count, max(0, lost))
