"""Live audio as a JACK client of its own, with named ports: `--io jack`. PipeWire by `pw-jack`.

The callback is client.py's: it copies, counts and returns, except while JACK freewheels (a DAW
exports); then every block waits for its stems. All else is done by one looking-after thread: it
makes the connections asked for, publishes the latency when it has changed, has the stream follow
another block size or rate, and, when the server has gone, waits for it to come back, with its
connections.
"""

from __future__ import annotations

import logging
import threading
import time

from daw_bridge.errors import BadChannels, BadValue, BridgeError, JackGone, NoDevice
from daw_bridge.live.process import FREEWHEEL_WAIT_S
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports import AudioOptions, Served
from daw_bridge.ports.jack.client import CLOSES_WITHIN_S, JackClient
from daw_bridge.ports.jack.library import load_jack, open_client
from daw_bridge.ports.jack.names import port_names
from daw_bridge.ports.jack.wiring import Wiring, parse_connect
from daw_bridge.settings.names import check_known

LOG = logging.getLogger(__name__)
USES = ("rate", "block", "channels", "known", "connect", "jack_name")

LONGEST_NAME = 32
TICK_S = 0.2
RETRY_S = 0.5
STILL_S = 5.0
"""A server that has called for no block that long has gone without saying so (PipeWire's does)."""


def prepare(options: AudioOptions) -> JackPort:
    """Look at the server. Raises NoDevice, BadValue, BadChannels."""
    _refuse_maps(options)
    _check_name(options.jack_name)
    check_known(options.known)
    parse_connect(options.connect)
    looker = open_client(f"{options.jack_name}-look")
    try:
        form = (int(looker.samplerate), int(looker.blocksize))
    finally:
        looker.close()
    asked = (options.rate_hz or form[0], options.block_samples or form[1])
    if asked != form:
        raise NoDevice(
            f"{asked[0]} Hz in blocks of {asked[1]}",
            f"{form[0]} Hz in blocks of {form[1]}, as the JACK server runs",
            "Leave --rate and --block out, or change the server.",
        )
    return JackPort(options, form)


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or ":" in name or "*" in name:
        raise BadValue(
            f"--jack-name {name[:100]!r}",
            f"1 to {LONGEST_NAME} characters, none of them : or *",
            "Choose another.",
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


class JackPort:
    """Serves one live stream as a JACK client, over every run of the server. An AudioPort."""

    def __init__(self, options: AudioOptions, form: tuple[int, int]) -> None:
        self.rate_hz, self.block_samples = form
        self.channels, self.known, self.held_ms = options.channels, options.known, 0.0
        self._name, self._rules = options.jack_name, parse_connect(options.connect)
        self._live: Served | None = None
        self._client: JackClient | None = None
        self._lost_client: JackClient | None = None
        self._asked_form = form
        self._complaint, self._links = "", 0
        self._seen = (-1, 0.0)  # blocks served, and since when it is so many
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._keeper: threading.Thread | None = None
        self._quiet = QuietInterpreter()

    def connect(self, live: Served) -> None:
        """Take the stream to serve. Raises BadValue where --connect names no port of it."""
        self._ports = port_names(self.known, live.outputs, self.channels)
        self._wiring = Wiring(self._rules, self._ports)
        self._live = live

    def start(self) -> None:
        """Open the client and serve. Raises NoDevice."""
        assert self._live is not None
        self._stopping.clear()
        self._open(self._live)
        self._quiet.begin()
        self._keeper = threading.Thread(target=self._keep, name="daw-bridge jack", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Leave JACK; the stream is not called any more after this."""
        self._stopping.set()
        self._wake.set()
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.join(CLOSES_WITHIN_S)  # a server that hangs must not hang us
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._quiet.end()

    def describe(self) -> str:
        """The client, the form of the audio and its connections, or what it waits for."""
        client = self._client
        if client is None:
            return "JACK: waiting for the server"
        rate_hz, block_samples = client.form
        form = f"{rate_hz} Hz, blocks of {block_samples}, connections: {self._links}"
        return f"JACK client {client.name}, {form}"

    def _open(self, live: Served) -> None:
        client = JackClient(self._name, self._ports, live, self._wake)
        client.activate()
        self._client, self._seen = client, (-1, time.monotonic())
        self._look_after(client, live)

    # The looking-after thread.

    def _keep(self) -> None:
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

    def _tick(self, live: Served) -> None:
        client = self._client
        if self._stopping.is_set():
            return
        if client is None:
            self._try_again(live)
        elif (problem := client.problem or self._stillness(client, live)) is not None:
            self._lose(client, live, problem)
        else:
            self._look_after(client, live)

    def _stillness(self, client: JackClient, live: Served) -> JackGone | None:
        now = time.monotonic()
        if client.served != self._seen[0]:
            self._seen = (client.served, now)
        limit_s = STILL_S + FREEWHEEL_WAIT_S if live.port_status.freewheel else STILL_S
        if now - self._seen[1] <= limit_s:
            return None
        return JackGone(
            f"the JACK server has called for no block for {limit_s:.0f} s",
            "one that runs",
            "The stream goes on by itself when it does.",
        )

    def _look_after(self, client: JackClient, live: Served) -> None:
        form = client.form
        if form != self._asked_form:
            LOG.info("JACK runs at %d Hz in blocks of %d now: the stream follows", *form)
            self._asked_form = form
            live.port_status.reshape(*form)
        if client.publish_latency():
            LOG.info("JACK is told a latency of %d samples", live.latency_samples)
        self._connect(client, live)
        live.port_status.state = self.describe()

    def _connect(self, client: JackClient, live: Served) -> None:
        sources, sinks = client.others()
        for link in self._wiring.due(sources, sinks):
            try:
                client.connect(link)
                self._wiring.made(link)
                LOG.info("JACK: connected %s with %s", link.own, link.other)
            except NoDevice as error:
                if self._wiring.refused(link):
                    live.report(error)
        links = client.links()
        self._wiring.note(links)
        self._links = len(links)
        missing = self._wiring.unmatched(sources, sinks)
        complaint = missing.seen if missing else ""
        if missing and complaint != self._complaint:
            live.report(missing)
        self._complaint = complaint

    def _lose(self, client: JackClient, live: Served, problem: BridgeError) -> None:
        live.report(problem)
        self._wiring.server_gone()
        self._client, self._lost_client = None, client
        live.port_status.state = self.describe()

    def _try_again(self, live: Served) -> None:
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
        LOG.info("the JACK server is back: %s", self.describe())
