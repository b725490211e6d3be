"""A quiet interpreter for an audio callback: short turns for other threads, short collections.

Python's thread switch interval is SWITCH_S, so that the callback waits less for a worker that runs
Python code. All objects that exist are frozen out of garbage collection, whose pauses would stop
the callback. `end` restores both.
"""

from __future__ import annotations

import gc
import sys

SWITCH_S = 0.0005


class QuietInterpreter:
    """`begin` before the first callback, `end` after the last; either may be called twice."""

    def __init__(self) -> None:
        self._before_s: float | None = None

    def begin(self) -> None:
        """Be quiet from now on."""
        if self._before_s is None:
            self._before_s = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH_S)
        gc.collect()
        gc.freeze()

    def end(self) -> None:
        """Restore what was before."""
        before_s, self._before_s = self._before_s, None
        if before_s is not None:
            sys.setswitchinterval(before_s)
            gc.unfreeze()
