"""Bytes <-> frozen dataclasses, for OSC and ZeroMQ. No sockets, no engines.

`requests` and `replies` are what the session speaks; `zmq_*` and `osc_*` are their two wire
formats. To add a request: a class in requests.py, its reply in replies.py, a row in the table of
zmq_requests.py and, if OSC users want it, one in osc_requests.py.
"""

from __future__ import annotations

from dataclasses import dataclass

PROTOCOL_VERSION = 1
MARK = b"DWB1"
"""First frame of each of our ZeroMQ messages, after the identity or topic."""

DEFAULT_STREAM = 1
"""The stream that a message means if it names none."""


@dataclass(frozen=True)
class Peer:
    """Who sent a message. `address`: (host, port) over OSC, the identity over ZeroMQ.

    `trusted`: on this machine while the server has no secret, or let in by ZeroMQ itself, which
    has asked for the key or the secret; others must give the secret first. `shares_host`: the host
    is this machine, where other users may send, too.
    """

    transport: str
    address: tuple[str, int] | bytes
    trusted: bool = True
    shares_host: bool = False

    def __str__(self) -> str:
        if isinstance(self.address, bytes):
            return f"{self.transport} {self.address.hex()}"
        return f"{self.transport} {self.address[0]}:{self.address[1]}"
