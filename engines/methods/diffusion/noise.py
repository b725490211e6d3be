"""Noise that belongs to places in the song: a seed, a step, a row and an absolute sample.

Windows that overlap therefore hear the same noise where they do, and a step's noise is the same
whatever the number of steps, which is what makes their samples alike at the seams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.types import Audio

_BLOCK = 4096
_MASK64 = (1 << 64) - 1


@dataclass(frozen=True)
class Noise:
    """Gaussian, of standard deviation 1. Each problem has the absolute place of its first sample in
    `origins`, and the number of its first row in `firsts`: problems about the same music are told
    apart by their rows. Two `variant`s share nothing: there is one for each of several samples.
    """

    seed: int
    origins: Sequence[int]
    firsts: Sequence[int]
    variant: int = 0

    def draw(self, step: int, shape: tuple[int, int, int, int]) -> Audio:
        """(B, R, C, T) float32, each by the seed, the variant, the step, the row and its place."""
        _, rows, channels, samples = shape
        found = np.empty(shape, np.float32)
        for problem, (origin, first) in enumerate(zip(self.origins, self.firsts, strict=True)):
            for row in range(rows):
                for channel in range(channels):
                    line = (first + row) * channels + channel
                    found[problem, row, channel] = self._line(step, line, origin, samples)
        return found

    def _line(self, step: int, line: int, origin: int, samples: int) -> Audio:
        first, last = origin // _BLOCK, (origin + samples - 1) // _BLOCK
        blocks = [self._block(step, line, block) for block in range(first, last + 1)]
        whole = np.concatenate(blocks)
        start = origin - first * _BLOCK
        return whole[start : start + samples]

    def _block(self, step: int, line: int, block: int) -> Audio:
        key = np.array([self.seed & _MASK64, step], np.uint64)
        counter = np.array([0, block & _MASK64, line, self.variant], np.uint64)
        generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
        drawn: Audio = generator.standard_normal(_BLOCK, np.float32)
        return drawn
