"""The server's sockets together: OSC, ZeroMQ, and OSCQuery and metrics where they are wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from daw_bridge.errors import BridgeError, NoWeb
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.session.session import Session
from daw_bridge.server.sockets.announce import Announcement
from daw_bridge.server.sockets.metrics import MetricsTransport, Stalled
from daw_bridge.server.sockets.osc import OscTransport, Post
from daw_bridge.server.sockets.query import QueryTransport, check_installed
from daw_bridge.server.sockets.query_http import Door
from daw_bridge.server.sockets.zmq import ZmqOptions, ZmqTransport
from daw_bridge.server.streams.mailbox import Mailbox
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import Reply

LOG = logging.getLogger(__name__)


class Transports:
    """`send` is for any thread. `web`, `metrics` are None where they are off."""

    osc: OscTransport

    def __init__(self, zmq: ZmqTransport) -> None:
        self.zmq = zmq
        self.web: QueryTransport | None = None
        self.metrics: MetricsTransport | None = None
        self.announcement: Announcement | None = None

    def start(self) -> None:
        """Start reading."""
        for one in (self.osc, self.zmq, self.web, self.metrics, self.announcement):
            if one is not None:
                one.start()

    def stop(self) -> None:
        """Stop reading, and close the sockets."""
        osc = getattr(self, "osc", None)
        for one in (self.announcement, self.metrics, self.web, osc, self.zmq):
            if one is not None:
                one.stop()

    def send(self, peer: Peer, reply: Reply, msg_id: int = 0, most_bytes: int = 0) -> None:
        """Send a reply the way that its peer asked."""
        if peer.transport == "osc":
            self.osc.send(peer, reply, most_bytes)
        elif peer.transport == "web":
            if self.web is not None:
                self.web.send(reply)
        elif peer.transport == "metrics":
            if self.metrics is not None:
                self.metrics.send(reply, msg_id)
        else:
            self.zmq.send(peer, reply, msg_id)

    @property
    def http_port(self) -> int:
        """Where OSCQuery listens; 0: it is off."""
        return 0 if self.web is None else self.web.port

    @property
    def metrics_port(self) -> int:
        """Where metrics are read; 0: they are off."""
        return 0 if self.metrics is None else self.metrics.port

    @property
    def turned_s(self) -> dict[str, float]:
        """When the loop of each last turned."""
        turned_s = {"osc": self.osc.turned_s, "zmq": self.zmq.turned_s}
        if self.web is not None:
            turned_s["web"] = self.web.turned_s
        if self.metrics is not None:
            turned_s["metrics"] = self.metrics.turned_s
        return turned_s

    @property
    def dropped(self) -> int:
        """Replies and news that were not sent."""
        web = 0 if self.web is None else self.web.dropped
        return self.osc.dropped + self.zmq.dropped + web

    def dump(self, on: bool) -> None:
        """Log every message, or no more."""
        self.osc.dump = self.zmq.dump = on

    def catch_up(self) -> None:
        """Log what the limits on log lines have left out."""
        self.osc.catch_up()
        self.zmq.catch_up()
        if self.web is not None:
            self.web.catch_up()


def open_sockets(
    options: ServerOptions, session: Session, session_id: str, secret: str, post: Post,
    mailbox: Callable[[int, Peer], Mailbox], stalled: Stalled,
) -> Transports:  # fmt: skip
    """Bind them all; on an error none stays bound. Raises PortTaken, BadKeys, NoWeb, NoMetrics."""
    host, wanted = options.listen_host(), _wanted_http_port(options)
    zmq = ZmqTransport(_zmq_options(options, host, session_id, secret), post, mailbox)
    session.pub_port = zmq.pub_port
    made = Transports(zmq)
    try:
        port = options.integer("osc_port")
        made.osc = OscTransport(host, port, post, not secret, session.knows)
        if wanted:
            door = Door(options.text("bind"), secret)
            made.web = QueryTransport(host, max(0, wanted), post, door, made.osc.port)
            if options.integer("announce"):
                made.announcement = Announcement(host, made.osc.port, made.web.port)
        if metrics := options.integer("metrics"):
            door = Door(options.text("bind"), secret, any_name=True)
            made.metrics = MetricsTransport(host, max(0, metrics), post, door, stalled)
    except BridgeError:
        made.stop()
        raise
    return made


def _wanted_http_port(options: ServerOptions) -> int:
    """0 also where it was not asked for and its library is missing. Raises NoWeb."""
    wanted = options.integer("http_port")
    if not wanted:
        return 0
    try:
        check_installed()
    except NoWeb as error:
        if "http_port" in options.given:
            raise
        LOG.info("OSCQuery is off: %s", error.action)
        return 0
    return wanted


def _zmq_options(options: ServerOptions, host: str, session_id: str, secret: str) -> ZmqOptions:
    curve = options.text("curve_dir")
    return ZmqOptions(
        host, options.integer("zmq_port"), options.integer("pub_port"),
        options.max_message_bytes, session_id, Path(curve) if curve else None, secret,
    )  # fmt: skip
