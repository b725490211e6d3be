"""The boundary around work for clients: a bug in it is logged and answered, and stops nothing.

`contained` wraps one message; `watched` makes every thread of daw-bridge, so that none dies
unheard. What goes wrong unforeseen is counted in `FAULTS`, which status shows. `LimitedLog` keeps
what others cause from filling a disk.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from daw_bridge.errors import Internal

LOG = logging.getLogger(__name__)
MOST_IN_A_ROW = 10
"""A thread whose work fails so often, each time within ROW_S, is given up."""
ROW_S = 10.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.25

Lost = Callable[[Internal], None]


class Faults:
    """Unforeseen errors of this process: how many, and who is told that a thread is lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Lost] = []
        self.count = 0

    def add(self) -> None:
        """One more."""
        with self._lock:
            self.count += 1

    def listen(self, listener: Lost) -> None:
        """Tell this one, from the thread itself, of each thread that is given up."""
        with self._lock:
            self._listeners.append(listener)

    def leave(self, listener: Lost) -> None:
        """Tell this one no more; nothing if it did not listen."""
        with self._lock:
            self._listeners = [one for one in self._listeners if one != listener]

    def lose(self, error: Internal) -> None:
        """A thread is given up, for this error."""
        with self._lock:
            listeners = list(self._listeners)
        for one in listeners:
            one(error)


FAULTS = Faults()


def contained(what: str, work: Callable[[], object], *about: object) -> Internal | None:
    """Do `work`; log an unexpected error with its traceback, count it, and return it.

    `what` is formatted with `about`, as in logging, only if something fails.

    The server's only broad `except`. It wraps one message at a time, so a bug costs one answer and
    not everybody's session. `work` handles the errors of daw_bridge.errors itself.
    """
    try:
        work()
    except Exception as error:
        FAULTS.add()
        name = what % about
        LOG.exception("%s failed", name)
        return Internal(
            f"{name} failed: {type(error).__name__}: {error}",
            "no such error",
            "Please report it with the server's log, which has the details.",
        )
    return None


def watched(
    name: str, work: Callable[[], object], *, again: bool = True, failed: Lost | None = None
) -> threading.Thread:
    """A daemon thread, not started, that does `work`; it ends when `work` returns.

    An unforeseen error of `work` is logged, counted, and given to `failed`. Then, with `again`, the
    work begins anew, a moment later: it must be safe to enter again. A thread that fails
    MOST_IN_A_ROW times in a row is given up, and all who listen to FAULTS are told; so is one
    without `again` and without a `failed` that deals with its end.
    """

    def run() -> None:
        row, pause_s = 0, _FIRST_PAUSE_S
        while True:
            began_s = time.monotonic()
            error = contained("thread %r", work, name)
            if error is None:
                return
            if failed is not None:
                contained("what follows an error of %r", partial(failed, error), name)
            row = row + 1 if time.monotonic() - began_s < ROW_S else 1
            if row >= MOST_IN_A_ROW or not (again or failed):
                FAULTS.lose(error)
            if row >= MOST_IN_A_ROW or not again:
                return
            pause_s = _FIRST_PAUSE_S if row == 1 else min(2 * pause_s, _LONGEST_PAUSE_S)
            time.sleep(pause_s)

    return threading.Thread(target=run, name=name, daemon=True)


class LimitedLog:
    """Lines of which each kind is logged once in `pause_s`, with the count of those left out.

    `kind` is one of a few. Thread-safe.
    """

    def __init__(
        self, log: logging.Logger, pause_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._log, self._pause_s, self._clock = log, pause_s, clock
        self._lock = threading.Lock()
        self._last_s: dict[str, float] = {}
        self._left_out: dict[str, int] = {}
        self._levels: dict[str, int] = {}

    def warning(self, kind: str, text: str, *about: object) -> None:
        """Log this, or count it."""
        self.log(logging.WARNING, kind, text, *about)

    def log(self, level: int, kind: str, text: str, *about: object) -> None:
        """The same, of another level."""
        now_s = self._clock()
        with self._lock:
            last_s = self._last_s.get(kind)
            if last_s is not None and now_s - last_s < self._pause_s:
                self._left_out[kind] = self._left_out.get(kind, 0) + 1
                return
            self._last_s[kind], self._levels[kind] = now_s, level
            more = self._left_out.pop(kind, 0)
        self._log.log(level, text, *about)
        if more:
            self._say(kind, more)

    def catch_up(self) -> None:
        """Log the counts of kinds that have not come again; call it now and then."""
        now_s = self._clock()
        with self._lock:
            due = [one for one in self._left_out if now_s - self._last_s[one] >= self._pause_s]
            counts = [(one, self._left_out.pop(one)) for one in due]
        for kind, more in counts:
            self._say(kind, more)

    def _say(self, kind: str, more: int) -> None:
        level = self._levels[kind]
        self._log.log(level, "%d more of %s were left out of this log", more, kind)
