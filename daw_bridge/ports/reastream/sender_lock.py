"""One sender per identifier: if two share one, the first wins until it falls silent."""

from __future__ import annotations

from daw_bridge.errors import Discontinuity
from daw_bridge.ports.reastream.inputs import STOP_S
from daw_bridge.ports.reastream.sockets import Address


class SenderLock:
    """Locks each input row to the address that sends to it, for STOP_S after its last packet."""

    def __init__(self) -> None:
        self._locked: dict[int, tuple[Address, float]] = {}

    def admits(self, row: int, sender: Address, now_s: float) -> bool:
        """Whether a packet from this address is taken; if so, the row is locked to it."""
        owner, heard_s = self._locked.get(row, (sender, now_s))
        if owner != sender and now_s - heard_s <= STOP_S:
            return False
        self._locked[row] = (sender, now_s)
        return True

    def problem(self, identifier: str, row: int, sender: Address) -> Discontinuity:
        """The error for a packet that was not admitted."""
        (host, port), _ = self._locked[row]
        return Discontinuity(
            f"packets under {identifier!r} from both {host}:{port} and {sender[0]}:{sender[1]}",
            "one sender for each identifier",
            "Give each sending plug-in its own identifier.",
        )
