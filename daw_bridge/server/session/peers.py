"""The session's peers: who is authorized, who gets news, and at which port.

Nobody holds a place for ever. A client is kept while it sends anything; after NOTIFY_S of silence,
or once its port has had no listener for GONE_S, it is forgotten, and where all places are taken the
one that has been silent for longest goes. The secret holds for a host, likewise until AUTH_S of
silence. Time comes from outside (`tick`), in seconds of any clock that only goes forward.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, replace

from daw_bridge.errors import AuthRequired, BadValue, Forgotten, NotReading
from daw_bridge.settings.parameters import PREFIX
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import ClientEntry, FailReply, fail

MAX_CLIENTS = 64
"""Most peers registered with `notify`; also the most hosts authorized by the secret."""

NOTIFY_S = 3600.0
"""A registered client that sends nothing for so long is told no more."""

AUTH_S = 3600.0
"""A host that sends nothing for so long gives the secret again."""

GONE_S = 2.0
"""A client whose port has no listener for so long has gone; a patch that loads is faster."""

_ONE_RUN_S = 10.0
"""Refusals that are further apart do not belong together."""

_MOST_STRANGERS = 1024


@dataclass
class _Client:
    """Where a registered peer listens, when it was heard, and since when nobody listens there."""

    target: Peer
    heard_s: float
    refused_from_s: float = 0.0
    refused_last_s: float | None = None


class Peers:
    """Registered peers, and those that have given the secret.

    It is given once for a host; but by each sender where others share the host (Peer.shares_host).
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._now_s = 0.0
        self._authorized: dict[str, float] = {}
        self._registered: dict[Peer, _Client] = {}
        self._strangers: set[str] = set()

    def __len__(self) -> int:
        return len(self._registered)

    # Time.

    def tick(self, now_s: float) -> list[Peer]:
        """It is so late now; returns where the clients listened that are forgotten."""
        self._now_s = now_s
        self._strangers.clear()
        for host in [one for one, heard_s in self._authorized.items() if now_s - heard_s > AUTH_S]:
            del self._authorized[host]
        old = [one for one, it in self._registered.items() if now_s - it.heard_s > NOTIFY_S]
        return [self._registered.pop(one).target for one in old]

    def hear(self, peer: Peer) -> None:
        """The peer has sent something, so it keeps its place."""
        client = self._registered.get(peer)
        if client is not None:
            client.heard_s, client.refused_last_s = self._now_s, None
        host = _giver(peer)
        if host in self._authorized:
            self._authorized[host] = self._now_s

    # Who may ask.

    def knows(self, peer: Peer) -> bool:
        """Whether a peer may ask. It only looks: for any thread."""
        return peer.trusted or _giver(peer) in self._authorized

    def check(self, peer: Peer, command: str) -> None:
        """Raise AuthRequired if the peer has not been authorized."""
        if self.knows(peer):
            return
        raise AuthRequired(
            f"{command[:40]} from {peer}, which has not given the secret",
            "the secret first",
            "Send /dawbridge/auth s:secret from the same "
            + ("port." if peer.shares_host else "host."),
        )

    def may_answer_stranger(self, peer: Peer) -> bool:
        """Whether a host without the secret gets this answer: one from tick to tick."""
        host = _host(peer)
        if host in self._strangers or len(self._strangers) >= _MOST_STRANGERS:
            return False
        self._strangers.add(host)
        return True

    def authorize(self, peer: Peer, secret: str) -> None:
        """Authorize a peer that knows the secret, or its whole host. Raises AuthRequired."""
        if not self._secret or not hmac.compare_digest(secret.encode(), self._secret):
            raise AuthRequired("a wrong secret", "the server's (--auth-file)", "Check it.")
        host = _giver(peer)
        if len(self._authorized) >= MAX_CLIENTS and host not in self._authorized:
            del self._authorized[min(self._authorized, key=lambda one: self._authorized[one])]
        self._authorized[host] = self._now_s

    # Who gets news.

    def register(self, peer: Peer, port: int) -> Peer | None:
        """Send a peer news from now on, at `port` of its address if that is not 0.

        Of several peers that listen at one port the last one is kept: a patch that is opened again
        sends from another port, and still hears everything once. Returns where the client listened
        that had to make room, if one had to.
        """
        target, gone = _at_port(peer, port), None
        for other in [one for one, it in self._registered.items() if it.target == target]:
            del self._registered[other]
        if len(self._registered) >= MAX_CLIENTS and peer not in self._registered:
            gone = self._registered.pop(min(self._registered, key=self._worth)).target
        self._registered[peer] = _Client(target, self._now_s)
        return gone

    def _worth(self, peer: Peer) -> tuple[bool, float]:
        """The least of these goes first: one where nobody listens, then one long silent."""
        client = self._registered[peer]
        return client.refused_last_s is None, client.heard_s

    def forget(self, peer: Peer) -> None:
        """Send a peer no more news."""
        self._registered.pop(peer, None)

    def unheard(self, target: Peer) -> None:
        """Nobody listens where a client was to get its news."""
        found = [one for one, it in self._registered.items() if it.target == target]
        for peer in found:
            client = self._registered[peer]
            last_s = client.refused_last_s
            if last_s is None or self._now_s - last_s > _ONE_RUN_S:
                client.refused_from_s = self._now_s
            client.refused_last_s = self._now_s
            if self._now_s - client.refused_from_s >= GONE_S:
                del self._registered[peer]

    def is_registered(self, peer: Peer) -> bool:
        """Whether a peer gets news."""
        return peer in self._registered

    def target(self, peer: Peer) -> Peer:
        """Where a peer gets its answers."""
        client = self._registered.get(peer)
        return peer if client is None else client.target

    def others(self, but: Peer | None) -> Iterator[Peer]:
        """Where all registered peers get news, except one."""
        return (it.target for peer, it in self._registered.items() if peer != but)

    # Who there is.

    def entries(self) -> tuple[ClientEntry, ...]:
        """Every registered client, then every authorized host."""
        clients = [
            ClientEntry(str(peer), str(it.target), self._now_s - it.heard_s, True)
            for peer, it in self._registered.items()
        ]
        hosts = [
            ClientEntry(host, "", self._now_s - heard_s, False)
            for host, heard_s in self._authorized.items()
        ]
        return (*clients, *hosts)

    def remove(self, client: str) -> None:
        """Forget the client, or the host, that `entries` calls so. Raises BadValue."""
        found = [peer for peer in self._registered if str(peer) == client]
        if not found and client not in self._authorized:
            raise BadValue(
                f"client {client[:80]!r}", "one that is listed", "Send /dawbridge/clients."
            )
        self._authorized.pop(client, None)
        for peer in found:
            del self._registered[peer]


def _giver(peer: Peer) -> str:
    """For whom a peer gives the secret: its host, or where others share the host itself alone."""
    if peer.shares_host and not isinstance(peer.address, bytes):
        return f"{peer.address[0]}:{peer.address[1]}"
    return _host(peer)


def goodbye(why: str) -> FailReply:
    """What a client hears that gets no more news."""
    error = Forgotten(why, "a message now and then", "Send /dawbridge/notify 1 again.")
    return fail(f"{PREFIX}/notify", error)


def not_reading(stream: int, waiting_bytes: int) -> NotReading:
    """Why the stream of a client that does not read its answers ends."""
    return NotReading(
        f"{waiting_bytes} bytes that the client of stream {stream} has not read",
        "a client that reads the answers to its audio",
        "Read them as they come, and open the stream again.",
    )


def _host(peer: Peer) -> str:
    """The host that a peer sends from; over ZeroMQ, where keys decide, its identity."""
    return peer.address.hex() if isinstance(peer.address, bytes) else peer.address[0]


def _at_port(peer: Peer, port: int) -> Peer:
    """The peer at another port of its address."""
    if port and not isinstance(peer.address, bytes):
        return replace(peer, address=(peer.address[0], port))
    return peer
