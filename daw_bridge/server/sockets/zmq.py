"""ZeroMQ: a ROUTER for requests and audio, an XPUB for events.

One thread owns the sockets; other threads leave encoded messages in bounded queues and wake it:
`outgoing.py` for answers, `topics.py` for events. Overflow: an event, or an answer
that is no audio, is dropped and counted in `dropped`; a peer that does not read its audio loses its
streams.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import zmq

from daw_bridge.containment import FAULTS, LimitedLog, contained, watched
from daw_bridge.errors import (
    BridgeError,
    Busy,
    NotAllowed,
    PortTaken,
    Stopped,
    TooLarge,
    UnknownSession,
)
from daw_bridge.server.session.events import Event, PeerGone, Received, Stalled
from daw_bridge.server.sockets.entry import Authenticator, guard, keeper_lost, unguard
from daw_bridge.server.sockets.outgoing import Held, Outgoing, PeerLost, Taken
from daw_bridge.server.sockets.topics import MAX_PIECES, Events, Topics, pieces, topic_of
from daw_bridge.server.streams.mailbox import Mailbox
from daw_bridge.wire import Peer
from daw_bridge.wire.refusals import bad
from daw_bridge.wire.replies import AudioReply, Heartbeat, Reply, fail
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

MAX_WAITING = 16
"""Messages of one peer that wait to be read; the rest stay in the peer's own queue."""
MAX_UNSENT = 32
"""Messages in a peer's connection that are too small to be tracked."""
TRACKED_BYTES = 65536
MAX_TOPIC_BYTES = 1024
"""Of a subscription; the handshake of CURVE, which has up to some 500, keeps to it as well."""
HEARTBEAT_MS = 2000
GONE_MS = 10000
LINGER_MS = 500
_BURST = 64
_LAST_S = 0.2

Post = Callable[[Event], None]
FindMailbox = Callable[[int, Peer], Mailbox]


@dataclass(frozen=True)
class ZmqOptions:
    """Where to listen, and limits. `curve_dir` None: no keys, for loopback only.

    `secret`: what clients without keys give as their password; "": they need none.
    """

    host: str
    port: int
    pub_port: int
    max_message_bytes: int
    session: str
    curve_dir: Path | None = None
    secret: str = ""


class ZmqTransport:
    """`send` and `publish` are for any thread. Raises PortTaken, BadKeys."""

    def __init__(self, options: ZmqOptions, post: Post, mailbox: FindMailbox) -> None:
        self._options, self._post, self._mailbox = options, post, mailbox
        self._log = LimitedLog(LOG)
        self.dump = False
        self.dropped = 0
        self._running = False
        self.turned_s = time.monotonic()
        self._context = zmq.Context()
        self._outgoing, self._topics, self._events = Outgoing(), Topics(), Events()
        self._stalled: dict[bytes, int] = {}
        self._wake, self._woken = socket.socketpair()
        self._auth: Authenticator | None = None
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
        self._pub = self._context.socket(zmq.XPUB)
        options = self._options
        self._prepare()
        self.port = _bind(self._router, options.host, options.port, "--zmq-port")
        self.pub_port = _bind(self._pub, options.host, options.pub_port, "--pub-port")

    def _prepare(self) -> None:
        self._router.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self._router.setsockopt(zmq.RCVHWM, MAX_WAITING)
        self._router.setsockopt(zmq.SNDHWM, MAX_UNSENT)
        self._router.setsockopt(zmq.MAXMSGSIZE, self._options.max_message_bytes)
        self._pub.setsockopt(zmq.SNDHWM, MAX_PIECES)
        self._pub.setsockopt(zmq.MAXMSGSIZE, MAX_TOPIC_BYTES)
        for one in (self._router, self._pub):
            one.setsockopt(zmq.LINGER, LINGER_MS)
            one.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MS)
            one.setsockopt(zmq.HEARTBEAT_TIMEOUT, GONE_MS)
            one.setsockopt(zmq.IPV6, int(":" in self._options.host))
        both = (self._router, self._pub)
        self._auth = guard(self._context, both, self._options.curve_dir, self._options.secret)

    def start(self) -> None:
        """Start serving."""
        self._running = True
        self._thread.start()

    def stop(self) -> None:
        """Send what can be sent at once, and close."""
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
            unguard(self._auth)
        self._outgoing.close()
        self._context.term()
        self._wake.close()
        self._woken.close()

    # Any thread.

    def send(self, peer: Peer, reply: Reply, msg_id: int = 0, taken: Taken | None = None) -> None:
        """Send a reply. `taken` is called once: the peer's connection has it, or it is dropped."""
        if not isinstance(peer.address, bytes):
            return
        audio = isinstance(reply, AudioReply)
        if audio:
            self.publish(reply)  # the lossy monitor
        frames = encode_reply(reply, msg_id, self._options.session)
        self._leave(peer.address, frames, taken, audio)

    def publish(self, reply: Reply) -> None:
        """Send a reply to all subscribers; where there is none, nothing is encoded."""
        topic = topic_of(reply)
        if topic and self._topics.wanted(topic):
            for one in pieces(reply):
                if not self._events.put([topic, *encode_reply(one, 0, self._options.session)]):
                    self.dropped += 1
                    break
            self._nudge()

    def heartbeat(self, peers: set[Peer]) -> None:
        """Find out which of these peers have disconnected; PeerGone follows."""
        for peer in peers:
            self.send(peer, Heartbeat())

    def catch_up(self) -> None:
        """Log what the limit on log lines has left out; call it now and then.

        Also whether nobody can get in any more. The serving thread turns.
        """
        self._log.catch_up()
        self._nudge()
        if self._auth is not None and not self._auth.is_alive():
            FAULTS.lose(keeper_lost())

    def _leave(
        self, where: bytes, frames: list[bytes], taken: Taken | None = None, audio: bool = False
    ) -> None:
        if self._outgoing.put(where, frames, time.monotonic(), taken, audio):
            self._nudge()
            return
        self.dropped += 1
        self._log.warning(
            "replies to peers that do not read", "dropped a reply: peer %s is not reading",
            where.hex(),
        )  # fmt: skip

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
        poller.register(self._pub, zmq.POLLIN)
        poller.register(self._woken.fileno(), zmq.POLLIN)
        while self._running:
            self.turned_s = time.monotonic()
            pause_s = self._outgoing.pause_s(time.monotonic(), GONE_MS / 1000.0)
            poller.poll(int(1000 * pause_s) + (pause_s > 0))
            contained("ZeroMQ subscriptions", self._hear_subscribers)
            contained("ZeroMQ input", self._receive)
            contained("ZeroMQ output", self._send_all)
        contained("ZeroMQ output", self._send_last)

    def _send_last(self) -> None:
        """What can be sent within a moment; peers that do not read are not waited for."""
        limit_s = time.monotonic() + _LAST_S
        self._send_all()
        while self._outgoing.waiting_bytes and time.monotonic() < limit_s:
            time.sleep(0.001)
            self._send_all()

    def _hear_subscribers(self) -> None:
        for _ in range(_BURST):
            try:
                self._topics.hear(self._pub.recv(zmq.NOBLOCK))
            except zmq.Again:
                return

    def _send_all(self) -> None:
        try:
            while self._woken.recv(4096):
                pass
        except BlockingIOError:
            pass
        while (event := self._events.take()) is not None:
            self._pub.send_multipart(event)
        done = self._outgoing.send(self._hand, time.monotonic())
        for identity in done.lost:
            self._lost(identity)
        self._stalled.update(done.stalled)
        if self._stalled:
            self._report_stalled()

    def _hand(self, where: bytes, frames: list[bytes]) -> Held | None:
        """Give a message to the peer's connection; None if it has no room. Raises PeerLost."""
        parts = [zmq.Frame(one, track=True, copy=False) if len(one) >= TRACKED_BYTES else one
                 for one in frames]  # fmt: skip
        try:
            self._router.send_multipart([where, *parts], zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return None
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            raise PeerLost from error
        large = [one for one in parts if isinstance(one, zmq.Frame)]
        return _Tracked(large) if large else Held()

    def _report_stalled(self) -> None:
        """Tell the session; if it is too busy now, the next round tells it again."""
        for identity, waiting_bytes in list(self._stalled.items()):
            self._log.warning(
                "peers that do not read",
                "peer %s does not read: %d bytes dropped", identity.hex(), waiting_bytes,
            )  # fmt: skip
            with suppress(Busy, Stopped):
                self._post(Stalled(Peer("zmq", identity), waiting_bytes))
                del self._stalled[identity]

    def _lost(self, identity: bytes) -> None:
        text = "peer %s has disconnected"
        self._log.log(logging.INFO, "peers that have gone", text, identity.hex())
        # If the session is too busy now, the next heartbeat reports it again.
        with suppress(Busy, Stopped):
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
            self._read_header(peer, header, frames[2:], len(frames[1]))
        except BridgeError as error:
            self.send(peer, fail(envelope.type, error, details=details), envelope.msg_id)

    def _check_size(self, frames: list[bytes]) -> None:
        size, most = sum(map(len, frames)), self._options.max_message_bytes
        if size > most:
            raise TooLarge(f"a message of {size} bytes", f"at most {most}", "Send smaller blocks.")

    def _read_header(
        self, peer: Peer, header: dict[str, object], buffers: list[bytes], size_bytes: int
    ) -> None:
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
            self._post(Received(peer, envelope.msg_id, request, size_bytes=size_bytes))

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


class _Tracked(Held):
    """Frames that ZeroMQ holds without a copy, until the system has taken their bytes."""

    def __init__(self, frames: list[zmq.Frame]) -> None:
        self.size = sum(len(one) for one in frames)
        self._tracker = zmq.MessageTracker(*frames)

    @property
    def done(self) -> bool:
        """Whether ZeroMQ holds none of them any more."""
        return bool(self._tracker.done)


def _audio_details(header: dict[str, object]) -> tuple[tuple[str, int], ...]:
    """Stream and seq of audio that is refused, as far as they are readable."""
    if header.get("type") != "audio":
        return ()
    found = ((name, header.get(name)) for name in ("stream", "seq"))
    return tuple((name, one) for name, one in found if type(one) is int and abs(one) < 2**63)


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
