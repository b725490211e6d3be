"""Who waits for work of others: syncs for all that was at work, others for the list of models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daw_bridge.errors import Busy
from daw_bridge.server.session.events import Received
from daw_bridge.wire import Peer

MAX_SYNCS = 256
"""Most syncs that wait for an answer."""

MAX_OWN_SYNCS = 32
"""Most of one peer."""


@dataclass(frozen=True)
class _Waiting:
    """A sync that is answered once these tickets are back."""

    received: Received
    number: int
    tickets: frozenset[int]


MAX_LISTS = 8
"""Most requests of one peer that wait for the list of models."""


class Listing:
    """Who waits for the list of models. One list is made at a time, for all who ask meanwhile."""

    def __init__(self) -> None:
        self._asked: list[Received] = []
        self.ticket: int | None = None

    def pending(self, peer: Peer) -> frozenset[int]:
        """The ticket of the list in the making, if this peer waits for it."""
        return self.all_pending if any(one.peer == peer for one in self._asked) else frozenset()

    @property
    def all_pending(self) -> frozenset[int]:
        """The ticket of the list in the making."""
        return frozenset() if self.ticket is None else frozenset((self.ticket,))

    def add(self, received: Received) -> None:
        """One more who asks. Raises Busy."""
        own = sum(one.peer == received.peer for one in self._asked)
        if len(self._asked) >= MAX_SYNCS or own >= MAX_LISTS:
            asked = f"{own} requests of yours for the models waiting, {len(self._asked)} of all"
            raise Busy(asked, "fewer", "Wait for their answers.")
        self._asked.append(received)

    def done(self, ticket: int) -> list[Received]:
        """Who asked for this list, if it is one; they wait no more."""
        if ticket != self.ticket:
            return []
        asked, self._asked, self.ticket = self._asked, [], None
        return asked


class Syncs:
    """The syncs that wait, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, received: Received, number: int, pending: frozenset[int]) -> None:
        """Answer it once the pending tickets are back. Raises Busy."""
        own = sum(one.received.peer == received.peer for one in self._waiting)
        if own >= MAX_OWN_SYNCS or len(self._waiting) >= MAX_SYNCS:
            waiting = f"{own} syncs of yours waiting, {len(self._waiting)} of all"
            raise Busy(waiting, "fewer", "Wait for their answers.")
        self._waiting.append(_Waiting(received, number, pending))

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def due(self, pending: frozenset[int]) -> Iterator[tuple[Received, int]]:
        """Those that wait for none of these tickets, with their numbers; they wait no more."""
        due = [one for one in self._waiting if not one.tickets & pending]
        self._waiting = [one for one in self._waiting if one.tickets & pending]
        return ((one.received, one.number) for one in due)
