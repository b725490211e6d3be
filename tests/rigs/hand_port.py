"""An audio port that a test turns by hand, in the place of one with a device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from daw_bridge.live.stream import LiveStream


class HandPort:
    """An AudioPort without a device, and the port's module: who has it calls `live.process`."""

    USES = ("channels",)
    rate_hz, channels, block_samples = 44100, 2, 256
    known: tuple[str, ...] = ()
    held_ms = 0.0
    live: LiveStream
    running = False

    def prepare(self, options: object) -> HandPort:
        return self

    def connect(self, live: LiveStream) -> None:
        self.live = live

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def describe(self) -> str:
        return "turned by hand"


@contextmanager
def hand_port() -> Iterator[HandPort]:
    """What a server that is started with `io` gets, whichever it asks for."""
    port = HandPort()
    with patch("daw_bridge.server.server.load_port", lambda name: port):
        yield port
