"""OSC messages that are due later, as their bundle's time tag says, and the thread that waits.

A time tag is compared with the system's clock when it comes; from then on it is waited for by a
clock that nobody sets. Messages of one time are done in the order in which they came.

Overflow: beyond MAX_EACH messages of one peer, or MAX_ALL or MAX_BYTES of all, a message is refused
with Busy. What waits when the server ends is dropped.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from daw_bridge.containment import watched
from daw_bridge.errors import BadValue, Busy
from daw_bridge.wire import Peer
from daw_bridge.wire.osc_packets import AT_ONCE, OscCall

MAX_EACH = 1024
MAX_ALL = 4096
MAX_BYTES = 2**22
MAX_AHEAD_S = 60.0
_NTP_1970_S = 2_208_988_800
_CALL_BYTES = 200
_UNITS_PER_S = 2**32

Act = Callable[[Peer, OscCall, int], None]
"""Takes a message of so many bytes as one that has just come. Raises nothing."""


class _Waiting(NamedTuple):
    due_s: float
    order: int
    peer: Peer
    call: OscCall
    size_bytes: int


class Timed:
    """Any thread may `put`. `late` counts messages whose time had passed when they came."""

    def __init__(
        self, act: Act, wall_s: Callable[[], float] = time.time,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._act, self._wall_s, self._clock_s = act, wall_s, clock_s
        self._more = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._each: Counter[Peer] = Counter()
        self._bytes = 0
        self._order = count()
        self._ended = False
        self._thread: threading.Thread | None = None
        self.late = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, peer: Peer, call: OscCall, size_bytes: int) -> bool:
        """Whether it waits now; False: it is due. Raises Busy, BadValue (too far ahead)."""
        if call.time_tag == AT_ONCE:
            return False
        ahead_s = call.time_tag / _UNITS_PER_S - _NTP_1970_S - self._wall_s()
        if ahead_s <= 0:
            self.late += 1
            return False
        if ahead_s > MAX_AHEAD_S:
            raise BadValue(
                f"a bundle for a time {ahead_s:.0f} s ahead", f"at most {MAX_AHEAD_S:.0f} s",
                "Send it later, or compare the clocks of the two machines.",
            )  # fmt: skip
        with self._more:
            self._check_room(peer, size_bytes)
            self._add(_Waiting(self._clock_s() + ahead_s, next(self._order), peer, call,
                               size_bytes))  # fmt: skip
        return True

    def _check_room(self, peer: Peer, size_bytes: int) -> None:
        if (
            self._each[peer] >= MAX_EACH or len(self._waiting) >= MAX_ALL
            or self._bytes + size_bytes + _CALL_BYTES > MAX_BYTES
        ):  # fmt: skip
            seen = f"{len(self._waiting)} OSC messages with time tags waiting"
            raise Busy(seen, "fewer", "Send them nearer to their time.")

    def _add(self, one: _Waiting) -> None:
        heapq.heappush(self._waiting, one)
        self._count(one, 1)
        if self._thread is None and not self._ended:
            self._thread = watched("daw-bridge osc timed", self._run)
            self._thread.start()
        self._more.notify()

    def _count(self, one: _Waiting, sign: int) -> None:
        self._bytes += sign * (one.size_bytes + _CALL_BYTES)
        self._each[one.peer] += sign
        if not self._each[one.peer]:
            del self._each[one.peer]

    def end(self) -> None:
        """Drop what waits, and end the thread."""
        with self._more:
            self._ended = True
            self._waiting.clear()
            self._each.clear()
            self._more.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (one := self._next()) is not None:
            self._act(one.peer, one.call, one.size_bytes)

    def _next(self) -> _Waiting | None:
        """The next one, once it is due; None at the end."""
        with self._more:
            while not self._ended:
                left_s = self._waiting[0].due_s - self._clock_s() if self._waiting else None
                if left_s is not None and left_s <= 0:
                    one = heapq.heappop(self._waiting)
                    self._count(one, -1)
                    return one
                self._more.wait(left_s)
            return None
