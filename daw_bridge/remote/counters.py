"""What is counted of the calls of one remote engine, by all who call it and by one stream."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

BOUNDS_S = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0)
"""Upper bounds of the histogram of calls' times; one more class has all that are longer."""


@dataclass(frozen=True)
class EngineCounts:
    """Since the first connection to this address, or of one stream since its beginning.

    calls: answered. failures: by the protocol's names. missed_windows: of live streams, that were
    played as silent stems. openings: how often a failure has made live streams give up asking for a
    while. up: live streams use it, and no file or sync stream waits for it to come back.
    times: calls by how long they took, in the classes of BOUNDS_S. round_trip_s: of the last call.
    """

    up: bool = True
    calls: int = 0
    failures: tuple[tuple[str, int], ...] = ()
    missed_windows: int = 0
    openings: int = 0
    times: tuple[int, ...] = (0,) * (len(BOUNDS_S) + 1)
    seconds: float = 0.0
    round_trip_s: float = 0.0
    reason: str = ""

    @property
    def failed(self) -> int:
        """All failures."""
        return sum(count for _, count in self.failures)


class Tally:
    """Counts. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls = self._missed = self._openings = self._waiting = 0
        self._failures: Counter[str] = Counter()
        self._times = [0] * (len(BOUNDS_S) + 1)
        self._seconds = self._last_s = 0.0

    def answered(self, seconds: float) -> None:
        """A call took so long."""
        place = next((k for k, bound in enumerate(BOUNDS_S) if seconds <= bound), len(BOUNDS_S))
        with self._lock:
            self._calls += 1
            self._times[place] += 1
            self._seconds += seconds
            self._last_s = seconds

    def failed(self, name: str) -> None:
        """A call failed so."""
        with self._lock:
            self._failures[name] += 1

    def missed(self, windows: int) -> None:
        """So many windows had no answer in time."""
        with self._lock:
            self._missed += windows

    def opened(self) -> None:
        """Nobody asks for a while."""
        with self._lock:
            self._openings += 1

    def waits(self, change: int) -> None:
        """So many more wait for it to come back."""
        with self._lock:
            self._waiting += change

    def read(self, up: bool, reason: str) -> EngineCounts:
        """What was counted so far."""
        with self._lock:
            if self._waiting and not reason:
                reason = f"{self._waiting} wait for it to come back"
            return EngineCounts(
                up and not self._waiting, self._calls, tuple(sorted(self._failures.items())),
                self._missed, self._openings, tuple(self._times), self._seconds, self._last_s,
                reason,
            )  # fmt: skip


_CALLER: ContextVar[Tally | None] = ContextVar("caller", default=None)


@contextmanager
def counted(caller: Tally | None) -> Iterator[None]:
    """What this thread calls inside of it is counted there, too; None: with the engine alone."""
    token = _CALLER.set(caller)
    try:
        yield
    finally:
        _CALLER.reset(token)


def tallies(engine: Tally) -> tuple[Tally, ...]:
    """Where a call of this thread is counted."""
    caller = _CALLER.get()
    return (engine,) if caller is None else (engine, caller)


def quantile_s(times: Sequence[int], share: float) -> float:
    """The bound below which this share of the calls stayed, 0 where there are none; the longest
    class has no bound and counts as twice the last one."""
    total, seen = sum(times), 0
    for bound, count in zip((*BOUNDS_S, 2 * BOUNDS_S[-1]), times, strict=True):
        seen += count
        if total and seen >= share * total:
            return bound
    return 0.0
