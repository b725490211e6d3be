"""A ring of audio with absolute sample positions, for one writer thread and one reader thread.

Neither side ever waits for the other. What is valid is published as one tuple, `span`, after the
samples lie in place, so a reader sees either the old or the new state (in CPython, storing an
attribute is atomic). The overflow policy: the writer always wins, the oldest samples are
overwritten, and `read` says how many of the samples it was asked for were lost that way.
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
        self._claimed = 0  # end of what is being written or has been
        self.span = (0, 0)

    @property
    def end(self) -> int:
        """Position after the newest sample."""
        return self.span[1]

    def restart(self, position: int) -> None:
        """Writer: what was written is no longer valid; the next sample has this position."""
        self._claimed = position
        self.span = (position, position)

    def write(self, samples: Audio) -> None:
        """Writer: append (*rows, n) float32. Of more than the capacity only the end is kept."""
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

        The caller asks only for what `span` holds. Returns how many samples, from the start, had
        been overwritten by then; these are garbage in `out`, and the caller's to count.
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
