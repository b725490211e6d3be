"""How many samples of a sender are missing, or too many, judged by when its packets come.

The floor, the least delay of the packets, is where they crowd: on a good network nearly all are
there, on a busy machine some. A floor that rises by as much as whole packets hold, and stays there,
is loss. One that falls is silence that was put in for packets that were only late, packets that
came twice, or, where neither explains it, a clock that was read too late: nothing comes early.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from daw_bridge.ports.reastream.clock import PacketSizes, SenderClock
from engines.types import Audio

WINDOW_S = 0.5
"""The floor is taken this often; two in a row must agree before samples are put in or left out."""

CROWD = 8
"""Packets near the least delay that make it the floor. A window lasts for twice as many blocks of
the sender at least."""

LOOK_BACK = 8
"""A window without a crowd is taken together with up to so many before it."""

LEARN_S = 1.0
"""For so long after its first packet a sender's clock is only learnt."""

_TOLERANCE_S = 0.00025
_RECENT = 4
_REMEMBERED = 8


@dataclass(frozen=True)
class LossCounts:
    """Discontinuities, samples of silence inserted in them, and samples left out."""

    discontinuities: int = 0
    shortfall_samples: int = 0
    excess_samples: int = 0

    def __add__(self, more: LossCounts) -> LossCounts:
        return LossCounts(
            self.discontinuities + more.discontinuities,
            self.shortfall_samples + more.shortfall_samples,
            self.excess_samples + more.excess_samples,
        )


NO_LOSS = LossCounts()


class LossDetector:
    """Learns of every packet and of inserted silence; says what to insert or to leave out.

    `owed`: silence put in for samples that may still come, less what was left out unseen.
    """

    def __init__(self, rate_hz: int, hold_samples: int) -> None:
        self.clock = SenderClock(rate_hz)
        self.tolerance = _TOLERANCE_S * rate_hz
        self._hold_samples = hold_samples
        self.begin(0.0, 0)

    def begin(self, now_s: float, position: int) -> None:
        """As new, with a sender that begins."""
        self.clock.begin(now_s, position)
        self.sizes = PacketSizes(self.tolerance)
        self.owed = self._twice = 0
        self._learned_at = now_s + LEARN_S
        self._recent: deque[Audio] = deque(maxlen=_RECENT)
        self._filled: deque[int] = deque(maxlen=_REMEMBERED)
        self._suspected: float | None = None
        self._windows: deque[list[float]] = deque([[]], maxlen=LOOK_BACK)
        self._begun_s, self._blocks = now_s, 0

    def hole(self, samples: int) -> None:
        """So much silence was put in as nothing had come (below 0: so much left out)."""
        self.owed += samples
        self._forget()

    def _forget(self) -> None:
        """Delays before a splice are not those after it."""
        self._windows.clear()
        self._windows.append([])

    def packet(self, audio: Audio, now_s: float, position: int, *, first: bool) -> int:
        """A packet (channels, n), after which `position` samples have come or been put in; `first`
        of a block of the sender's.

        Returns the samples to put in (below 0: to leave out).
        """
        self._note(audio)
        late = self.clock.expected(now_s) - position
        if late + self.owed < 0.0 and now_s < self._learned_at:
            self.clock.shift(-late - self.owed)
            late = -float(self.owed)
        if late < -self._hold_samples - self.tolerance and self.owed > 0:
            return self._take_back(round(-late))
        self._windows[-1].append(late)
        self._blocks += first
        over_s = now_s - self._begun_s
        if over_s < WINDOW_S or self._blocks < 2 * CROWD:
            return 0
        self._begun_s, self._blocks = now_s, 0
        least = min(self._windows[-1])
        if least < -self.tolerance and self.owed > 0:
            return self._take_back(round(-least))  # however few have come so early
        floor = self._floor()
        if floor is None:
            self._windows.append([])
            return 0
        self._forget()
        return self._judge(floor, now_s, over_s)

    def _note(self, audio: Audio) -> None:
        if any(np.array_equal(audio, one) for one in self._recent) and audio.any():
            self._twice += audio.shape[1]
        self._recent.append(audio)
        self.sizes.add(audio.shape[1])

    def _floor(self) -> float | None:
        """The least delay of the newest windows, of as few as it takes for a crowd there."""
        delays: list[float] = []
        for window in reversed(self._windows):
            delays += window
            least = min(delays)
            if sum(one <= least + self.tolerance for one in delays) >= CROWD:
                return least
        return None

    def _take_back(self, early: int) -> int:
        """Silence that was put in for what only came late."""
        samples = min(early, self.owed)
        self.owed -= samples
        self._suspected = None
        self._forget()
        return -samples

    def _judge(self, floor: float, now_s: float, over_s: float) -> int:
        unexplained = floor + self.owed
        lost = self.sizes.nearest(unexplained) if unexplained > 0 else -self._again(-unexplained)
        missing = lost - self.owed
        if missing:
            if self._suspected is None or abs(floor - self._suspected) > self.tolerance:
                self._suspected = floor
                return 0
            if lost > 0:
                self._filled.append(lost)
        elif unexplained < -self.tolerance:
            self.clock.shift(-unexplained)
        else:
            self.clock.steer(floor, now_s, over_s)
        self.owed = self._twice = 0
        self._suspected = None
        return missing

    def _again(self, early: float) -> int:
        """Samples that explain why all comes early: packets seen twice, or a loss that was none."""
        if abs(self._twice - early) <= self.tolerance:
            return self._twice
        return next((one for one in self._filled if abs(one - early) <= self.tolerance), 0)
