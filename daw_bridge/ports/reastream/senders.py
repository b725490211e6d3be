"""Who sends what: of two that send under one identifier, the first keeps it while it sends."""

from __future__ import annotations

from daw_bridge.errors import Discontinuity
from daw_bridge.ports.reastream.inputs import STOP_S
from daw_bridge.ports.reastream.sockets import Address


class Senders:
    """The sender of every input row, and when it was last heard."""

    def __init__(self) -> None:
        self._heard: dict[int, tuple[Address, float]] = {}

    def is_the_one(self, row: int, sender: Address, now_s: float) -> bool:
        """Whether this packet is to be taken."""
        known, heard_s = self._heard.get(row, (sender, now_s))
        if known != sender and now_s - heard_s <= STOP_S:
            return False
        self._heard[row] = (sender, now_s)
        return True

    def problem(self, identifier: str, row: int, sender: Address) -> Discontinuity:
        """What is wrong with a packet that was not taken."""
        (host, port), _ = self._heard[row]
        return Discontinuity(
            f"packets under {identifier!r} from both {host}:{port} and {sender[0]}:{sender[1]}",
            "one sender for each identifier",
            "Give each plug-in that sends an identifier of its own.",
        )
