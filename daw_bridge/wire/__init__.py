"""Bytes <-> frozen dataclasses, for OSC and ZeroMQ. No sockets, no engines.

`requests` and `replies` are what the session speaks, whatever carries it. `zmq_*` and `osc_*` are
the two wire formats. To add a request: a class in requests.py, its reply in replies.py, a row in
zmq_requests.py's table and, if OSC users want it, one in osc_requests.py's.
"""

from __future__ import annotations

from dataclasses import dataclass

PROTOCOL_VERSION = 1
MARK = b"DWB1"
"""First frame of every ZeroMQ message of ours, after the identity or topic."""

DEFAULT_STREAM = 1
"""The stream that is meant where a message names none."""


@dataclass(frozen=True)
class Peer:
    """Who sent a message. `address`: (host, port) over OSC, the identity over ZeroMQ.

    `trusted`: on this machine, or let in by CURVE; others must give the secret first.
    """

    transport: str
    address: tuple[str, int] | bytes
    trusted: bool = True

    def __str__(self) -> str:
        if isinstance(self.address, bytes):
            return f"{self.transport} {self.address.hex()}"
        return f"{self.transport} {self.address[0]}:{self.address[1]}"
