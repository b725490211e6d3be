"""Live audio over UDP by the ReaStream plug-in, without a virtual sound device: `--io reastream`.

The mix comes in under one identifier, every stem goes out under one of its own. The packets' layout
is in packets.py. There is no device that calls back: one thread takes packets into jitter buffers
as they come (inputs.py) and serves blocks by the sender's clock, as it is learnt from the packets,
so what goes out keeps step with the DAW that sends and, most often, receives it. Like any audio
callback it copies, counts and returns; all else that it does is to say, at most once a second, what
has been counted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from daw_bridge.errors import BadMessage, BridgeError, Discontinuity, Internal, NoDevice, WrongForm
from daw_bridge.live.player import FADE_SAMPLES
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports import AudioOptions, Served
from daw_bridge.ports.reastream.identifiers import in_identifiers, out_identifiers
from daw_bridge.ports.reastream.inputs import PacketInputs
from daw_bridge.ports.reastream.packets import MAX_CHANNELS, AudioPacket, decode, split
from daw_bridge.ports.reastream.sender_lock import SenderLock
from daw_bridge.ports.reastream.sockets import Address, UdpSockets
from daw_bridge.settings.names import check_known
from daw_bridge.settings.plan import held_samples

USES = (
    "rate", "block", "channels", "in_map", "out_map", "known", "reastream_id", "reastream_bind",
    "reastream_port", "reastream_host", "reastream_send_port", "reastream_buffer",
)  # fmt: skip

USUAL_RATE_HZ = 48000
"""Until a packet says otherwise, where no --rate is given."""

FOLLOWED_HZ = range(8000, 384_001)
"""Rates that a sender may go over to."""

USUAL_BLOCK = 128
TELL_S = 1.0
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
        network = options.reastream
        _check(options)
        self.rate_hz = options.rate_hz or USUAL_RATE_HZ
        self.block_samples = options.block_samples or USUAL_BLOCK
        self.channels, self.held_ms = options.channels, network.hold_ms
        self._ids = in_identifiers(options.in_map, options.known, network.identifier)
        self.known: tuple[str, ...] = tuple(self._ids.known)
        check_known(self.known)
        self._row = {name: row for row, name in enumerate(self._ids.all)}
        self._options, self._network, self._clock = options, network, clock
        self._live: Served | None = None
        self._sockets: UdpSockets | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._quiet = QuietInterpreter()

    def connect(self, live: Served) -> None:
        """Take the stream to serve. Raises BadChannels where the maps do not fit its outputs."""
        network = self._network
        self._out_ids = out_identifiers(
            self._options.out_map, live.outputs, network.identifier, self._ids.all
        )
        block = (self.channels, self.block_samples)
        self._in = np.zeros((len(self._row), *block), np.float32)
        self._out = np.zeros((len(live.outputs), *block), np.float32)
        self._live = live
        self._lock = SenderLock()
        self._told_at, self._told = self._clock() - TELL_S, (0, 0, 0)
        self._past = (0, 0, 0)
        self._problem: BridgeError | None = None
        self._sends: tuple[bool, ...] = ()
        self._make_inputs()

    def _make_inputs(self) -> None:
        """New buffers, for the rate as it is."""
        held = held_samples(self.held_ms, self.rate_hz, self.block_samples)
        self._inputs = PacketInputs(len(self._row), self.channels, self.rate_hz, held)
        self._begins = 0

    def start(self) -> None:
        """Open the sockets and serve. Raises PortTaken."""
        self._stopping.clear()
        self.open()
        self._quiet.begin()
        self._thread = threading.Thread(target=self._run, name="daw-bridge reastream", daemon=True)
        self._thread.start()

    def open(self, make: Callable[[Address, Address], UdpSockets] = UdpSockets) -> None:
        """Open the sockets only; `turn` is then the caller's. Raises PortTaken."""
        network = self._network
        self._sockets = make((network.bind, network.port), (network.host, network.send_port))
        self._say()

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
        network, sockets = self._network, self._sockets
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
        try:
            while not self._stopping.is_set():
                self.turn()
        except Exception as error:
            self._report(
                Internal(f"ReaStream stopped: {error!r}", "no such error", "Restart the server.")
            )
            raise

    def turn(self) -> None:
        """Take what has come, serve the block that is due, or wait for either."""
        assert self._sockets is not None and self._live is not None
        for data, sender in self._sockets.packets(_AT_ONCE):
            self._take(data, sender, self._clock())
        now_s = self._clock()
        due_s = self._inputs.due_s(self.block_samples)
        if due_s is not None and due_s <= now_s:
            self._serve(self._live, self._sockets, now_s)
        self._tell(self._live, now_s)
        if due_s is None or due_s > now_s:
            self._sockets.wait(_IDLE_S if due_s is None else min(_IDLE_S, due_s - now_s))

    def _take(self, data: bytes, sender: Address, now_s: float) -> None:
        try:
            packet = decode(data)
        except BadMessage as error:
            self._refuse(error)
            return
        row = self._row.get(packet.identifier)
        if row is None or not isinstance(packet, AudioPacket):
            return  # others' audio, our own, or MIDI
        if not self._lock.admits(row, sender, now_s):
            self._refuse(self._lock.problem(packet.identifier, row, sender))
        elif self._suits(packet, row):
            self._inputs.put(row, packet.audio, now_s)

    def _suits(self, packet: AudioPacket, row: int) -> bool:
        """Whether the packet has the stream's form; the mix's rate, if not fixed, is followed."""
        seen = (packet.rate_hz, packet.channels)
        if seen == (self.rate_hz, self.channels):
            return True
        free = row == 0 and not self._options.rate_hz and packet.rate_hz in FOLLOWED_HZ
        if free and packet.channels == self.channels:
            self._follow(packet.rate_hz)
            return True
        self._refuse(
            WrongForm(
                f"packets of {packet.rate_hz} Hz and {packet.channels} channels under "
                f"{packet.identifier!r}",
                f"{self.rate_hz} Hz and {self.channels} channels",
                f"Restart with --channels {packet.channels} --rate {packet.rate_hz}, "
                "or change the track that sends.",
            )
        )
        return False

    def _follow(self, rate_hz: int) -> None:
        assert self._live is not None
        self._keep_counts()
        self.rate_hz = rate_hz
        self._make_inputs()
        self._live.port_status.reshape(rate_hz, self.block_samples)
        self._say()

    def _refuse(self, problem: BridgeError) -> None:
        assert self._live is not None
        self._live.port_status.refused_packets += 1
        self._problem = problem

    def _serve(self, live: Served, sockets: UdpSockets, now_s: float) -> None:
        begins = self._inputs.begins != self._begins
        if begins or self._inputs.at_first_sample:
            self._begins = self._inputs.begins
            live.reset()
        self._inputs.take(self._in, now_s, live.latency_samples + FADE_SAMPLES)
        live.process(self._in[0], self._out, self._in[1:] if self.known else None)
        try:
            for identifier, row in zip(self._out_ids, self._out, strict=True):
                if identifier:
                    for data in split(identifier, self.rate_hz, row):
                        sockets.send(data)
        except OSError as error:
            host, port = self._network.host, self._network.send_port
            self._problem = NoDevice(
                f"stems cannot be sent to {host}:{port}: {error.strerror}",
                "a network that takes them",
                "Check --reastream-host.",
            )

    # What has been counted.

    def _counts(self) -> tuple[int, int, int]:
        buffers = self._inputs.buffers
        return (
            self._past[0] + sum(one.discontinuities for one in buffers),
            self._past[1] + sum(one.shortfall_samples for one in buffers),
            self._past[2] + sum(one.excess_samples for one in buffers),
        )

    def _keep_counts(self) -> None:
        self._past = self._counts()

    def _tell(self, live: Served, now_s: float) -> None:
        counts = self._counts()
        status = live.port_status
        status.discontinuities, status.shortfall_samples, status.excess_samples = counts
        if self._sockets is not None:
            status.dropped_packets = self._sockets.dropped
        sends = tuple([one.begun for one in self._inputs.buffers])
        if sends != self._sends:
            self._sends = sends
            self._say()
        if now_s - self._told_at < TELL_S or (counts == self._told and self._problem is None):
            return
        problem, self._problem = self._problem, None
        if problem is None:
            problem = self._discontinuity(counts)
        self._told_at, self._told = now_s, counts
        self._report(problem)

    def _discontinuity(self, counts: tuple[int, int, int]) -> Discontinuity:
        short, over = counts[1] - self._told[1], counts[2] - self._told[2]
        return Discontinuity(
            f"{short} samples missing and {over} too many in {counts[0] - self._told[0]} places",
            "as many as the sender's clock says",
            "If it goes on: a larger --reastream-buffer, or a better network. They were filled "
            "with silence and left out, and all is in its place again.",
        )

    def _say(self) -> None:
        """What it is and what it waits for, when either has changed."""
        buffers = zip(self._ids.all, self._inputs.buffers, strict=True)
        silent = ", ".join(repr(name) for name, buffer in buffers if not buffer.begun)
        waits = f"; waits for packets under {silent}" if silent else "; receives"
        if self._live is not None:
            self._live.port_status.state = self.describe() + waits

    def _report(self, error: BridgeError) -> None:
        if self._live is not None:
            self._live.report(error)


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
