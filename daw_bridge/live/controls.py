"""MIDI controllers: their messages, and the ring that takes them out of an audio callback."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MESSAGE_BYTES = 3
CAPACITY = 1024
"""Most messages that wait in a ring, 3 KiB; a MIDI cable carries about one a millisecond."""

_CONTROL_CHANGE = 0xB0
_FIRST_MODE = 120
"""From this number on it is a channel mode message (all notes off and the like)."""


@dataclass(frozen=True)
class ControlChange:
    """A controller has moved: channel 1 to 16, controller 0 to 119, value 0 to 127."""

    channel: int
    controller: int
    value: int


def decode(message: bytes) -> ControlChange | None:
    """A MIDI message of MESSAGE_BYTES; None where no controller has moved."""
    status, controller, value = message
    if status & 0xF0 != _CONTROL_CHANGE or controller >= _FIRST_MODE or value > 127:
        return None
    return ControlChange((status & 0x0F) + 1, controller, value)


def newest(changes: Iterable[ControlChange]) -> tuple[ControlChange, ...]:
    """The last change of each controller, in the order in which they moved first."""
    return tuple({(one.channel, one.controller): one for one in changes}.values())


class ControlRing:
    """Carries messages of MESSAGE_BYTES from one writer's thread to one reader's; neither waits.

    Overflow: the newest CAPACITY are kept, so that the last value of a fader holds. `lost` counts
    the others.
    """

    def __init__(self) -> None:
        self._data = bytearray(CAPACITY * MESSAGE_BYTES)
        self._claimed = self._written = self._read = 0
        self.lost = 0

    def write(self, message: bytes | memoryview) -> None:
        """Writer: one message of MESSAGE_BYTES."""
        at = self._written % CAPACITY * MESSAGE_BYTES
        self._claimed = self._written + 1
        self._data[at : at + MESSAGE_BYTES] = message
        self._written = self._claimed

    def take(self) -> list[bytes]:
        """Reader: the messages that have come since the last call, the oldest first."""
        end = self._written
        if end == self._read:
            return []
        data = bytes(self._data)
        first = max(self._read, self._claimed - CAPACITY)  # what is older may be written over
        self.lost += min(first, end) - self._read
        self._read = end
        places = (index % CAPACITY * MESSAGE_BYTES for index in range(first, end))
        return [data[at : at + MESSAGE_BYTES] for at in places]
