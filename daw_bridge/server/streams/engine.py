"""What serves one stream, seen by the thread that feeds it and by the server.

Two kinds: `sync_engine.py` (lossless, for ZeroMQ) and `live_engine.py` (a LiveStream, for ZeroMQ
and for devices).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from daw_bridge.errors import OurError, UnknownParameter
from daw_bridge.settings.parameters import STEM, Value
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire.replies import AudioReply, Level, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.load import Model
from engines.mix import Meter

MAX_CREDIT = 32


class Faders(Protocol):
    """Gain, mute, solo and bypass of named outputs, from any thread."""

    def set_gain(self, name: str, level_db: float, /) -> None:
        """Level of one output in dB."""

    def set_mute(self, name: str, on: bool, /) -> None:
        """Silence one output."""

    def set_solo(self, name: str, on: bool, /) -> None:
        """While any output is soloed, the others are silent."""

    def set_bypass(self, on: bool, /) -> None:
        """The mix on the residual."""


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

    def adjust(self, name: str, stem: str, value: Value) -> None:
        """Set what can change at once."""

    def change(self, model: Model, plan: StreamPlan) -> StreamInfo:
        """Go over to another plan. Raises EngineError, BridgeError; then all is as it was."""

    def report(self, error: OurError) -> None:
        """Something failed that nobody asked about: `fault` from now on."""

    def health(self) -> StreamHealth:
        """Levels, load and counts."""

    def stop(self) -> None:
        """Give up what is being computed, and end."""


def set_fader(faders: Faders, name: str, stem: str, value: Value) -> None:
    """Set one of the parameters that a mixer has."""
    setters: dict[str, Callable[[], None]] = {
        "bypass": lambda: faders.set_bypass(bool(value)),
        f"stem/{STEM}/gain": lambda: faders.set_gain(stem, float(value)),
        f"stem/{STEM}/mute": lambda: faders.set_mute(stem, bool(value)),
        f"stem/{STEM}/solo": lambda: faders.set_solo(stem, bool(value)),
    }
    if name not in setters:
        raise UnknownParameter(f"parameter {name!r}", ", ".join(setters), "Check the name.")
    setters[name]()


def levels(meters: dict[str, Meter]) -> tuple[Level, ...]:
    """Meters as they are told."""
    return tuple(Level(name, one.peak_db, one.rms_db) for name, one in meters.items())
