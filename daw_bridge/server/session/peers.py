"""The session's peers: who may ask, who is told news, and where they want to hear it."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace

from daw_bridge.errors import AuthRequired, Busy
from daw_bridge.wire import Peer

MAX_CLIENTS = 64
"""Peers that may be registered with notify; also those that may be let in by the secret."""


class Peers:
    """Registered peers, and untrusted ones that gave the secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._let_in: set[Peer] = set()
        self._registered: dict[Peer, Peer] = {}

    def __len__(self) -> int:
        return len(self._registered)

    def check(self, peer: Peer, command: str) -> None:
        """Raise AuthRequired where the peer may not ask anything yet."""
        if peer.trusted or peer in self._let_in:
            return
        raise AuthRequired(
            f"{command[:40]} from {peer}, which is not this machine",
            "the secret first",
            "Send /dawbridge/auth s:secret from the same port.",
        )

    def let_in(self, peer: Peer, secret: str) -> None:
        """Trust a peer that knows the secret. Raises AuthRequired, Busy."""
        if not self._secret or not hmac.compare_digest(secret.encode(), self._secret):
            raise AuthRequired("a wrong secret", "the server's (--auth-file)", "Check it.")
        if len(self._let_in) >= MAX_CLIENTS and peer not in self._let_in:
            raise Busy(f"{MAX_CLIENTS} senders let in", "fewer", "Restart the server.")
        self._let_in.add(peer)

    def register(self, peer: Peer, port: int) -> None:
        """Tell a peer news from now on, at `port` of its address if that is not 0. Raises Busy.

        Of several that listen at one port only the last is kept: a patch that is opened again sends
        from another port, and hears everything once.
        """
        target = _at_port(peer, port)
        for other in [one for one, there in self._registered.items() if there == target]:
            del self._registered[other]
        if len(self._registered) >= MAX_CLIENTS and peer not in self._registered:
            raise Busy(f"{MAX_CLIENTS} registered clients", "fewer", "Send /dawbridge/notify 0.")
        self._registered[peer] = target

    def forget(self, peer: Peer) -> None:
        """Tell a peer nothing more that it has not asked for."""
        self._registered.pop(peer, None)

    def target(self, peer: Peer) -> Peer:
        """Where a peer hears its answers."""
        return self._registered.get(peer, peer)

    def others(self, but: Peer | None) -> Iterator[Peer]:
        """Where all registered peers hear news, except one."""
        return (target for peer, target in self._registered.items() if peer != but)


def _at_port(peer: Peer, port: int) -> Peer:
    """The peer at another port of its address."""
    if port and not isinstance(peer.address, bytes):
        return replace(peer, address=(peer.address[0], port))
    return peer
