"""The sample clock of a sender that sends no timestamps, learnt from when its packets arrive.

Network and scheduling only ever delay a packet, so the least delay over a while is the clock, as in
any packet network's clock recovery; everything above it is jitter. A slow second-order loop (as in
F. Adriaensen, Using a DLL to filter time, LAC 2005) follows the drift of the sender's crystal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations_with_replacement

MAX_DRIFT = 1e-3
"""Largest drift: how far the sender's rate may be from the declared one, as a share of it."""

_PHASE_GAIN = 0.2
_SPEED_GAIN = 0.02
_MOST_SIZES = 8
_MOST_BLOCKS = 64
_FEWER_BLOCKS = 3
_PART = 0.5  # samples that a part costs: of equally good sums, fewer parts
_MOST_SMALL = 3


class SenderClock:
    """How many samples should have come by a time in seconds."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = float(rate_hz)
        self.begin(0.0, 0.0)

    def begin(self, now_s: float, count: float) -> None:
        """Start: `count` samples have come by now."""
        self._at_s, self._count, self._speed = now_s, count, self._rate_hz

    def expected(self, now_s: float) -> float:
        """Samples that should have come."""
        return self._count + (now_s - self._at_s) * self._speed

    def time_of(self, count: float) -> float:
        """When so many samples should have come, seconds."""
        return self._at_s + (count - self._count) / self._speed

    def shift(self, samples: float) -> None:
        """Expect so many samples more from now on: the clock was started late."""
        self._count += samples

    def steer(self, late: float, now_s: float, over_s: float) -> float:
        """Correct the clock: for `over_s` seconds every packet was at least `late` samples late.

        Returns how late they are by the clock as it is now.
        """
        count = self.expected(now_s) - _PHASE_GAIN * late
        speed = self._speed - _SPEED_GAIN * late / over_s
        most = MAX_DRIFT * self._rate_hz
        self._speed = min(max(speed, self._rate_hz - most), self._rate_hz + most)
        self._at_s, self._count = now_s, count
        return (1 - _PHASE_GAIN) * late


class PacketSizes:
    """The sender's packet and block sizes: which lost packets would make up what is missing."""

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._sizes: set[int] = set()
        self._blocks: Counter[int] = Counter()

    def add(self, samples: int) -> None:
        """A packet of this size has come."""
        if len(self._sizes) <= _MOST_SIZES:
            self._sizes.add(samples)

    def add_block(self, samples: int) -> None:
        """A block of this size has come; the most frequent one is taken as the sender's block."""
        if len(self._blocks) >= _MOST_BLOCKS:
            self._blocks.clear()
        self._blocks[samples] += 1

    def nearest(self, missing: float) -> int:
        """The sum of whole packets nearest to `missing` samples (below 0: too many); 0 where that
        is nearest, or within the tolerance.

        A sum has whole blocks, packets of the largest size and up to three others. If a sender's
        packets have more than _MOST_SIZES sizes, any number of samples can be missing.
        """
        if abs(missing) <= self._tolerance or not self._sizes:
            return 0
        if len(self._sizes) > _MOST_SIZES:
            return round(missing)
        sign, size = (1 if missing > 0 else -1), abs(missing)
        largest = max(self._sizes)
        block = max([largest, *(size for size, _ in self._blocks.most_common(1))])
        found = min(
            self._sums(size, block, largest),
            key=lambda one: abs(one[0] - size) + _PART * one[1],
        )
        return sign * found[0]

    def _sums(self, size: float, block: int, largest: int) -> Iterator[tuple[int, int]]:
        """Sums near `size`, and of how many parts: blocks, largest packets, a few of the others."""
        others = sorted(self._sizes - {largest})
        most = int(size // block) + 1
        for blocks in range(max(0, most - _FEWER_BLOCKS), most + 1):
            for count in range(_MOST_SMALL + 1):
                for some in combinations_with_replacement(others, count):
                    whole = blocks * block + sum(some)
                    packets = max(0, round((size - whole) / largest))
                    yield whole + packets * largest, blocks + packets + count
