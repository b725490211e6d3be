"""What a service manager is told (systemd's `Type=notify`): ready, alive, stopping.

The whole protocol is a datagram of `NAME=value` lines to the socket that NOTIFY_SOCKET names. The
package for it (sdnotify) is of 2017, raises nothing and knows no watchdog, so it is spoken here.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, MutableMapping
from time import monotonic

from daw_bridge.containment import LimitedLog

LOG = logging.getLogger(__name__)
LEAST_S = 5.0
"""However short the watchdog's time is, a loop may take so long for a turn."""
_SEND_S = 1.0
_VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")

Stalled = Callable[[float], "list[str]"]
"""(seconds) -> the loops that have not turned for longer, in words."""


class Notifier:
    """Where there is no NOTIFY_SOCKET, nothing is sent. Its variables leave the environment, so
    that no program that is started from here speaks for this one.

    A manager that cannot be reached is logged, and stops nothing. `watchdog_s`: so often it wants
    to hear that this program is alive; 0: it does not.
    """

    def __init__(
        self, environment: MutableMapping[str, str] = os.environ,
        clock: Callable[[], float] = monotonic,
    ) -> None:  # fmt: skip
        name, usec, pid = (environment.pop(one, "") for one in _VARIABLES)
        self._address, self._clock, self._log = _address(name), clock, LimitedLog(LOG)
        self.watchdog_s = _seconds(usec) if self._address and _is_us(pid) else 0.0
        self._due_s = clock()
        self._stalls = False

    def ready(self, status: str) -> None:
        """It serves. `status`: a line for people."""
        self._due_s = self._clock()
        self._send("READY=1", f"STATUS={_line(status)}")

    def pause_s(self, most_s: float) -> float:
        """How long to wait until `alive` is called again."""
        return min(most_s, self.watchdog_s / 8) if self.watchdog_s else most_s

    def alive(self, stalled: Stalled) -> None:
        """Where it is due, tell the watchdog that the server lives: if all of its loops turn."""
        now_s = self._clock()
        if not self.watchdog_s or now_s < self._due_s:
            return
        self._due_s = now_s + self.watchdog_s / 4
        late = stalled(max(self.watchdog_s / 2, LEAST_S))
        if late:
            words = ", ".join(late)
            self._log.log(logging.ERROR, "stalled", "no word to the watchdog: %s", words)
            self._send(f"STATUS={_line(words)}")
        else:
            self._send("WATCHDOG=1", *(["STATUS=all loops turn again"] if self._stalls else []))
        self._stalls = bool(late)

    def stopping(self) -> None:
        """It ends."""
        self._send("STOPPING=1", "STATUS=stopping")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
                one.settimeout(_SEND_S)
                one.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            self._log.warning(
                "not told", "the service manager at %s was not told %s: %s",
                self._address.replace("\0", "@"), lines[0], error,
            )  # fmt: skip


def _address(name: str) -> str:
    """A path, or with a NUL first a name of Linux's own; "" and a line in the log for any other."""
    if name[:1] not in ("", "/", "@") or (name and not hasattr(socket, "AF_UNIX")):
        LOG.warning("NOTIFY_SOCKET=%s: expected a path or @NAME; nobody is told", name[:200])
        return ""
    return "\0" + name[1:] if name.startswith("@") else name


def _seconds(usec: str) -> float:
    if not usec:
        return 0.0
    if not usec.isascii() or not usec.isdigit() or not int(usec):
        LOG.warning("WATCHDOG_USEC=%s: expected microseconds; no watchdog is told", usec[:40])
        return 0.0
    return int(usec) / 1e6


def _is_us(pid: str) -> bool:
    return not pid or pid == str(os.getpid())


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
