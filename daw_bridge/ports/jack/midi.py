"""MIDI controllers by JACK: `midi_in`, and the thread that hands on what comes in there."""

from __future__ import annotations

import threading
from typing import Any

from daw_bridge.containment import watched
from daw_bridge.live.controls import MESSAGE_BYTES, ControlRing, decode, newest
from daw_bridge.live.port_status import PortStatus
from daw_bridge.ports.jack.library import load_jack
from daw_bridge.ports.jack.names import MIDI_IN

TICK_S = 0.01
"""Moves of one controller that come within it are one: the last."""
ENDS_WITHIN_S = 1.0


class MidiInput:
    """The port of a client. `collect` is for its process callback: it copies and returns."""

    def __init__(self, client: Any, ring: ControlRing) -> None:
        jack = load_jack()
        self.port = client.midi_inports.register(MIDI_IN)
        self._lib, self._buffer, self._ring = jack._lib, jack._ffi.buffer, ring
        self._event = jack._ffi.new("jack_midi_event_t*")

    def collect(self, frames: int) -> None:
        """Once a cycle of `frames` samples: copy the messages that a controller may have sent."""
        lib, event = self._lib, self._event
        found = lib.jack_port_get_buffer(self.port._ptr, frames)
        for index in range(lib.jack_midi_get_event_count(found)):
            failed = lib.jack_midi_event_get(event, found, index)
            if not failed and event.size == MESSAGE_BYTES:
                self._ring.write(self._buffer(event.buffer, MESSAGE_BYTES))


class MidiReader:
    """Reads the ring in a thread of its own, and gives what has moved to `status.control`."""

    def __init__(self, ring: ControlRing) -> None:
        self._ring = ring
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, status: PortStatus) -> None:
        """Begin to hand on; also again after `stop`."""
        self._stopping.clear()
        self._thread = watched("daw-bridge midi", lambda: self._run(status))
        self._thread.start()

    def _run(self, status: PortStatus) -> None:
        while not self._stopping.wait(TICK_S):
            self.hand_on(status)

    def hand_on(self, status: PortStatus) -> None:
        """What has come since the last call."""
        moved = newest(one for one in map(decode, self._ring.take()) if one is not None)
        status.lost_controls = self._ring.lost
        if moved:
            status.control(moved)

    def stop(self) -> None:
        """Hand on nothing any more."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(ENDS_WITHIN_S)
