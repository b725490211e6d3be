"""Live audio over UDP by the ReaStream plug-in, without a virtual sound device: `--io reastream`.

The mix comes in under one identifier; every stem goes out under its own, and so does the mix,
delayed as the stems are (packets.py). No device
calls back: one thread puts packets into jitter buffers as they come (inputs.py) and serves blocks
by the sender's clock, which it learns from the packets (clock.py). What goes out therefore keeps
step with the DAW that sends and, most often, receives it. Like any audio callback the thread
copies, counts and returns; besides, it reports losses, at most once a second (reporter.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from daw_bridge.containment import watched
from daw_bridge.errors import BadMessage, BridgeError, Internal, NoDevice, WrongForm
from daw_bridge.live.player import FADE_SAMPLES
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports import AudioOptions, Served
from daw_bridge.ports.reastream.identifiers import in_identifiers, out_identifiers
from daw_bridge.ports.reastream.inputs import PacketInputs
from daw_bridge.ports.reastream.loss import NO_LOSS, LossCounts
from daw_bridge.ports.reastream.packets import MAX_CHANNELS, AudioPacket, decode, split
from daw_bridge.ports.reastream.reporter import Reporter
from daw_bridge.ports.reastream.sender_lock import SenderLock
from daw_bridge.ports.reastream.sockets import Address, UdpSockets
from daw_bridge.settings.names import check_known
from daw_bridge.settings.plan import held_samples

USES = (
    "rate", "block", "channels", "in_map", "out_map", "known", "reastream_id", "reastream_bind",
    "reastream_port", "reastream_host", "reastream_send_port", "reastream_buffer",
)  # fmt: skip

USUAL_RATE_HZ = 48000
"""Without --rate, until a packet says otherwise."""

FOLLOWED_HZ = range(8000, 384_001)
"""Rates to which a sender may change."""

USUAL_BLOCK = 128
_IDLE_S = 0.1
_AT_ONCE = 256


def prepare(options: AudioOptions) -> ReaStreamPort:
    """Check the options. Raises BadChannels, BadValue."""
    return ReaStreamPort(options)


class ReaStreamPort:
    """Serves one live stream with what comes under its identifiers. An AudioPort."""

    def __init__(
        self, options: AudioOptions, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        _check(options)
        self.rate_hz = options.rate_hz or USUAL_RATE_HZ
        self.block_samples = options.block_samples or USUAL_BLOCK
        self.channels, self.held_ms = options.channels, options.reastream.hold_ms
        self._ids = in_identifiers(options.in_map, options.known, options.reastream.identifier)
        self.known: tuple[str, ...] = tuple(self._ids.known)
        check_known(self.known)
        self._options, self._clock = options, clock
        self._live: Served | None = None
        self._sockets: UdpSockets | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._quiet = QuietInterpreter()

    def connect(self, live: Served) -> None:
        """Take the stream to serve. Raises BadChannels where the maps do not fit its outputs."""
        self._out_ids = out_identifiers(
            self._options.out_map, live.outputs, self._options.reastream.identifier, self._ids.all
        )
        block = (self.channels, self.block_samples)
        self._in = np.zeros((len(self._ids.all), *block), np.float32)
        self._out = np.zeros((len(live.outputs), *block), np.float32)
        self._dry = np.zeros(block, np.float32) if self._out_ids[-1] else None
        self._live = live
        self._lock, self._reporter = SenderLock(), Reporter(self._clock())
        self._sending: tuple[bool, ...] = ()
        self._inputs = self._make_inputs(NO_LOSS)

    def _make_inputs(self, earlier: LossCounts) -> PacketInputs:
        """New buffers, for the rate as it is."""
        held = held_samples(self.held_ms, self.rate_hz, self.block_samples)
        return PacketInputs(len(self._ids.all), self.channels, self.rate_hz, held, earlier)

    def start(self) -> None:
        """Open the sockets and serve. Raises PortTaken."""
        self._stopping.clear()
        self.open()
        self._quiet.begin()
        self._thread = watched("daw-bridge reastream", self._run, failed=self._failed)
        self._thread.start()

    def open(self, make: Callable[[Address, Address], UdpSockets] = UdpSockets) -> None:
        """Open the sockets only; `turn` is then the caller's. Raises PortTaken."""
        network = self._options.reastream
        self._sockets = make((network.bind, network.port), (network.host, network.send_port))
        self._update_state()

    def stop(self) -> None:
        """Close the sockets; the stream is not called any more after this."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
            self._quiet.end()
        sockets, self._sockets = self._sockets, None
        if sockets is not None:
            sockets.close()

    @property
    def address(self) -> Address:
        """Where it receives, once it is open."""
        assert self._sockets is not None
        return self._sockets.address

    def describe(self) -> str:
        """Where the mix and the stems go, and the form of the audio."""
        network, sockets = self._options.reastream, self._sockets
        host, port = sockets.address if sockets else (network.bind, network.port)
        shared = " (shared with another program)" if sockets and sockets.shared else ""
        sent = ", ".join(one for one in self._out_ids if one) or "nothing"
        heard = ", ".join(repr(one) for one in self._ids.all)
        return (
            f"ReaStream {heard} at udp {host}:{port}{shared}, {self.rate_hz} Hz, "
            f"{self.channels} channels, held for {self.held_ms:g} ms; "
            f"to udp {network.host}:{network.send_port}: {sent}"
        )

    # The thread.

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.turn()

    def _failed(self, error: Internal) -> None:
        if self._live is not None:
            self._live.report(error)

    def turn(self) -> None:
        """Take what has come, serve the block that is due, or wait for either."""
        live, sockets = self._live, self._sockets
        assert sockets is not None and live is not None
        for data, sender in sockets.packets(_AT_ONCE):
            self._take(data, sender, self._clock(), live)
        now_s = self._clock()
        due_s = self._inputs.due_s(self.block_samples)
        if due_s is not None and due_s <= now_s:
            self._serve(live, sockets, now_s)
        self._update_status(live, sockets, now_s)
        if due_s is None or due_s > now_s:
            sockets.wait(_IDLE_S if due_s is None else min(_IDLE_S, due_s - now_s))

    def _take(self, data: bytes, sender: Address, now_s: float, live: Served) -> None:
        try:
            packet = decode(data)
        except BadMessage as error:
            self._refuse(error, live)
            return
        row = self._ids.row(packet.identifier)
        if row is None or not isinstance(packet, AudioPacket):
            return  # others' audio, our own, or MIDI
        if not self._lock.admits(row, sender, now_s):
            self._refuse(self._lock.problem(packet.identifier, row, sender), live)
        elif self._has_our_form(packet, row, live):
            self._inputs.put(row, packet.audio, now_s)

    def _has_our_form(self, packet: AudioPacket, row: int, live: Served) -> bool:
        """Whether the packet has the stream's form. The mix's rate is followed, unless --rate
        fixes it.
        """
        if (packet.rate_hz, packet.channels) == (self.rate_hz, self.channels):
            return True
        free = row == 0 and not self._options.rate_hz and packet.rate_hz in FOLLOWED_HZ
        if free and packet.channels == self.channels:
            self._follow(packet.rate_hz, live)
            return True
        problem = WrongForm(
            f"packets of {packet.rate_hz} Hz and {packet.channels} channels under "
            f"{packet.identifier!r}",
            f"{self.rate_hz} Hz and {self.channels} channels",
            f"Restart with --channels {packet.channels} --rate {packet.rate_hz}, "
            "or change the track that sends.",
        )
        self._refuse(problem, live)
        return False

    def _follow(self, rate_hz: int, live: Served) -> None:
        self.rate_hz = rate_hz
        self._inputs = self._make_inputs(self._inputs.counts)
        live.port_status.reshape(rate_hz, self.block_samples)
        self._update_state()

    def _refuse(self, problem: BridgeError, live: Served) -> None:
        live.port_status.refused_packets += 1
        self._reporter.note(problem)

    def _serve(self, live: Served, sockets: UdpSockets, now_s: float) -> None:
        if self._inputs.restarts():
            live.reset()
        self._inputs.take(self._in, now_s, live.latency_samples + FADE_SAMPLES)
        live.process(self._in[0], self._out, self._in[1:] if self.known else None, self._dry)
        rows = [*self._out, self._dry]
        try:
            for identifier, row in zip(self._out_ids, rows, strict=True):
                if identifier and row is not None:
                    for data in split(identifier, self.rate_hz, row):
                        sockets.send(data)
        except OSError as error:
            network = self._options.reastream
            self._reporter.note(
                NoDevice(
                    f"stems cannot be sent to {network.host}:{network.send_port}: {error.strerror}",
                    "a network that accepts them",
                    "Check --reastream-host.",
                )
            )

    def _update_status(self, live: Served, sockets: UdpSockets, now_s: float) -> None:
        counts, status = self._inputs.counts, live.port_status
        status.discontinuities = counts.discontinuities
        status.shortfall_samples = counts.shortfall_samples
        status.excess_samples = counts.excess_samples
        status.dropped_packets = sockets.dropped
        if self._inputs.sending != self._sending:
            self._sending = self._inputs.sending
            self._update_state()
        problem = self._reporter.due(counts, now_s)
        if problem is not None:
            live.report(problem)

    def _update_state(self) -> None:
        """What it is and which senders it waits for."""
        senders = zip(self._ids.all, self._inputs.sending, strict=True)
        silent = ", ".join(repr(name) for name, sends in senders if not sends)
        waits = f"; waiting for packets under {silent}" if silent else "; receiving"
        if self._live is not None:
            status = self._live.port_status
            status.hears, status.sends = self._ids.all, self._out_ids
            status.state = self.describe() + waits


def _check(options: AudioOptions) -> None:
    if options.channels > MAX_CHANNELS:
        raise WrongForm(
            f"{options.channels} channels", f"at most {MAX_CHANNELS}", "Choose fewer --channels."
        )
    given = {"--in-device": options.in_device, "--out-device": options.out_device}
    wrong = [flag for flag, text in given.items() if text]
    if wrong:
        raise NoDevice(
            f"{', '.join(wrong)} with --io reastream",
            "identifiers",
            "Use --io device, or leave it out.",
        )
