"""Whether the server's loops still turn: what a watchdog is told, and /health."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

STALLED_S = 15.0
"""A loop that has not turned for so long has stalled; the slowest turns once a second."""


class Loops:
    """When each loop last turned, by name. Each name is written by its own thread; any reads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._turned_s: dict[str, float] = {}

    def turned(self, name: str) -> None:
        """This loop turns."""
        self._turned_s[name] = self._clock()

    def stalled(self, others: Mapping[str, float], most_s: float = STALLED_S) -> list[str]:
        """The loops, in words, that have not turned for more than this.

        `others`: when loops turned that say so themselves.
        """
        now_s = self._clock()
        late = {name: now_s - at_s for name, at_s in {**self._turned_s, **others}.items()}
        return [f"{name} has not turned for {it:.0f} s" for name, it in late.items() if it > most_s]
