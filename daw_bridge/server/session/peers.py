"""The session's peers: who is authorized, who gets news, and at which port."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace

from daw_bridge.errors import AuthRequired, Busy
from daw_bridge.wire import Peer

MAX_CLIENTS = 64
"""Most peers registered with `notify`; also the most peers authorized by the secret."""


class Peers:
    """Registered peers, and peers of other machines that have given the secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._authorized: set[Peer] = set()
        self._registered: dict[Peer, Peer] = {}

    def __len__(self) -> int:
        return len(self._registered)

    def check(self, peer: Peer, command: str) -> None:
        """Raise AuthRequired if the peer has not been authorized."""
        if peer.trusted or peer in self._authorized:
            return
        raise AuthRequired(
            f"{command[:40]} from {peer}, which is not this machine",
            "the secret first",
            "Send /dawbridge/auth s:secret from the same port.",
        )

    def authorize(self, peer: Peer, secret: str) -> None:
        """Authorize a peer that knows the secret. Raises AuthRequired, Busy."""
        if not self._secret or not hmac.compare_digest(secret.encode(), self._secret):
            raise AuthRequired("a wrong secret", "the server's (--auth-file)", "Check it.")
        if len(self._authorized) >= MAX_CLIENTS and peer not in self._authorized:
            raise Busy(f"{MAX_CLIENTS} authorized senders", "fewer", "Restart the server.")
        self._authorized.add(peer)

    def register(self, peer: Peer, port: int) -> None:
        """Send a peer news from now on, at `port` of its address if that is not 0. Raises Busy.

        Of several peers that listen at one port the last one is kept: a patch that is opened again
        sends from another port, and still hears everything once.
        """
        target = _at_port(peer, port)
        for other in [one for one, there in self._registered.items() if there == target]:
            del self._registered[other]
        if len(self._registered) >= MAX_CLIENTS and peer not in self._registered:
            raise Busy(f"{MAX_CLIENTS} registered clients", "fewer", "Send /dawbridge/notify 0.")
        self._registered[peer] = target

    def forget(self, peer: Peer) -> None:
        """Send a peer no more news."""
        self._registered.pop(peer, None)

    def target(self, peer: Peer) -> Peer:
        """Where a peer gets its answers."""
        return self._registered.get(peer, peer)

    def others(self, but: Peer | None) -> Iterator[Peer]:
        """Where all registered peers get news, except one."""
        return (target for peer, target in self._registered.items() if peer != but)


def _at_port(peer: Peer, port: int) -> Peer:
    """The peer at another port of its address."""
    if port and not isinstance(peer.address, bytes):
        return replace(peer, address=(peer.address[0], port))
    return peer
