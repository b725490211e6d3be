"""What the server keeps for its clients: MIDI bindings, and snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Binding:
    """A MIDI controller that sets a parameter.

    channel: its MIDI channel, 1 to 16.
    controller: its number, 0 to 119.
    address: the parameter.
    """

    channel: int
    controller: int
    address: str


@dataclass(frozen=True)
class MidiReply:
    """Which MIDI controllers set which parameters; also sent as news when one has been learnt.

    bindings: all of them, by channel and controller.
    learning: the parameter that the next controller will set; empty: none.
    """

    TYPE: ClassVar[str] = "midi.reply"
    bindings: tuple[Binding, ...]
    learning: str


@dataclass(frozen=True)
class SnapshotReply:
    """It is saved, loaded, listed or removed.

    action: what was asked.
    name: the snapshot's.
    names: of `list`, every snapshot that is kept; of `load`, the parameters that were left out
        because the stream has no such output.
    """

    TYPE: ClassVar[str] = "snapshot.reply"
    action: str
    name: str
    names: tuple[str, ...] = ()
