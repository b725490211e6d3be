"""A live stream's client in one run of a JACK server: its ports, its callbacks, its latency.

It lives as long as the server: when that goes away, close it and make another.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np

from daw_bridge.containment import watched
from daw_bridge.errors import BridgeError, Internal, JackGone, NoDevice
from daw_bridge.live.controls import ControlRing
from daw_bridge.live.player import PIECE_SAMPLES
from daw_bridge.ports import Served
from daw_bridge.ports.jack.callback import ProcessCallback
from daw_bridge.ports.jack.library import INTEGER, LatencyPublisher, load_jack, open_client
from daw_bridge.ports.jack.midi import MidiInput
from daw_bridge.ports.jack.names import MIDI_IN, Others, PortName, midi_port
from daw_bridge.ports.jack.transport import Transport
from daw_bridge.ports.jack.wiring import Link
from engines.types import Audio

LOG = logging.getLogger(__name__)
CLOSES_WITHIN_S = 5.0


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
        self._callback = ProcessCallback(self._client, self._process, self._fail)
        self.problem: BridgeError | None = None
        self.served = 0
        self._closer: threading.Thread | None = None
        self._names = ports
        self._transport = Transport(self._client) if follow else None
        self._rate_hz = self.form[0]
        self._make_buffers()
        try:
            self._make_ports(controls)
            self._set_callbacks()
            self._describe_ports()
        except self._jack.JackError as error:  # as while the server goes down
            self.close()
            raise NoDevice(
                f"no JACK ports ({error})", "room for them", "Check the JACK server's log."
            ) from error

    def _make_ports(self, controls: ControlRing | None) -> None:
        self._own = {one.name: (one, self._register(one)) for one in self._names}
        self._inputs = [port for name, port in self._own.values() if name.is_input]
        self._outputs = [port for name, port in self._own.values() if not name.is_input]
        self._publisher = LatencyPublisher(
            self._client, self._inputs, self._outputs, self._live.latency_samples
        )
        self._midi = None
        if controls is not None:
            self._midi = MidiInput(self._client, controls)
            self._own[MIDI_IN] = midi_port(len(self._own)), self._midi.port

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
        client.set_xrun_callback(self._xrun)
        client.set_shutdown_callback(self._shut_down)
        client.set_freewheel_callback(self._freewheel)
        client.set_blocksize_callback(self._form_changes)
        client.set_samplerate_callback(self._form_changes)

    def _describe_ports(self) -> None:
        """Pretty names, groups and order, for patchbays that show them."""
        jack, describe = self._jack, self._client.set_property
        try:
            for name, port in self._own.values():
                describe(port.uuid, jack.METADATA_PRETTY_NAME, name.pretty)
                describe(port.uuid, jack.METADATA_ORDER, str(name.order), INTEGER)
                if name.is_midi:
                    describe(port.uuid, jack.METADATA_EVENT_TYPES, "MIDI")
                else:
                    describe(port.uuid, jack.METADATA_PORT_GROUP, name.group_title)
                    describe(port.uuid, jack.METADATA_SIGNAL_TYPE, "AUDIO")
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
            self._callback.activate()
        except self._jack.JackError as error:
            self.close()
            raise NoDevice(
                f"JACK: {error}", "a running JACK server", "Check the JACK server's log."
            ) from error

    def leave(self) -> None:
        """Call `live` no more, from the next cycle on; `close` follows. Never waits."""
        self._callback.leave()

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
        self._callback.close()
        self._live.port_status.freewheel = False

    # What the supervisor thread calls. Raises JackError while the server goes down.

    def publish_latency(self) -> bool:
        """Publish the latency of what is heard now; False if JACK has it already."""
        return self._publisher.publish(self._live.latency_samples)

    def others(self) -> Others:
        """The ports of all other clients."""
        return Others(
            self._names_of(is_audio=True, is_output=True),
            self._names_of(is_audio=True, is_input=True),
            self._names_of(is_midi=True, is_output=True),
        )

    def _names_of(self, **kind: bool) -> tuple[str, ...]:
        own = f"{self.name}:"
        found = (one.name for one in self._client.get_ports(**kind))
        return tuple(one for one in found if not one.startswith(own))

    def links(self) -> set[Link]:
        """The connections of our ports."""
        return {
            Link(own, other.name)
            for own, (_, port) in self._own.items() for other in port.connections
        }  # fmt: skip

    def connect(self, link: Link) -> None:
        """Make a connection, if it is not there. Raises NoDevice."""
        name, port = self._own[link.own]
        if port.is_connected_to(link.other):
            return
        ends = (link.other, port.name) if name.is_input else (port.name, link.other)
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
        if self._transport is not None and self._transport.moved(frames):
            self._live.reset()
        self._serve(frames)
        if self._midi is not None:
            self._midi.collect(frames)
        if not self._live.port_status.freewheel:  # a freewheeling cycle has no deadline
            since = self._client.frames_since_cycle_start
            self._live.port_status.cycle.add(round(since * 1e9 / self._rate_hz))

    def _fail(self, problem: Internal) -> None:
        self.problem = problem
        self._wake.set()

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
