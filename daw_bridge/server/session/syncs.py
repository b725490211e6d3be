"""Syncs: each is answered once everything that was at work when it came is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daw_bridge.errors import Busy
from daw_bridge.server.session.events import Received

MAX_SYNCS = 256
"""Most syncs that wait for an answer."""


@dataclass(frozen=True)
class _Waiting:
    """A sync that is answered once these tickets are back."""

    received: Received
    number: int
    tickets: frozenset[int]


class Syncs:
    """The syncs that wait, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, received: Received, number: int, pending: frozenset[int]) -> None:
        """Answer it once the pending tickets are back. Raises Busy."""
        if len(self._waiting) >= MAX_SYNCS:
            raise Busy(f"{MAX_SYNCS} syncs waiting", "fewer", "Wait for their answers.")
        self._waiting.append(_Waiting(received, number, pending))

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def due(self, pending: frozenset[int]) -> Iterator[tuple[Received, int]]:
        """Those that wait for none of these tickets, with their numbers; they wait no more."""
        due = [one for one in self._waiting if not one.tickets & pending]
        self._waiting = [one for one in self._waiting if one.tickets & pending]
        return ((one.received, one.number) for one in due)
