"""Live audio through a sound device, by PortAudio: `--io device`. Full duplex, float32.

Under JACK (and PipeWire's JACK) the block is the server's period: with any other size PortAudio
adds a block of latency and calls back in bursts. Elsewhere the block is the one asked for.

When a device is unplugged, the supervisor thread waits for it, by name and audio system, and
reopens it. PortAudio lists devices only when it starts, so it is restarted for every look.

While a device runs, Python is quiet for its callback: see live/quiet_interpreter.py.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

from daw_bridge.containment import watched
from daw_bridge.errors import BadChannels, NoDevice
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports import STOPS_WITHIN_S, AudioOptions, Served
from daw_bridge.ports.device.channels import in_map, out_map
from daw_bridge.ports.device.choice import DevicePair, choose, find_again
from daw_bridge.ports.device.portaudio import restart_portaudio
from daw_bridge.ports.device.stream import DeviceStream, Routing
from daw_bridge.settings.names import check_known

LOG = logging.getLogger(__name__)
USES = ("rate", "block", "channels", "in_device", "out_device", "one_clock", "in_map", "out_map",
        "known")  # fmt: skip

STALLED_S = 2.0
"""A device without a callback for that long is gone, even if it does not say so."""
RETRY_S = 1.0


def prepare(options: AudioOptions) -> DevicePort:
    """Choose and check the devices. Raises NoPortAudio, NoDevice, BadChannels."""
    if options.known or options.connect:
        raise BadChannels(
            "--known or --connect with --io device",
            "--in-map",
            "Route known stems in with --in-map mix=1-2,drums=3-4; --io jack has --connect.",
        )
    pair = choose(
        options.in_device, options.out_device, options.rate_hz, options.block_samples,
        options.one_clock,
    )  # fmt: skip
    return DevicePort(pair, options)


class DevicePort:
    """An input and an output device that serve one live stream. An AudioPort."""

    def __init__(self, pair: DevicePair, options: AudioOptions) -> None:
        self.rate_hz, self.block_samples = pair.rate_hz, pair.block_samples
        self.channels, self.held_ms = options.channels, 0.0
        self._pair, self._out_text = pair, options.out_map
        inputs = in_map(options.in_map, self.channels, pair.source.name, pair.source.inputs)
        self.known: tuple[str, ...] = tuple(inputs.known)
        check_known(self.known)
        self._routing = Routing(inputs.mix, tuple(inputs.known.values()), ())
        self._live: Served | None = None
        self._stream: DeviceStream | None = None
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._ended = False
        self._supervisor: threading.Thread | None = None
        self._quiet = QuietInterpreter()

    def connect(self, live: Served) -> None:
        """Take the stream to serve. Raises BadChannels where the map does not fit its outputs."""
        sink = self._pair.sink
        played = out_map(self._out_text, live.outputs, self.channels, sink.name, sink.outputs)
        self._routing = replace(self._routing, outputs=played)
        self._live = live

    def start(self) -> None:
        """Open the devices and serve. Raises NoDevice."""
        assert self._live is not None
        self._stopping.clear()
        self._wake.clear()
        self._quiet.begin()
        try:
            self._open(self._live)
        except NoDevice:
            self._quiet.end()
            raise
        self._supervisor = watched("daw-bridge device", self._supervise, failed=self._live.report)
        self._supervisor.start()

    def _open(self, live: Served) -> None:
        self._ended = False
        self._stream = DeviceStream(self._pair, self._routing, live, self._has_ended)
        live.port_status.state = self.describe()

    def stop(self) -> None:
        """Close the devices; the stream is not called any more after this."""
        self._stopping.set()
        self._wake.set()
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.join(STOPS_WITHIN_S / 2)
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(STOPS_WITHIN_S / 2)
        self._quiet.end()

    def describe(self) -> str:
        """The devices, the form of the audio and, once open, the driver's own latency."""
        text, stream = self._pair.describe(), self._stream
        if stream is None:
            return text
        inward, outward = stream.driver_latency_s
        return f"{text}, driver's latency {1000 * inward:.1f} ms in, {1000 * outward:.1f} ms out"

    def _has_ended(self) -> None:
        """PortAudio's thread: the device has stopped by itself."""
        self._ended = True
        self._wake.set()

    # The supervisor thread.

    def _supervise(self) -> None:
        live, before = self._live, -1
        assert live is not None
        while not self._stopping.is_set():
            self._wake.wait(STALLED_S)
            self._wake.clear()
            stream = self._stream
            if self._stopping.is_set() or stream is None:
                return
            if not self._ended and stream.served != before:
                before = stream.served
                continue
            if not self._close_stopped(live, stream) or not self._reopen(live):
                return
            before = -1

    def _close_stopped(self, live: Served, stream: DeviceStream) -> bool:
        """Close a device that has stopped; whether it may be reopened."""
        why = f"no callback for {STALLED_S:g} s"
        if self._ended:
            why = "the device stopped" if stream.error is None else f"{stream.error!r}"
        self._stream = None
        closed = stream.close()
        again = closed and stream.error is None
        action = "It is reopened when it is back." if again else "Restart the server."
        live.port_status.state = f"{'waiting for the device' if again else 'stopped'}: {why}"
        live.report(NoDevice(f"audio has stopped: {why}", "a running device", action))
        return again

    def _reopen(self, live: Served) -> bool:
        """Look for the device until it opens; False if the server stops first."""
        while not self._stopping.wait(RETRY_S):
            try:
                restart_portaudio()
                self._pair = find_again(self._pair)
                live.reset()
                self._open(live)
            except NoDevice as error:
                LOG.debug("not yet: %s", error)
                continue
            LOG.info("the device is back: %s", self.describe())
            return True
        return False
