"""OSC over UDP: datagrams to requests, replies to datagrams.

python-osc parses and builds messages. The socket is read here, because python-osc's server drops
datagrams of more than 8,192 bytes and sleeps until a bundle's time tag.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic

from daw_bridge.containment import LimitedLog, contained, watched
from daw_bridge.errors import BadMessage, BadValue, BridgeError, Busy
from daw_bridge.server.session.events import (
    Event,
    Received,
    Unheard,
    Unreadable,
    job_of,
    name_of,
)
from daw_bridge.server.sockets.bound import bound
from daw_bridge.server.sockets.refusals import Refusals
from daw_bridge.server.sockets.timed import Timed
from daw_bridge.server.sockets.unheard import UnheardPeers
from daw_bridge.wire import Peer
from daw_bridge.wire.loopback import is_loopback
from daw_bridge.wire.osc_packets import MAX_DATAGRAM_BYTES, OscCall, read_datagram
from daw_bridge.wire.osc_replies import ANSWERS, encode_reply, fail_within
from daw_bridge.wire.osc_requests import AUTH, read_call
from daw_bridge.wire.replies import FailReply, Reply, fail
from daw_bridge.wire.requests import Notify, Request

LOG = logging.getLogger(__name__)
RECEIVE_BYTES = 2**20
"""Receive buffer requested from the system, for bursts."""

_WAIT_S = 0.5
_TRIES = 4

Post = Callable[[Event], None]
"""Takes an event to the session. Raises Busy."""


class OscTransport:
    """One UDP socket and the thread that reads it. `send` is for any thread.

    `trusting`: senders on this machine need not give a secret. `knows`: whether a sender need not
    give it, or has done so.
    """

    def __init__(
        self, host: str, port: int, post: Post, trusting: bool = True,
        knows: Callable[[Peer], bool] = lambda peer: peer.trusted,
    ) -> None:  # fmt: skip
        self._post, self._trusting, self._log = post, trusting, LimitedLog(LOG)
        self._knows = knows
        self.dump = False
        self.dropped = 0
        self._running = False
        self.turned_s = monotonic()
        self._socket = bound(host, port, socket.SOCK_DGRAM, "OSC", "--osc-port")
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self._socket.settimeout(_WAIT_S)
        self.port: int = self._socket.getsockname()[1]
        self._unheard = UnheardPeers(self._socket)
        self._refusals = Refusals()
        self.timed = Timed(self._do)
        self._thread = watched("daw-bridge osc", self._run)

    def start(self) -> None:
        """Start reading."""
        self._running = True
        self._thread.start()

    def stop(self) -> None:
        """Stop reading, and close the socket."""
        if self._running:
            self._running = False
            self._nudge()
            self._thread.join()
        self.timed.end()
        self._unheard.close()
        self._socket.close()

    def _nudge(self) -> None:
        """Wake the reading thread with an empty datagram of our own; else it wakes in _WAIT_S.

        Not from another socket: there may be none left to open.
        """
        host = self._socket.getsockname()[0]
        wildcards = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        with suppress(OSError):
            self._socket.sendto(b"", (wildcards.get(host, host), self.port))

    def send(self, peer: Peer, reply: Reply, most_bytes: int = 0) -> None:
        """Send a reply; an error within `most_bytes`, where that is not 0.

        Datagrams that the system refuses, and answers `busy` to a flood (sockets/refusals.py), are
        counted in `dropped`.
        """
        if isinstance(peer.address, bytes):
            return
        busy = isinstance(reply, FailReply) and reply.code == Busy.code
        if busy and not self._refusals.allow(peer.address):
            self.dropped += 1
            return
        if most_bytes and isinstance(reply, FailReply):
            datagrams = fail_within(reply, most_bytes)
        else:
            datagrams = encode_reply(reply)
        for number, datagram in enumerate(datagrams):
            try:
                if self._send_one(datagram, peer.address) and number:
                    self.dropped += len(datagrams) - number
                    return  # nobody listens there: the rest would not be heard, either
            except OSError as error:
                self.dropped += 1
                self._log.warning("datagrams that the system refuses", "dropped %s to %s: %s",
                                  reply.TYPE, peer, error)  # fmt: skip

    def _send_one(self, datagram: bytes, address: tuple[str, int]) -> bool:
        """Send it; whether the one before found no listener, as the system says only now."""
        unheard = False
        for _ in range(_TRIES):
            try:
                self._socket.sendto(datagram, address)
            except ConnectionError:
                unheard = address in self._hear_of_unheard() or unheard
                continue
            return unheard
        self._socket.sendto(datagram, address)
        return unheard

    def _hear_of_unheard(self) -> list[tuple[str, int]]:
        """The addresses that have refused a datagram; the session hears of them."""
        refused = self._unheard.refused()
        self._report_unheard(self._unheard.news(refused))
        return refused

    def _report_unheard(self, addresses: list[tuple[str, int]]) -> None:
        for address in addresses:
            try:
                self._post(Unheard(self._peer(address)))
            except BridgeError:
                return  # the session is busy; whoever has gone is reported again

    def catch_up(self) -> None:
        """Log what the limit on log lines has left out; call it now and then."""
        self._log.catch_up()

    # The reading thread.

    def _run(self) -> None:
        while self._running:
            self.turned_s = monotonic()
            try:
                data, address = self._socket.recvfrom(MAX_DATAGRAM_BYTES)
            except TimeoutError:
                continue
            except ConnectionError:  # an earlier reply found no listener
                self._hear_of_unheard()
                continue
            if not self._running:
                return
            peer = self._peer(address)
            items = list(read_datagram(data))
            for item in items:  # of a bundle each counts for its share
                self._take(peer, item, len(data) // len(items))

    def _peer(self, address: tuple[str, int]) -> Peer:
        here = is_loopback(address[0])
        return Peer("osc", (address[0], address[1]), here and self._trusting, here)

    def _take(self, peer: Peer, item: OscCall | BridgeError, size_bytes: int) -> None:
        if self.dump:
            secret = isinstance(item, OscCall) and item.address == AUTH
            LOG.info("dump %s: %s", peer, f"{AUTH} (not shown)" if secret else item)
        try:  # what a stranger sends does not wait: the session refuses it, and seldom answers
            if (
                isinstance(item, OscCall) and self._knows(peer)
                and self.timed.put(peer, item, size_bytes)
            ):  # fmt: skip
                return
        except BridgeError as error:
            self._leave(Unreadable(peer, 0, _address(item), error, size_bytes))
            return
        self._do(peer, item, size_bytes)

    def _do(self, peer: Peer, item: OscCall | BridgeError, size_bytes: int) -> None:
        read = partial(self._read, peer, item, size_bytes)
        problem = contained("a message from %s", read, peer)
        if problem is not None:
            self._refuse(Unreadable(peer, 0, _address(item), problem, size_bytes), problem)

    def _refuse(self, event: Received | Unreadable, error: BridgeError) -> None:
        """Answer without asking the session, and so without knowing who has given the secret."""
        reply = fail(name_of(event), error, job_of(event))
        self.send(event.peer, reply, 0 if event.peer.trusted else event.size_bytes)

    def _read(self, peer: Peer, item: OscCall | BridgeError, size_bytes: int) -> None:
        address = _address(item)
        if address in ANSWERS:
            self._log.warning(
                f"{address} as a request",
                "ignored %s from %s: it is an answer, not a request", address, peer,
            )  # fmt: skip
            return
        try:
            if isinstance(item, BridgeError):
                raise item
            request = self._checked(peer, read_call(item))
            event: Received | Unreadable = Received(peer, 0, request, address, size_bytes)
        except BridgeError as error:
            event = Unreadable(peer, 0, address, error, size_bytes)
        self._leave(event)

    def _leave(self, event: Received | Unreadable) -> None:
        """To the session; where it is too busy, refuse it here."""
        try:
            self._post(event)
        except BridgeError as error:
            self._refuse(event, error)

    def _checked(self, peer: Peer, request: Request) -> Request:
        """The request. Raises BadValue if the server would send its news to itself."""
        if isinstance(request, Notify) and request.on and not isinstance(peer.address, bytes):
            host, port = peer.address
            if (request.port or port) == self.port and self._is_ours(host):
                raise BadValue(
                    f"notify at port {self.port}, which is the server's own",
                    "a port that you listen at",
                    "Send /dawbridge/notify 1 with the port of your [udpreceive].",
                )
        return request

    def _is_ours(self, host: str) -> bool:
        """Whether it is an address of this machine: only those can be bound to."""
        try:
            with socket.socket(self._socket.family, socket.SOCK_DGRAM) as one:
                one.bind((host, 0))
        except OSError:
            return False
        return True


def _address(item: OscCall | BridgeError) -> str:
    """The address as it was sent, as far as it was readable."""
    return item.address if isinstance(item, OscCall | BadMessage) else ""
