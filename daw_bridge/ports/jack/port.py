"""Live audio as a JACK client of its own, with named ports: `--io jack`. PipeWire by `pw-jack`.

The callback is in client.py: it copies, counts and returns, except while JACK freewheels (a DAW
exports); then every block waits for its stems. One supervisor thread does the rest: it makes the
connections asked for, publishes the latency whenever it changes, has the stream follow another
block size or rate, and waits for a server that has gone, to restore the connections when it is
back.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from daw_bridge.containment import watched
from daw_bridge.errors import BadChannels, BadValue, BridgeError, JackGone, NoDevice
from daw_bridge.live.controls import ControlRing
from daw_bridge.live.process import FREEWHEEL_WAIT_S
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports import STOPS_WITHIN_S, AudioOptions, Served
from daw_bridge.ports.jack.client import JackClient
from daw_bridge.ports.jack.connections import Connections
from daw_bridge.ports.jack.library import load_jack, open_client
from daw_bridge.ports.jack.midi import MidiReader
from daw_bridge.ports.jack.names import midi_port, port_names
from daw_bridge.ports.jack.wiring import Wiring, parse_connect
from daw_bridge.settings.names import check_known

LOG = logging.getLogger(__name__)
USES = ("rate", "block", "channels", "known", "connect", "jack_name", "jack_transport")

LONGEST_NAME = 32
USUAL_FORM = (48000, 1024)
"""Rate in Hz and block in samples that a stream is made for while there is no server to ask."""

TICK_S = 0.2
RETRY_S = 0.5
STALLED_S = 5.0
"""A server without a callback for that long is gone, even if it does not say so (as PipeWire's)."""


def prepare(options: AudioOptions) -> JackPort:
    """Check the options, against the server if it runs. Raises NoDevice, BadValue, BadChannels."""
    _refuse_maps(options)
    _check_name(options.jack_name)
    check_known(options.known)
    parse_connect(options.connect)
    load_jack()
    asked = (options.rate_hz, options.block_samples)
    try:
        probe = open_client(f"{options.jack_name}-look")
    except NoDevice as error:
        LOG.warning("%s; waiting for it (Ctrl-C stops)", error.seen)
        return JackPort(options, (asked[0] or USUAL_FORM[0], asked[1] or USUAL_FORM[1]))
    try:
        form = (int(probe.samplerate), int(probe.blocksize))
    finally:
        probe.close()
    if (asked[0] or form[0], asked[1] or form[1]) != form:
        raise NoDevice(
            f"{asked[0] or form[0]} Hz in blocks of {asked[1] or form[1]}",
            f"{form[0]} Hz in blocks of {form[1]}, as the JACK server runs",
            "Leave --rate and --block out, or change the server.",
        )
    return JackPort(options, form)


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or ":" in name or "*" in name:
        raise BadValue(
            f"--jack-name {name[:100]!r}",
            f"1 to {LONGEST_NAME} characters, none of them : or *",
            "Choose another name.",
        )


def _refuse_maps(options: AudioOptions) -> None:
    given = {"--in-map": options.in_map, "--out-map": options.out_map,
             "--in-device": options.in_device, "--out-device": options.out_device}  # fmt: skip
    wrong = [flag for flag, text in given.items() if text]
    if wrong:
        raise BadChannels(
            f"{', '.join(wrong)} with --io jack",
            "ports by name",
            "Use --connect to connect ports and --known for known stems.",
        )


@dataclass
class Progress:
    """How many blocks have been served, and since when it is so many (seconds, monotonic)."""

    served: int = -1
    since_s: float = 0.0

    def stalled_s(self, served: int, now_s: float) -> float:
        """How long no block has come."""
        if served != self.served:
            self.served, self.since_s = served, now_s
        return now_s - self.since_s


class JackPort:
    """Serves one live stream as a JACK client, over every run of the server. An AudioPort."""

    def __init__(self, options: AudioOptions, form: tuple[int, int]) -> None:
        self.rate_hz, self.block_samples = form
        self.channels, self.known, self.held_ms = options.channels, options.known, 0.0
        self._options = options
        self._live: Served | None = None
        self._client: JackClient | None = None
        self._lost_client: JackClient | None = None
        self._progress = Progress()
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._supervisor: threading.Thread | None = None
        self._quiet = QuietInterpreter()
        self._controls = ControlRing()
        self._midi = MidiReader(self._controls)

    def connect(self, live: Served) -> None:
        """Take the stream to serve. Raises BadValue where --connect names no port of it."""
        self._ports = port_names(self.known, live.outputs, self.channels)
        rules = parse_connect(self._options.connect)
        ports = (*self._ports, midi_port(len(self._ports)))
        self._connections = Connections(Wiring(rules, ports))
        self._live = live
        live.port_status.midi = True

    def start(self) -> None:
        """Open the client and serve, now or as soon as there is a server."""
        assert self._live is not None
        self._stopping.clear()
        try:
            self._open(self._live)
        except NoDevice as error:
            LOG.debug("not yet: %s", error)
            self._live.port_status.state = self.describe()
        self._quiet.begin()
        self._midi.start(self._live.port_status)
        self._supervisor = watched("daw-bridge jack", self._supervise, failed=self._live.report)
        self._supervisor.start()

    def stop(self) -> None:
        """Leave JACK; the stream is not called any more after this.

        A server that hangs is waited for until STOPS_WITHIN_S.
        """
        self._stopping.set()
        self._wake.set()
        client = self._client
        if client is not None:
            client.leave()
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is None:
            self._close()
        else:
            supervisor.join(STOPS_WITHIN_S)
        self._midi.stop()
        self._quiet.end()

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def describe(self) -> str:
        """The client, the form of the audio and its connections, or what it waits for."""
        client = self._client
        if client is None:
            return "JACK: waiting for the server"
        rate_hz, block_samples = client.form
        form = f"{rate_hz} Hz, blocks of {block_samples}, connections: {self._connections.count}"
        taken = "" if client.name == self._options.jack_name else " (the name was taken)"
        return f"JACK client {client.name}{taken}, {form}"

    def _open(self, live: Served) -> None:
        asked, follow = self._options.jack_name, self._options.jack_transport == "follow"
        client = JackClient(asked, self._ports, live, self._wake, follow, self._controls)
        client.activate()
        if client.name != asked:
            LOG.warning(
                "JACK has a client %r already (another server?): this one is %r", asked, client.name
            )
        self._client, self._progress = client, Progress(-1, time.monotonic())
        self._update(client, live)

    # The supervisor thread.

    def _supervise(self) -> None:
        assert self._live is not None
        while not self._stopping.is_set():
            self._wake.wait(TICK_S)
            self._wake.clear()
            try:
                self._tick(self._live)
            except BridgeError as error:
                self._live.report(error)
            except load_jack().JackError as error:
                LOG.debug("JACK: %s", error)  # the server is going: its shutdown says so
        self._close()

    def _tick(self, live: Served) -> None:
        client = self._client
        if self._stopping.is_set():
            return
        if client is None:
            self._reopen(live)
        elif (problem := client.problem or self._stalled(client, live)) is not None:
            self._drop(client, live, problem)
        else:
            self._update(client, live)

    def _stalled(self, client: JackClient, live: Served) -> JackGone | None:
        limit_s = STALLED_S + FREEWHEEL_WAIT_S if live.port_status.freewheel else STALLED_S
        if self._progress.stalled_s(client.served, time.monotonic()) <= limit_s:
            return None
        return JackGone(
            f"no callback from the JACK server for {limit_s:.0f} s",
            "a running JACK server",
            "The stream resumes by itself when the server does.",
        )

    def _update(self, client: JackClient, live: Served) -> None:
        """Follow the server's form, publish the latency, make the connections."""
        form = client.form
        if form != (self.rate_hz, self.block_samples):
            LOG.info("JACK now runs at %d Hz in blocks of %d; the stream follows", *form)
            self.rate_hz, self.block_samples = form
            live.port_status.reshape(*form)
        if client.publish_latency():
            LOG.info("published latency: %d samples", live.latency_samples)
        self._connections.update(client, live.report)
        live.port_status.state = self.describe()

    def _drop(self, client: JackClient, live: Served, problem: BridgeError) -> None:
        live.report(problem)
        self._connections.server_gone()
        self._client, self._lost_client = None, client
        live.port_status.state = self.describe()

    def _reopen(self, live: Served) -> None:
        if self._lost_client is not None and not self._lost_client.close():
            return  # it would stand in its own way: its name is still taken
        self._lost_client = None
        if self._stopping.wait(RETRY_S - TICK_S):
            return
        live.reset()  # what comes next has nothing to do with what came before
        try:
            self._open(live)
        except NoDevice:
            return
        LOG.info("the JACK server is there: %s", self.describe())
