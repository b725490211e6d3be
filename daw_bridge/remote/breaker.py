"""After one miss of a live stream nobody asks the engine, until a thread finds it well again.

So a frozen engine costs one deadline, and not one for every window. The thread looks at once, then
less and less often. An engine that was late but is still the one that answered its checks is well:
so a late call costs its own window alone. Any other answers its checks before windows are sent
there again, and so does one that was late MOST_LATE times with no answer between.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING
from weakref import ref

from daw_bridge.containment import LimitedLog, watched
from daw_bridge.errors import BridgeError, describe
from daw_bridge.remote.counters import tallies
from engines.errors import EngineError

if TYPE_CHECKING:
    from daw_bridge.remote.connection import Connection

_lines = LimitedLog(logging.getLogger(__name__), pause_s=5.0)
FIRST_PROBE_S, PROBE_S = 0.02, 0.2
"""The pauses between the first two looks at an engine that is away, each later one twice as long,
and the longest."""
MOST_LATE = 3
READY_S = 0.5
"""Within this it must say that it is ready."""


class Breaker:
    """Closed while the engine is used; open from `trip` until it answers its checks.

    Thread-safe.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = ref(connection)
        self._lock = threading.Lock()
        self._in_a_row = 0
        self.is_open = False
        self.reason = ""

    def answered(self) -> None:
        """A live stream had an answer in time."""
        self._in_a_row = 0

    def trip(self, reason: str, doubtful: bool = True) -> None:
        """Nobody asks from now on, for this reason; `doubtful`: what answers may be no engine of
        ours, or a broken one, rather than late or away."""
        connection = self._connection()
        with self._lock:
            if self.is_open or connection is None:
                return
            self.is_open, self.reason = True, reason
            self._in_a_row += 1
            doubtful = doubtful or self._in_a_row >= MOST_LATE
        for one in tallies(connection.tally):
            one.opened()
        text = connection.address.text
        _lines.warning("open", "%s is not used: %s; stems are silent meanwhile", text, reason)
        watched("daw-bridge engine probe", partial(self._probe, doubtful)).start()

    def _probe(self, doubtful: bool) -> None:
        """Until it is well, or nobody needs it any more."""
        began, pause_s = time.monotonic(), min(FIRST_PROBE_S, PROBE_S)
        while self.is_open:
            connection = self._connection()
            if connection is None:
                return
            problem = _problem(connection, doubtful)
            if not problem:
                self._close(connection, doubtful, time.monotonic() - began)
                return
            self.reason = problem
            del connection
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, PROBE_S)

    def _close(self, connection: Connection, doubtful: bool, seconds: float) -> None:
        with self._lock:
            if doubtful:
                self._in_a_row = 0
            self.is_open, self.reason = False, ""
        text = connection.address.text
        _lines.warning("closed", "%s is used again after %.2f s", text, seconds)


def _problem(connection: Connection, doubtful: bool) -> str:
    """Why it cannot be used; "" where it can."""
    try:
        if not doubtful and connection.is_proved(READY_S):
            return ""
        connection.wait_until_there(READY_S)
        connection.check()
    except (BridgeError, EngineError) as error:
        return describe(error)
    return ""
