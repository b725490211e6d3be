"""Who does not listen any more: the addresses at which a UDP socket's datagrams were refused.

A host answers a datagram to a port without a listener with ICMP "port unreachable". Linux keeps
these, with the address that the datagram was for, in the socket's error queue. Other systems do not
say which address it was; there a client that has gone is forgotten for its silence.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterable

_IP_RECVERR, _IPV6_RECVERR = 11, 25  # linux/in.h, linux/in6.h; the socket module has no names
_ERROR_QUEUE = getattr(socket, "MSG_ERRQUEUE", 0)
PAUSE_S = 0.5
"""The same address is reported once in so long."""
MOST_ADDRESSES = 256
_MOST_AT_ONCE = 64
_ANCILLARY_BYTES = 512

Address = tuple[str, int]


class UnheardPeers:
    """Reads one socket's error queue. Any thread."""

    def __init__(self, one: socket.socket, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # The same socket without its timeout: Python would wait for the queue to fill.
        self._socket = socket.socket(fileno=os.dup(one.fileno()))
        self._reported: dict[Address, float] = {}
        self._can = sys.platform == "linux" and bool(_ERROR_QUEUE)
        if self._can:
            six = one.family == socket.AF_INET6
            level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
            one.setsockopt(level, _IPV6_RECVERR if six else _IP_RECVERR, 1)

    def close(self) -> None:
        """Close our end; the socket itself stays open."""
        self._socket.close()

    def read(self) -> list[Address]:
        """The addresses that have refused a datagram, without those reported a moment ago."""
        return self.news(self.refused())

    def news(self, refused: Iterable[Address]) -> list[Address]:
        """Those of the addresses that have not been reported a moment ago."""
        now_s = self._clock()
        if len(self._reported) >= MOST_ADDRESSES:
            self._reported.clear()
        found = []
        for address in refused:
            if now_s - self._reported.get(address, -PAUSE_S) >= PAUSE_S:
                self._reported[address] = now_s
                found.append(address)
        return found

    def refused(self) -> list[Address]:
        """Every address in the queue, which is then empty; some of them more than once."""
        found: list[Address] = []
        if not self._can:
            return found
        for _ in range(_MOST_AT_ONCE):
            try:
                flags = _ERROR_QUEUE | socket.MSG_DONTWAIT
                _, _, _, address = self._socket.recvmsg(0, _ANCILLARY_BYTES, flags)
            except OSError:  # empty, or another error of the socket, which its user meets itself
                break
            if address and address[1]:
                found.append((str(address[0]), int(address[1])))
        return found
