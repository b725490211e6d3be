"""ZeroMQ: a ROUTER for requests and audio, a PUB for events.

One thread owns the sockets; other threads leave encoded messages in a bounded outbox and wake it.
Overflow: a message is dropped, and counted in `dropped`, if the outbox is full or its peer does not
read. Audio stays far below that, since its credit is small.
"""

from __future__ import annotations

import logging
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import zmq
import zmq.auth.thread

from daw_bridge.containment import contained, watched
from daw_bridge.errors import BridgeError, Busy, NotAllowed, PortTaken, TooLarge, UnknownSession
from daw_bridge.server.session.events import Event, PeerGone, Received
from daw_bridge.server.streams.mailbox import Mailbox
from daw_bridge.wire import Peer
from daw_bridge.wire.keys import CLIENTS, server_keys
from daw_bridge.wire.refusals import bad
from daw_bridge.wire.replies import (
    AudioReply,
    ClosedReply,
    Heartbeat,
    Reply,
    StreamHealth,
    StreamInfo,
    ValuesReply,
    fail,
)
from daw_bridge.wire.requests import Close, Flush, Reset, StreamRequest
from daw_bridge.wire.zmq_audio import decode_block
from daw_bridge.wire.zmq_replies import encode_reply
from daw_bridge.wire.zmq_requests import (
    Envelope,
    check_frames,
    read_envelope,
    read_request,
    rough_envelope,
)

LOG = logging.getLogger(__name__)

MAX_OUTBOX = 16384
MAX_WAITING = 64
"""Messages of one peer that wait to be read; the rest stay in the peer's own queue."""
HEARTBEAT_MS = 2000
GONE_MS = 10000
LINGER_MS = 500
_BURST = 64
_EVENT = b""

Post = Callable[[Event], None]
FindMailbox = Callable[[int, Peer], Mailbox]


@dataclass(frozen=True)
class ZmqOptions:
    """Where to listen, and limits. `curve_dir` None: no keys, for loopback only."""

    host: str
    port: int
    pub_port: int
    max_message_bytes: int
    session: str
    curve_dir: Path | None = None


class ZmqTransport:
    """`send` and `publish` are for any thread. Raises PortTaken, BadKeys."""

    def __init__(self, options: ZmqOptions, post: Post, mailbox: FindMailbox) -> None:
        self._options, self._post, self._mailbox = options, post, mailbox
        self.dump = False
        self.dropped = 0
        self._running = False
        self._context = zmq.Context()
        self._outbox: deque[tuple[bytes, list[bytes]]] = deque()
        self._wake, self._woken = socket.socketpair()
        self._auth: zmq.auth.thread.ThreadAuthenticator | None = None
        self._thread = watched("daw-bridge zmq", self._run)
        try:
            self._open()
        except BridgeError:
            self._close()
            raise

    def _open(self) -> None:
        for one in (self._wake, self._woken):
            one.setblocking(False)
        self._router = self._context.socket(zmq.ROUTER)
        self._pub = self._context.socket(zmq.PUB)
        options = self._options
        self._prepare()
        self.port = _bind(self._router, options.host, options.port, "--zmq-port")
        self.pub_port = _bind(self._pub, options.host, options.pub_port, "--pub-port")

    def _prepare(self) -> None:
        self._router.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self._router.setsockopt(zmq.RCVHWM, MAX_WAITING)
        for one in (self._router, self._pub):
            one.setsockopt(zmq.LINGER, LINGER_MS)
            one.setsockopt(zmq.MAXMSGSIZE, self._options.max_message_bytes)
            one.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MS)
            one.setsockopt(zmq.HEARTBEAT_TIMEOUT, GONE_MS)
            one.setsockopt(zmq.IPV6, int(":" in self._options.host))
        if self._options.curve_dir is not None:
            self._use_curve(self._options.curve_dir)

    def _use_curve(self, folder: Path) -> None:
        keys = server_keys(folder)
        self._auth = zmq.auth.thread.ThreadAuthenticator(self._context)
        self._auth.start()
        self._auth.configure_curve(domain="*", location=str(folder / CLIENTS))
        for one in (self._router, self._pub):
            one.curve_server = True
            one.curve_publickey, one.curve_secretkey = keys.public, keys.secret

    def start(self) -> None:
        """Start serving."""
        self._running = True
        self._thread.start()

    def stop(self) -> None:
        """Send what is in the outbox, and close."""
        if self._running:
            self._running = False
            self._nudge()
            self._thread.join()
        self._close()

    def _close(self) -> None:
        for name in ("_router", "_pub"):
            one = getattr(self, name, None)
            if one is not None:
                one.close()
        if self._auth is not None:
            self._auth.stop()
        self._context.term()
        self._wake.close()
        self._woken.close()

    # Any thread.

    def send(self, peer: Peer, reply: Reply, msg_id: int = 0) -> None:
        """Send a reply."""
        if isinstance(peer.address, bytes):
            self._leave(peer.address, encode_reply(reply, msg_id, self._options.session))
            if isinstance(reply, AudioReply):
                self.publish(reply)  # the lossy monitor

    def publish(self, reply: Reply) -> None:
        """Send a reply to all subscribers."""
        topic = _topic(reply)
        if topic:
            self._leave(_EVENT, [topic, *encode_reply(reply, 0, self._options.session)])

    def heartbeat(self, peers: set[Peer]) -> None:
        """Find out which of these peers have disconnected; PeerGone follows."""
        for peer in peers:
            self.send(peer, Heartbeat())

    def _leave(self, where: bytes, frames: list[bytes]) -> None:
        if len(self._outbox) >= MAX_OUTBOX:
            self.dropped += 1
            return
        self._outbox.append((where, frames))
        self._nudge()

    def _nudge(self) -> None:
        try:
            self._wake.send(b"1")
        except BlockingIOError:
            pass  # it is already being woken
        except OSError:
            if self._running:
                raise

    # The serving thread.

    def _run(self) -> None:
        poller = zmq.Poller()
        poller.register(self._router, zmq.POLLIN)
        poller.register(self._woken.fileno(), zmq.POLLIN)
        while self._running:
            poller.poll(GONE_MS)
            contained("ZeroMQ input", self._receive)
            contained("ZeroMQ output", self._send_all)
        contained("ZeroMQ output", self._send_all)

    def _send_all(self) -> None:
        try:
            while self._woken.recv(4096):
                pass
        except BlockingIOError:
            pass
        while self._outbox:
            self._send_one(*self._outbox.popleft())

    def _send_one(self, where: bytes, frames: list[bytes]) -> None:
        if where == _EVENT:
            self._pub.send_multipart(frames)
            return
        try:
            self._router.send_multipart([where, *frames], zmq.NOBLOCK)
        except zmq.Again:
            self.dropped += 1
            LOG.warning("dropped a reply: peer %s is not reading", where.hex())
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            self._lost(where)

    def _lost(self, identity: bytes) -> None:
        LOG.info("peer %s has disconnected", identity.hex())
        # If the session is too busy now, the next heartbeat reports it again.
        with suppress(Busy):
            self._post(PeerGone(Peer("zmq", identity)))

    def _receive(self) -> None:
        for _ in range(_BURST):
            try:
                frames = self._router.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self._take(frames[0], frames[1:])

    def _take(self, identity: bytes, frames: list[bytes]) -> None:
        peer = Peer("zmq", identity)
        if frames[:1] == [b""]:  # a REQ socket waits for its empty frame back
            error = bad("an empty frame, as a REQ socket sends", "a DEALER socket")
            reply = encode_reply(fail("", error), 0, self._options.session)
            self._leave(identity, [b"", *reply])
            return
        problem = contained("a message from %s", partial(self._read, peer, frames), peer)
        if problem is not None:
            self.send(peer, fail("", problem))

    def _read(self, peer: Peer, frames: list[bytes]) -> None:
        envelope = Envelope("")
        details: tuple[tuple[str, int], ...] = ()
        try:
            header = check_frames(frames)
            self._check_size(frames)
            envelope = rough_envelope(header)
            details = _audio_details(header)
            if self.dump:
                LOG.info("dump %s: %s", peer, frames[1].decode(errors="replace"))
            self._read_header(peer, header, frames[2:])
        except BridgeError as error:
            self.send(peer, fail(envelope.type, error, details=details), envelope.msg_id)

    def _check_size(self, frames: list[bytes]) -> None:
        size, most = sum(map(len, frames)), self._options.max_message_bytes
        if size > most:
            raise TooLarge(f"a message of {size} bytes", f"at most {most}", "Send smaller blocks.")

    def _read_header(self, peer: Peer, header: dict[str, object], buffers: list[bytes]) -> None:
        envelope, fields = read_envelope(header)
        if envelope.session not in ("", self._options.session):
            raise UnknownSession(
                f"session {envelope.session[:40]!r}",
                "the one that is in every reply",
                "The server was restarted: say hello, and open streams again.",
            )
        if envelope.type == "audio":
            block = decode_block(fields, buffers)
            self._mailbox(block.stream, peer).put(envelope.msg_id, block)
            return
        request = read_request(envelope, fields)
        if buffers:
            raise bad(f"{envelope.type} with {len(buffers)} buffers", "none")
        if isinstance(request, Flush | Reset | Close):
            self._forward(peer, envelope.msg_id, request)
        else:
            self._post(Received(peer, envelope.msg_id, request))

    def _forward(self, peer: Peer, msg_id: int, request: StreamRequest) -> None:
        """To the stream, in order with its audio. Any peer may reset a stream, at once."""
        try:
            mailbox = self._mailbox(request.stream, peer)
        except NotAllowed:
            if not isinstance(request, Reset):
                raise
            self._post(Received(peer, msg_id, request))
        else:
            mailbox.put(msg_id, request)


def _audio_details(header: dict[str, object]) -> tuple[tuple[str, int], ...]:
    """Stream and seq of audio that is refused, as far as they are readable."""
    if header.get("type") != "audio":
        return ()
    found = ((name, header.get(name)) for name in ("stream", "seq"))
    return tuple((name, one) for name, one in found if type(one) is int and abs(one) < 2**63)


_TOPICS: dict[type, str] = {
    AudioReply: "audio",
    StreamHealth: "meters",
    StreamInfo: "stream",
    ClosedReply: "closed",
    ValuesReply: "values",
}


def _topic(reply: Reply) -> bytes:
    """The event's topic: its kind and its stream."""
    kind = _TOPICS.get(type(reply))
    return b"" if kind is None else f"{kind}/{getattr(reply, 'stream', 0)}".encode()


def _bind(one: zmq.Socket[bytes], host: str, port: int, flag: str) -> int:
    """Bind, to a free port for 0; returns the port. Raises PortTaken."""
    shown = f"[{host}]" if ":" in host else host
    try:
        one.bind(f"tcp://{shown}:{port or '*'}")
    except zmq.ZMQError as error:
        raise PortTaken(
            f"ZeroMQ port {host}:{port} ({error.strerror})",
            "a free TCP port of this machine",
            f"Stop the program that uses it (another daw-bridge?), or choose another: {flag}.",
        ) from error
    endpoint = one.getsockopt_string(zmq.LAST_ENDPOINT)
    return int(endpoint.rpartition(":")[2])
