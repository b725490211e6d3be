"""Work that may take long, one piece after another in a thread of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from daw_bridge.containment import contained, watched
from daw_bridge.errors import Busy, Internal, Stopped

Work = Callable[[], None]
Failed = Callable[[Internal], None]


class Turns:
    """A queue of at most `most` pieces of work, and the thread that does them. Thread-safe."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._waiting: deque[tuple[Work, Failed]] = deque()
        self._more = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, work: Work, failed: Failed) -> None:
        """Do this in turn; a defect in it goes to `failed`. Raises Busy, Stopped."""
        with self._more:
            if self._closed:
                raise Stopped("work for a server that ends", "a running one", "Start it again.")
            if len(self._waiting) >= self._most:
                raise Busy(f"{self._most} requests of this kind waiting", "fewer", "Ask later.")
            self._waiting.append((work, failed))
            self._more.notify()
            if self._thread is None:
                self._thread = watched(self._name, self._run)
                self._thread.start()

    def close(self, timeout_s: float) -> bool:
        """Drop what waits, and wait for what is at work, but no longer than this.

        False if it is still at work then.
        """
        with self._more:
            self._closed = True
            self._waiting.clear()
            self._more.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def _run(self) -> None:
        while (item := self._next()) is not None:
            work, failed = item
            problem = contained("work of %r", work, self._name)
            if problem is not None:
                failed(problem)

    def _next(self) -> tuple[Work, Failed] | None:
        with self._more:
            self._more.wait_for(lambda: self._waiting or self._closed)
            return None if self._closed else self._waiting.popleft()
