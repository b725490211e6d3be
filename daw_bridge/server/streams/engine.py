"""What serves one stream, seen by the thread that feeds it and by the server.

Two kinds: `sync` (lossless, for ZeroMQ) and `live` (a LiveStream, for ZeroMQ and audio ports).
"""

from __future__ import annotations

from typing import Protocol

from daw_bridge.errors import OurError, UnknownParameter
from daw_bridge.live.faders import Faders
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire.replies import AudioReply, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.load import Model


class StreamEngine(Protocol):
    """`process`, `flush` and `reset` are for the feeding thread; the others for any one thread."""

    @property
    def info(self) -> StreamInfo:
        """The stream as it is now."""

    @property
    def fault(self) -> OurError | None:
        """The last error that was not the answer to a message, if there was any."""

    def process(self, block: AudioBlock) -> AudioReply:
        """One block. Raises EngineError, BridgeError."""

    def flush(self) -> AudioReply:
        """The rest; then as new."""

    def reset(self) -> None:
        """As new."""

    def adjust(self, name: str, stem: str, value: Value) -> StreamInfo | None:
        """Set what can change at once; returns the stream's description where that changes it."""

    def change(self, model: Model, plan: StreamPlan) -> StreamInfo:
        """Go over to another plan. Raises EngineError, BridgeError; then all is as it was."""

    def report(self, error: OurError) -> None:
        """Something failed that nobody asked about: `fault` from now on."""

    def health(self) -> StreamHealth:
        """Levels, load and counts."""

    def stop(self) -> None:
        """Give up what is being computed, and end."""


def set_fader(faders: Faders, name: str, stem: str, value: Value) -> None:
    """Set one of the parameters that act on the outputs. Raises UnknownParameter."""
    match name:
        case "stem/<name>/gain":
            faders.set_gain(stem, float(value))
        case "stem/<name>/mute":
            faders.set_mute(stem, bool(value))
        case "stem/<name>/solo":
            faders.set_solo(stem, bool(value))
        case "bypass":
            faders.set_bypass(bool(value))
        case _:
            expected = "bypass, or a stem's gain, mute or solo"
            raise UnknownParameter(f"parameter {name!r}", expected, "Check the name.")
