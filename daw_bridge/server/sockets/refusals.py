"""How many refusals are sent: a flood that is refused is not answered by a flood."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

MOST_EACH = 32
MOST_ALL = 256
SPAN_S = 1.0


class Refusals:
    """At most MOST_EACH refusals to one address and MOST_ALL to all in SPAN_S. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._began_s = clock()
        self._sent: Counter[tuple[str, int]] = Counter()
        self._all = 0

    def allow(self, address: tuple[str, int]) -> bool:
        """Whether one more may be sent to this address now; if so, it is counted."""
        with self._lock:
            now_s = self._clock()
            if now_s - self._began_s >= SPAN_S:
                self._began_s, self._all = now_s, 0
                self._sent.clear()
            if self._all >= MOST_ALL or self._sent.get(address, 0) >= MOST_EACH:
                return False
            self._sent[address] += 1
            self._all += 1
            return True
