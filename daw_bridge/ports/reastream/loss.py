"""How many samples of a sender are missing, or too many, judged by when its packets arrive.

The delay floor is the least delay of the packets, where they cluster: on a good network nearly all,
on a busy machine some. A floor that rises by a sum of whole packets from one time to the next, and
stays there, means loss; one that moves bit by bit is the sender's drift, which the clock follows. A
floor that falls means one of three things: silence was inserted for packets that were only late;
packets came twice; or, if neither explains it, the clock was read too late, as none can come early.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from dataclasses import dataclass

import numpy as np

from daw_bridge.ports.reastream.clock import PacketSizes, SenderClock
from engines.types import Audio

WINDOW_S = 0.5
"""The floor is measured this often; only two in a row that agree lead to a splice."""

CLUSTER = 8
"""So many packets near the least delay make it the floor; a window keeps no more delays than that,
the least ones."""

LOOK_BACK = 16
"""A window without a cluster, as where blocks are long, is joined with up to so many before it."""

LEARN_S = 1.0
"""For so long after the first packet the sender's clock is only learnt."""

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
    """Takes every packet's arrival and all inserted silence; says what to insert or to leave out.

    `owed`: silence inserted for samples that may still come, less what was left out meanwhile.
    """

    def __init__(self, rate_hz: int, hold_samples: int) -> None:
        self.clock = SenderClock(rate_hz)
        self.tolerance = _TOLERANCE_S * rate_hz
        self._hold_samples = hold_samples
        self.begin(0.0, 0)

    def begin(self, now_s: float, position: int) -> None:
        """As new: a sender begins."""
        self.clock.begin(now_s, position)
        self.sizes = PacketSizes(self.tolerance)
        self.owed = self._duplicated = 0
        self._lag = 0.0  # how late the clock itself still is: the drift that it has not learnt yet
        self._learned_at = now_s + LEARN_S
        self._recent: deque[Audio] = deque(maxlen=_RECENT)
        self._filled: deque[int] = deque(maxlen=_REMEMBERED)
        self._suspected: float | None = None
        self._windows: deque[list[float]] = deque([[]], maxlen=LOOK_BACK)
        self._begun_s = self._judged_s = now_s

    def inserted(self, samples: int) -> None:
        """So much silence was inserted as nothing had come (below 0: so much left out)."""
        self.owed += samples
        self._forget()

    def _forget(self) -> None:
        """Delays before a splice say nothing about those after it."""
        self._windows.clear()
        self._windows.append([])

    def packet(self, audio: Audio, now_s: float, position: int) -> int:
        """A packet (channels, n) has come, and `position` samples with it, inserted ones included.

        Returns the samples to insert (below 0: to leave out).
        """
        self._note_duplicates(audio)
        late = self.clock.expected(now_s) - position
        if late + self.owed < 0.0 and now_s < self._learned_at:
            self.clock.shift(-late - self.owed)
            late, self._lag = -float(self.owed), 0.0
        if late < -self._hold_samples - self.tolerance and self.owed > 0:
            return self._take_back(round(-late))
        insort(self._windows[-1], late)
        del self._windows[-1][CLUSTER:]
        if now_s - self._begun_s < WINDOW_S:
            return 0
        self._begun_s = now_s
        return self._end_window(now_s)

    def _end_window(self, now_s: float) -> int:
        """Judge the window that has ended."""
        least = self._windows[-1][0]
        if least - self._lag < -self.tolerance and self.owed > 0:
            return self._take_back(round(self._lag - least))  # even if only one has come so early
        floor = self._floor()
        if floor is None:
            self._windows.append([])
            return 0
        self._forget()
        over_s, self._judged_s = now_s - self._judged_s, now_s
        return self._judge(floor, now_s, over_s)

    def _note_duplicates(self, audio: Audio) -> None:
        if any(np.array_equal(audio, one) for one in self._recent) and audio.any():
            self._duplicated += audio.shape[1]
        self._recent.append(audio)
        self.sizes.add(audio.shape[1])

    def _floor(self) -> float | None:
        """The least delay of the newest windows, of as few as it takes for a cluster there."""
        delays: list[float] = []
        for window in reversed(self._windows):
            delays = sorted(delays + window)[:CLUSTER]
            if len(delays) == CLUSTER and delays[-1] <= delays[0] + self.tolerance:
                return delays[0]
        return None

    def _take_back(self, early: int) -> int:
        """Take back silence that was inserted for what only came late."""
        samples = min(early, self.owed)
        self.owed -= samples
        self._suspected = None
        self._forget()
        return -samples

    def _judge(self, floor: float, now_s: float, over_s: float) -> int:
        unexplained = floor + self.owed - self._lag
        lost = self.sizes.nearest(unexplained) if unexplained > 0 else -self._excess(-unexplained)
        missing = lost - self.owed
        if missing:
            if self._suspected is None or abs(floor - self._suspected) > self.tolerance:
                self._suspected = floor
                return 0
            if lost > 0:
                self._filled.append(lost)
            self._note_lag(floor - missing)
        elif unexplained < -self.tolerance:
            self.clock.shift(-unexplained)
        else:
            self._lag = self.clock.steer(floor, now_s, over_s)
        self.owed = self._duplicated = 0
        self._suspected = None
        return missing

    def _note_lag(self, late: float) -> None:
        """So late all will be from now on; beyond the tolerance that is not the clock's doing."""
        self._lag = min(max(late, self._lag - self.tolerance), self._lag + self.tolerance)

    def _excess(self, early: float) -> int:
        """Samples that explain why all comes early: duplicates, or a loss that was none."""
        if abs(self._duplicated - early) <= self.tolerance:
            return self._duplicated
        return next((one for one in self._filled if abs(one - early) <= self.tolerance), 0)
