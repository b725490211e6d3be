"""Which messages make earlier ones of the same peer idle."""

from __future__ import annotations

from dataclasses import replace

from daw_bridge.server.session.events import Event, Received
from daw_bridge.wire.requests import Each, Request, Set

MAX_ALSO = 4096


def supersede(newer: Event, older: Event) -> Event | None:
    """`newer`, which then also answers `older`; None unless it sets all that `older` sets."""
    if not isinstance(newer, Received) or not isinstance(older, Received):
        return None
    (to, one), (where, other) = _asked(newer.request), _asked(older.request)
    if to != where:
        return None
    if not isinstance(one, Set) or not isinstance(other, Set) or one.stream != other.stream:
        return None
    if not {name for name, _ in other.values} <= {name for name, _ in one.values}:
        return None
    if newer.peer.transport == "osc":  # its answers have no number: one is enough
        return newer
    also = (*older.also, older.msg_id, *newer.also)
    return None if len(also) > MAX_ALSO else replace(newer, also=also)


def _asked(request: Request) -> tuple[str, Request]:
    """The pattern of streams, if there is one, and what each of them is asked."""
    return (request.streams, request.request) if isinstance(request, Each) else ("", request)
