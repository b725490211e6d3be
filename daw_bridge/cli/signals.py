"""Ctrl-C and its like (SIGINT, SIGTERM, SIGHUP): the first one asks a command to stop, a second one
ends it at once.

What Python calls a signal handler runs in the main thread, in the middle of whatever that is doing:
a lock that it needs may be held by what it has interrupted. So the handler here does nothing. The
system's own handler writes the number to a descriptor, and a thread that reads it does the work.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from daw_bridge.containment import watched

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Those that there are: Windows has no SIGHUP."""

EXIT_SIGNAL = 128
AGAIN_S = 0.05
"""A terminal and a parent may pass on one Ctrl-C, both at once: so soon it is not a second one."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or another of the signals: `number`."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = EXIT_SIGNAL + number


class StopSignals:
    """Hears them while the context lasts; main thread only. One that is ignored (nohup) stays so.

    `number`: the first one's, 0 before it. `stop` is called once, in a thread of its own, and must
    not wait. With `raising`, the first one is raised in the main thread as Interrupted, for work
    that does not ask for `number`. A second one, AGAIN_S later or more, ends the process with 128
    and its number.
    """

    def __init__(
        self, stop: Callable[[], object] = lambda: None, *, raising: bool = False,
        leave: Callable[[int], object] = os._exit, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.number = 0
        self._stop, self._raising, self._leave, self._clock = stop, raising, leave, clock
        self._raised = False
        self._first_s: float | None = None
        self._before: dict[int, Any] = {}

    @property
    def exit_code(self) -> int:
        """Of a command that one of them has stopped."""
        return EXIT_SIGNAL + self.number

    def __enter__(self) -> StopSignals:
        self._heard, self._told = socket.socketpair()
        self._told.setblocking(False)
        self._fd_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        for number in numbers:
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._interrupt)
        self._thread = watched("daw-bridge signals", self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        signal.set_wakeup_fd(self._fd_before, warn_on_full_buffer=False)
        self._told.close()
        self._thread.join()
        self._heard.close()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._raising and not self._raised:
            self._raised = True
            raise Interrupted(number)

    def _watch(self) -> None:
        while numbers := self._heard.recv(64):
            for number in numbers:
                if number in self._before:
                    self._hear(number)

    def _hear(self, number: int) -> None:
        now_s = self._clock()
        if self._first_s is None:
            self._first_s, self.number = now_s, number
            self._stop()
        elif now_s - self._first_s >= AGAIN_S:
            self._leave(EXIT_SIGNAL + number)
