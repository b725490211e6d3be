"""Work at intervals, in one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from daw_bridge.containment import contained


class Every:
    """Work that is due at intervals of `pause_s`; one that was missed is not made up for."""

    def __init__(self, pause_s: float, work: Callable[[], None]) -> None:
        self._pause_s, self._work = pause_s, work
        self.due_s = monotonic() + pause_s

    def do(self) -> None:
        """Do it if it is due. A defect in it costs this one time."""
        now_s = monotonic()
        if now_s >= self.due_s:
            self.due_s = now_s + self._pause_s
            contained("work at intervals", self._work)


def until(ended: threading.Event, *every: Every) -> None:
    """Do each when it is due, until `ended` is set."""
    while not ended.wait(max(0.0, min(one.due_s for one in every) - monotonic())):
        for one in every:
            one.do()
