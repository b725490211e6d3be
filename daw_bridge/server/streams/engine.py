"""What serves one stream, as its feeding thread and the server see it.

Two kinds: `sync` (lossless, for ZeroMQ) and `live` (a LiveStream, for ZeroMQ and audio ports).
"""

from __future__ import annotations

from typing import Protocol

from daw_bridge.errors import BadChannels, OurError, Stopped, UnknownParameter
from daw_bridge.live.faders import Faders
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire.replies import AudioReply, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.load import Model


class StreamEngine(Protocol):
    """`process`, `flush` and `reset` are for the feeding thread, the rest for the server's."""

    @property
    def info(self) -> StreamInfo:
        """The stream's current description."""

    @property
    def fault(self) -> OurError | None:
        """The last error that was not the answer to a message, or None."""

    def process(self, block: AudioBlock) -> AudioReply:
        """One block. Raises EngineError, BridgeError."""

    def flush(self) -> AudioReply:
        """The rest of the audio; the stream then starts over."""

    def reset(self) -> None:
        """Start over."""

    def adjust(self, name: str, stem: str, value: Value) -> StreamInfo | None:
        """Set what acts at once; returns the new description if that changes it."""

    def change(self, model: Model, plan: StreamPlan) -> StreamInfo:
        """Go over to another plan. Raises EngineError, BridgeError; then nothing changed."""

    def report(self, error: OurError) -> None:
        """Note an error that is not the answer to a request: it becomes `fault`."""

    def health(self) -> StreamHealth:
        """Levels, load and counts."""

    def abandon(self) -> None:
        """Take no more, and give up what is being computed; returns at once."""

    def stop(self) -> None:
        """Abandon what is being computed, and end. May wait for the window at work."""


def check_block(block: AudioBlock, info: StreamInfo, stopped: bool) -> None:
    """Raise Stopped or BadChannels if the stream does not take the block."""
    if stopped:
        raise Stopped("audio for a stream that is closing", "an open stream", "Open another.")
    seen = (len(block.signals), block.signals[0].shape[0])
    if seen != (1 + len(info.known), info.channels):
        raise BadChannels(
            f"{seen[0]} buffers of {seen[1]} channels",
            f"the mix{''.join(', ' + one for one in info.known)} of {info.channels}",
            "Send the channels and stems that the stream was opened with.",
        )


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
