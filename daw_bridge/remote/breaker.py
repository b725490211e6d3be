"""After one miss of a live stream nobody asks the engine, until a thread finds it well again.

So a frozen engine costs one deadline, and not one for every window. The thread asks whether the
engine is ready, and has it answer its checks, before windows are sent there again.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING
from weakref import ref

from daw_bridge.containment import LimitedLog, watched
from daw_bridge.errors import BridgeError, describe
from daw_bridge.remote.counters import tallies
from engines.errors import EngineError

if TYPE_CHECKING:
    from daw_bridge.remote.connection import Connection

_lines = LimitedLog(logging.getLogger(__name__), pause_s=5.0)
PROBE_S = 0.2
"""The pause between two looks at an engine that is away."""
READY_S = 0.5
"""Within this it must say that it is ready."""


class Breaker:
    """Closed while the engine is used; open from `trip` until it answers its checks.

    Thread-safe.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = ref(connection)
        self._lock = threading.Lock()
        self.is_open = False
        self.reason = ""

    def trip(self, reason: str) -> None:
        """Nobody asks from now on, for this reason."""
        connection = self._connection()
        with self._lock:
            if self.is_open or connection is None:
                return
            self.is_open, self.reason = True, reason
        for one in tallies(connection.tally):
            one.opened()
        text = connection.address.text
        _lines.warning("open", "%s is not used: %s; stems are silent meanwhile", text, reason)
        watched("daw-bridge engine probe", self._probe).start()

    def _probe(self) -> None:
        """Until it is well, or nobody needs it any more."""
        began = time.monotonic()
        while self.is_open:
            time.sleep(PROBE_S)
            connection = self._connection()
            if connection is None:
                return
            problem = _problem(connection)
            if problem:
                self.reason = problem
            else:
                seconds = time.monotonic() - began
                with self._lock:
                    self.is_open, self.reason = False, ""
                _lines.warning("closed", "%s is used again after %.1f s", connection.address.text,
                            seconds)  # fmt: skip
            del connection


def _problem(connection: Connection) -> str:
    """Why it cannot be used; "" where it can."""
    try:
        connection.wait_until_there(READY_S)
        connection.check()
    except (BridgeError, EngineError) as error:
        return describe(error)
    return ""
