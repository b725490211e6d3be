"""A live stream's client in one run of a JACK server: its ports, its callbacks, its latency.

It lives as long as the server: when that goes away, close it and make another.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from daw_bridge.containment import watched
from daw_bridge.errors import BridgeError, Internal, JackGone, NoDevice
from daw_bridge.live.controls import ControlRing
from daw_bridge.live.player import PIECE_SAMPLES
from daw_bridge.ports import Served
from daw_bridge.ports.jack.library import INTEGER, LatencyPublisher, load_jack, open_client
from daw_bridge.ports.jack.midi import MidiInput
from daw_bridge.ports.jack.names import PortName
from daw_bridge.ports.jack.transport import Transport
from daw_bridge.ports.jack.wiring import Link
from engines.types import Audio

LOG = logging.getLogger(__name__)
CLOSES_WITHIN_S = 5.0
LEAVES_WITHIN_S = 1.0
"""A server without a callback for so long calls no more; a period lasts less."""
SETTLES_S = 0.05
LOOKS_S = 0.01


class JackClient:
    """Opens the client and registers its ports; `activate` then begins to serve `live`.

    `wake` is set when the supervisor has something to do: a `problem` (the server has gone, or a
    callback failed) or another `form`. `served` counts callbacks. `follow`: the stream begins anew
    where JACK's transport is moved. `controls` takes what comes in at `midi_in`; None: there is no
    such port. Raises NoDevice.
    """

    def __init__(
        self, name: str, ports: tuple[PortName, ...], live: Served, wake: threading.Event,
        follow: bool = True, controls: ControlRing | None = None,
    ) -> None:  # fmt: skip
        self._jack, self._live, self._wake = load_jack(), live, wake
        self._client = open_client(name)
        self.problem: BridgeError | None = None
        self.served = 0
        self._closer: threading.Thread | None = None
        self._active = self._closing = self._inside = False
        self._left, self._thread_id = threading.Event(), 0
        self._names = ports
        try:
            self._ports = [self._register(one) for one in ports]
            self.midi = None if controls is None else MidiInput(self._client, controls)
        except self._jack.JackError as error:
            self.close()
            raise NoDevice(
                f"no JACK ports ({error})", "room for them", "Check the JACK server's log."
            ) from error
        pairs = list(zip(ports, self._ports, strict=True))
        self._inputs = [port for name_, port in pairs if name_.is_input]
        self._outputs = [port for name_, port in pairs if not name_.is_input]
        self._make_buffers()
        self._transport = Transport(self._client) if follow else None
        self._rate_hz = self.form[0]
        self._publisher = LatencyPublisher(
            self._client, self._inputs, self._outputs, live.latency_samples
        )
        self._set_callbacks()
        self._describe_ports(pairs)

    def _register(self, name: PortName) -> Any:
        side = self._client.inports if name.is_input else self._client.outports
        return side.register(name.name)

    def _make_buffers(self) -> None:
        channels = self._live.channels
        known = len(self._live.routed)
        self._in = np.zeros((1 + known, channels, PIECE_SAMPLES), np.float32)
        self._out = np.zeros((len(self._live.outputs), channels, PIECE_SAMPLES), np.float32)
        self._dry = np.zeros((channels, PIECE_SAMPLES), np.float32)

    def _set_callbacks(self) -> None:
        client = self._client
        client.set_process_callback(self._process)
        client.set_xrun_callback(self._xrun)
        client.set_shutdown_callback(self._shut_down)
        client.set_freewheel_callback(self._freewheel)
        client.set_blocksize_callback(self._form_changes)
        client.set_samplerate_callback(self._form_changes)

    def _describe_ports(self, pairs: list[tuple[PortName, Any]]) -> None:
        """Pretty names, groups and order, for patchbays that show them."""
        jack, client = self._jack, self._client
        try:
            for name, port in pairs:
                client.set_property(port.uuid, jack.METADATA_PRETTY_NAME, name.pretty)
                client.set_property(port.uuid, jack.METADATA_PORT_GROUP, name.group_title)
                client.set_property(port.uuid, jack.METADATA_SIGNAL_TYPE, "AUDIO")
                client.set_property(port.uuid, jack.METADATA_ORDER, str(name.order), INTEGER)
            if self.midi is not None:
                self.midi.describe(client, len(pairs))
        except ValueError as error:
            LOG.warning("JACK accepts no pretty names and groups of ports: %s", error)

    @property
    def name(self) -> str:
        """The client's name in JACK, which may have a number added."""
        return str(self._client.name)

    @property
    def form(self) -> tuple[int, int]:
        """Rate in Hz and block size in samples that the server runs at now."""
        return int(self._client.samplerate), int(self._client.blocksize)

    def activate(self) -> None:
        """Serve. Raises NoDevice."""
        try:
            self._client.activate()
            self._active = True
        except self._jack.JackError as error:
            self.close()
            raise NoDevice(
                f"JACK: {error}", "a running JACK server", "Check the JACK server's log."
            ) from error

    def close(self) -> bool:
        """Leave JACK; `live` is not called any more after this. May be called again.

        False where that takes longer than CLOSES_WITHIN_S: the server hangs. Closing then goes on.
        """
        if self._closer is None:
            self._closer = watched(
                "jack close", self._close, again=False, failed=lambda error: None
            )
            self._closer.start()
        self._closer.join(CLOSES_WITHIN_S)
        return not self._closer.is_alive()

    def _close(self) -> None:
        self._end_callback()
        self._client.deactivate()
        self._client.close()
        self._live.port_status.freewheel = False

    def _end_callback(self) -> None:
        """Have JACK's thread leave by itself, with its next callback.

        To deactivate a client cancels that thread. If it is in Python then, or waits for Python's
        lock, the lock is never given back, and the whole process stands still for good. Where no
        callback comes any more the thread waits for the server, and may be cancelled.
        """
        self._closing = True
        give_up = time.monotonic() + LEAVES_WITHIN_S
        while self._active and not self._left.wait(LOOKS_S):
            if time.monotonic() > give_up and not self._inside:
                return
        while self._thread_id and Path(f"/proc/self/task/{self._thread_id}").exists():
            if time.monotonic() > give_up:
                return
            time.sleep(LOOKS_S)
        time.sleep(SETTLES_S)

    # What the supervisor thread calls. Raises JackError while the server goes down.

    def publish_latency(self) -> bool:
        """Publish the latency of what is heard now; False if JACK has it already."""
        return self._publisher.publish(self._live.latency_samples)

    def others(self) -> tuple[list[str], list[str]]:
        """Names of the audio outputs and inputs of all other clients, in JACK's order."""
        own = f"{self.name}:"
        sides = (
            self._client.get_ports(is_audio=True, is_output=True),
            self._client.get_ports(is_audio=True, is_input=True),
        )
        sources, sinks = ([p.name for p in side if not p.name.startswith(own)] for side in sides)
        return sources, sinks

    def links(self) -> set[Link]:
        """The connections of our ports."""
        pairs = zip(self._names, self._ports, strict=True)
        return {Link(name.name, other.name) for name, port in pairs for other in port.connections}

    def connect(self, link: Link) -> None:
        """Make a connection, if it is not there. Raises NoDevice."""
        index = [one.name for one in self._names].index(link.own)
        port = self._ports[index]
        if port.is_connected_to(link.other):
            return
        ends = (link.other, port.name) if self._names[index].is_input else (port.name, link.other)
        try:
            self._client.connect(*ends)
        except self._jack.JackError as error:
            raise NoDevice(
                f"{ends[0]} could not be connected to {ends[1]} ({error})",
                "both ports, of active clients",
                "The server tries again as long as both are there.",
            ) from error

    # JACK's threads from here on.

    def _process(self, frames: int) -> None:
        self._inside = True
        if self._closing:
            raise self._left_by()
        try:
            if self._transport is not None and self._transport.moved(frames):
                self._live.reset()
            self._serve(frames)
            if self.midi is not None:
                self.midi.collect(frames)
        except Exception as error:
            self.problem = Internal(
                f"the JACK callback failed: {error!r}", "no such error", "Report it."
            )
            self._wake.set()
            raise self._left_by() from error
        if not self._live.port_status.freewheel:  # a freewheeling cycle has no deadline
            since = self._client.frames_since_cycle_start
            self._live.port_status.cycle.add(round(since * 1e9 / self._rate_hz))
        self._inside = False

    def _left_by(self) -> Exception:
        """What ends JACK's thread when it is raised: it calls no more."""
        self._thread_id, self._inside = threading.get_native_id(), False
        self._left.set()
        found: Exception = self._jack.CallbackExit()
        return found

    def _serve(self, frames: int) -> None:
        sources = [port.get_array() for port in self._inputs]
        sinks = [port.get_array() for port in self._outputs]
        for first in range(0, frames, PIECE_SAMPLES):
            count = min(PIECE_SAMPLES, frames - first)
            self._serve_piece(sources, sinks, slice(first, first + count), count)
        self.served += 1

    def _serve_piece(
        self, sources: list[Audio], sinks: list[Audio], piece: slice, count: int
    ) -> None:
        block, out, dry = self._in[..., :count], self._out[..., :count], self._dry[:, :count]
        channels = len(dry)
        for k, source in enumerate(sources):
            block[k // channels, k % channels] = source[piece]
        self._live.process(block[0], out, block[1:] if len(block) > 1 else None, dry)
        for k, sink in enumerate(sinks):
            row, channel = k // channels, k % channels
            sink[piece] = out[row, channel] if row < len(out) else dry[channel]

    def _xrun(self, delayed_us: float) -> None:
        self._live.port_status.xruns += 1

    def _freewheel(self, starting: bool) -> None:
        self._live.port_status.freewheel = bool(starting)
        LOG.info("JACK freewheels: blocks wait" if starting else "JACK runs in real time again")

    def _form_changes(self, size: int) -> None:
        self._wake.set()

    def _shut_down(self, status: Any, reason: str) -> None:
        self.problem = JackGone(
            f"the JACK server has gone ({reason})",
            "a running JACK server",
            "The stream resumes by itself when the server is back.",
        )
        self._wake.set()
