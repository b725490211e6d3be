"""Ports take live audio in and play stems out. One folder per port; to add one, add a folder.

A port connects a live stream to what calls for blocks (a sound card, a JACK server, a UDP plug-in).
Its folder's name chooses it: `--io device`. Its `port.py` has

    USES: tuple[str, ...]                                   # start options that it uses
    def prepare(options: AudioOptions) -> AudioPort: ...    # checks; opens nothing yet

The AudioPort says which stream it wants (rate, channels, known stems, block size). The server makes
that stream, connects it, starts the port, and stops it. Ports do not know each other.

Only the port asked for is imported, so that a missing library (PortAudio) stops no other port.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Protocol, cast

from daw_bridge.errors import BridgeError, UnknownTransport
from daw_bridge.live.port_status import PortStatus
from daw_bridge.settings.ports import port_names
from engines.types import Audio

STOPS_WITHIN_S = 1.5
"""So long `AudioPort.stop` waits for a sound system that hangs."""


@dataclass(frozen=True)
class ReaStreamOptions:
    """For `--io reastream`.

    `identifier`: of the mix, and the beginning of all others. It receives at `bind` and `port`, and
    sends the stems to `host` and `send_port`. `hold_ms`: how long the jitter buffer holds packets.
    """

    identifier: str = "daw-bridge"
    bind: str = "127.0.0.2"
    port: int = 58710
    host: str = "127.0.0.1"
    send_port: int = 58710
    hold_ms: float = 50.0


@dataclass(frozen=True)
class AudioOptions:
    """The start options for live audio; names as in the parameter table.

    0 Hz or samples: as the device runs.
    """

    rate_hz: int = 0
    block_samples: int = 0
    channels: int = 2
    in_device: str = ""
    out_device: str = ""
    one_clock: bool = False
    in_map: str = ""
    out_map: str = ""
    known: tuple[str, ...] = ()
    connect: str = ""
    jack_name: str = "daw-bridge"
    jack_transport: str = "follow"
    reastream: ReaStreamOptions = ReaStreamOptions()


class Served(Protocol):
    """What a port needs of the live stream that it serves; `live.stream.LiveStream` is one.

    `routed`: the known stems that it takes beside the mix. `port_status` is the port's to fill in.
    """

    channels: int
    routed: tuple[str, ...]
    outputs: tuple[str, ...]
    port_status: PortStatus

    @property
    def latency_samples(self) -> int:
        """The declared latency of what is heard now, without `held_ms`."""

    def process(
        self, mix: Audio, out: Audio, known: Audio | None = None, dry: Audio | None = None
    ) -> None:
        """Audio callback: one block (channels, n) in, `out` (outputs, channels, n) filled.

        `known` (routed, channels, n); `dry` (channels, n) is filled with the delay-matched mix.
        """

    def reset(self) -> None:
        """Any thread: what comes next has nothing to do with what came before."""

    def report(self, error: BridgeError) -> None:
        """Any thread: something has gone wrong with the audio that the port carries."""


class AudioPort(Protocol):
    """A port, ready to be connected to a stream. Its methods raise BridgeError."""

    rate_hz: int
    channels: int
    block_samples: int
    """Size of every block, or 0 where it varies."""
    known: tuple[str, ...]
    """Stems that are routed in."""
    held_ms: float
    """How long it holds audio before it calls `live.process`: part of the declared latency."""

    def connect(self, live: Served) -> None:
        """Take the stream to serve; check that the maps fit `live.outputs`."""

    def start(self) -> None:
        """Open the device and begin calling `live.process`."""

    def stop(self) -> None:
        """Close the device. When this returns, `live` is not called any more."""

    def describe(self) -> str:
        """One line for the user: device, rate, block."""


class PortModule(Protocol):
    """A port's `port.py`."""

    USES: tuple[str, ...]

    def prepare(self, options: AudioOptions, /) -> AudioPort:
        """Check the options. Raises BridgeError, for example where there is no such device."""


def load_port(name: str) -> PortModule:
    """The module of one port. Raises UnknownTransport."""
    if name not in port_names():
        raise UnknownTransport(
            f"--io {name!r}",
            "one of none, " + ", ".join(port_names()),
            "Choose one of these.",
        )
    return cast(PortModule, importlib.import_module(f"{__name__}.{name}.port"))
