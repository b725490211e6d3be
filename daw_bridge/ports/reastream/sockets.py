"""The two UDP sockets of `--io reastream`: one that only receives, one that only sends.

The port is shared (SO_REUSEADDR; SO_REUSEPORT on BSD and macOS), as a plug-in on the same machine
has it open, too. A broadcast reaches all sockets at the port; a packet to one address goes to the
socket bound to exactly this address, rather than to one bound to all.
"""

from __future__ import annotations

import errno
import select
import socket
import sys
from collections.abc import Iterator

from daw_bridge.errors import PortTaken
from daw_bridge.ports.reastream.packets import LARGEST_DATAGRAM

RECEIVE_BYTES = 1 << 20
"""Receive buffer asked of the system; when it is full, the newest packets are dropped, which shows
as shortfall."""

Address = tuple[str, int]


class UdpSockets:
    """Receives at one address, sends to another; only `wait` waits. Raises PortTaken.

    `shared`: another program has the port open, too. `dropped`: datagrams the system did not take.
    """

    def __init__(self, receive_at: Address, send_to: Address) -> None:
        self._send_to = (_numbers(send_to[0], "--reastream-host"), send_to[1])
        self._receiver, self.shared = _receiver(receive_at)
        self._sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._sender.setblocking(False)
        self.dropped = 0
        self.address: Address = self._receiver.getsockname()

    def packets(self, most: int) -> Iterator[tuple[bytes, Address]]:
        """What has come, in order: at most so many datagrams and their senders."""
        for _ in range(most):
            try:
                yield self._receiver.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return

    def wait(self, timeout_s: float) -> None:
        """Until something has come, or the time is over."""
        select.select([self._receiver], [], [], max(0.0, timeout_s))

    def send(self, data: bytes) -> None:
        """Send. What the system does not take at once is dropped and counted. Raises OSError."""
        try:
            self._sender.sendto(data, self._send_to)
        except BlockingIOError:
            self.dropped += 1

    def close(self) -> None:
        """Close both."""
        self._receiver.close()
        self._sender.close()


def _receiver(address: Address) -> tuple[socket.socket, bool]:
    """A socket that receives there, and whether the port is shared."""
    at = (_numbers(address[0], "--reastream-bind"), address[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as alone:
        try:
            alone.bind(at)
        except OSError as error:
            shared = error.errno == errno.EADDRINUSE
        else:
            shared = False
    return _bound(at), shared


def _bound(at: Address) -> socket.socket:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform not in ("linux", "win32"):
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        receiver.bind(at)
    except OSError as error:
        receiver.close()
        raise PortTaken(
            f"udp {at[0]}:{at[1]} ({error.strerror})",
            "a free or shared port at an address of this machine",
            "Start daw-bridge before the DAW, choose another --reastream-bind, or see "
            "docs/guide/reastream.md; on macOS `sudo ifconfig lo0 alias 127.0.0.2` makes that "
            "address.",
        ) from error
    receiver.setblocking(False)
    return receiver


def _numbers(host: str, flag: str) -> str:
    """The IPv4 address of a host."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: no name of a host can look so
        why = getattr(error, "strerror", None) or "no name of a host"
        raise PortTaken(f"{flag} {host} ({why})", "an IPv4 address or name", "Check it.") from error
    return str(found[0][4][0])
