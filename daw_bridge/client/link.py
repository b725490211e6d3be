"""The client's one socket: sends requests and sorts the replies. Not thread-safe."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import zmq

from daw_bridge.errors import BadKeys, BadMessage, NoAnswer, RemoteError, Stopped
from daw_bridge.wire.keys import PLAIN_NAME, client_keys
from daw_bridge.wire.replies import (
    AudioReply,
    FailReply,
    Heartbeat,
    HelloReply,
    JobDone,
    JobFail,
    JobNotice,
    JobProgress,
    JobStem,
    Reply,
)
from daw_bridge.wire.requests import Hello, Request, command_of
from daw_bridge.wire.secret import check_secret
from daw_bridge.wire.zmq_replies import read_reply
from daw_bridge.wire.zmq_requests import check_frames, encode_request, read_envelope

if TYPE_CHECKING:
    from daw_bridge.wire.zmq_audio import AudioBlock

HEARTBEAT_MS = 2000
GONE_MS = 10000
LINGER_MS = 500
MAX_UNREAD = 4096
"""Most unsolicited messages kept per stream or job; the oldest are dropped."""


Topic = tuple[str, int]


def _kept() -> deque[Got]:
    return deque(maxlen=MAX_UNREAD)


@dataclass(frozen=True)
class Got:
    """One message from the server."""

    msg_id: int
    reply: Reply


@dataclass(frozen=True)
class Access:
    """How a server lets a client in: by two key files, by a secret, or without either."""

    secret_key: str | Path = ""
    server_key: str | Path = ""
    secret: str = ""

    def prepare(self, one: zmq.Socket[bytes], endpoint: str) -> None:
        """Set a socket up for this endpoint, before it connects. Raises BadKeys."""
        one.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MS)
        one.setsockopt(zmq.HEARTBEAT_TIMEOUT, GONE_MS)
        one.setsockopt(zmq.IPV6, int("[" in endpoint))
        if bool(self.secret_key) != bool(self.server_key):
            raise BadKeys(
                "one key of two",
                "the client's secret key and the server's public key",
                "Give both.",
            )
        if self.secret_key and self.secret:
            raise BadKeys("keys and a secret", "one of the two", "Give what the server wants.")
        if self.secret:
            check_secret(self.secret)
            one.plain_username, one.plain_password = PLAIN_NAME.encode(), self.secret.encode()
        if self.secret_key:
            keys = client_keys(Path(self.secret_key), Path(self.server_key))
            one.curve_publickey, one.curve_secretkey = keys.public, keys.secret
            one.curve_serverkey = keys.server


class Link:
    """A DEALER socket to one server. `timeout_s` holds for every answer."""

    def __init__(
        self, endpoint: str, timeout_s: float, secret_key: str | Path, server_key: str | Path,
        secret: str = "",
    ) -> None:  # fmt: skip
        self.endpoint, self.timeout_s = endpoint, timeout_s
        self.access = Access(secret_key, server_key, secret)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._last = 0
        self._answers: dict[int, Reply] = {}
        self._wanted: set[int] = set()
        self._announced: defaultdict[Topic, deque[Got]] = defaultdict(_kept)
        self._session = ""
        try:
            self._prepare()
            self._socket.connect(endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise NoAnswer(
                f"endpoint {endpoint!r} ({error.strerror})", "such as tcp://127.0.0.1:17122",
                "Check it.",
            ) from error  # fmt: skip
        except BadKeys:
            self.close()
            raise

    def _prepare(self) -> None:
        one = self._socket
        one.setsockopt(zmq.LINGER, LINGER_MS)
        one.setsockopt(zmq.SNDTIMEO, int(1000 * self.timeout_s))
        self.access.prepare(one, self.endpoint)

    def close(self) -> None:
        """Close the socket; queued messages are still sent."""
        if not self._socket.closed:
            self._socket.close()
            self._context.term()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return bool(self._socket.closed)

    def hello(self) -> HelloReply:
        """Find the server. Raises NoAnswer if there is none."""
        reply = self.ask(Hello())
        if not isinstance(reply, HelloReply):
            raise _odd(reply)
        return reply

    # Asking.

    def ask(self, request: Request, timeout_s: float | None = None) -> Reply:
        """Send a request and wait for its answer. Raises RemoteError, NoAnswer."""
        msg_id = self.send(request)
        return self.answer(msg_id, command_of(request), timeout_s)

    def ask_long(self, request: Request) -> Reply:
        """Like `ask`, but waits for long work as long as the server answers at all."""
        msg_id = self.send(request)
        while msg_id not in self._answers:
            if not self.receive(self.timeout_s):
                self.hello()
        return self.answer(msg_id, command_of(request))

    def send(self, request: Request) -> int:
        """Send a request; `answer` waits for its reply."""
        msg_id = self._next()
        self._wanted.add(msg_id)
        self._put(encode_request(request, msg_id, self._session))
        return msg_id

    def send_block(self, block: AudioBlock) -> int:
        """Send audio; its results are announced for its stream, with this number."""
        from daw_bridge.wire.zmq_audio import encode_block  # numpy: for audio alone

        msg_id = self._next()
        self._put(encode_block(block, msg_id, self._session))
        return msg_id

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _put(self, frames: list[bytes]) -> None:
        if self._socket.closed:
            raise Stopped("a closed client", "an open one", "Make a new one.")
        # No poll before: a server that refuses our keys may drop the connection after it.
        try:
            self._socket.send_multipart(frames)
        except zmq.Again as error:
            raise self._silent("room in the send queue") from error

    def answer(self, msg_id: int, what: str, timeout_s: float | None = None) -> Reply:
        """The answer to a message. Raises RemoteError, NoAnswer."""
        limit = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        while msg_id not in self._answers:
            if not self.receive(limit - time.monotonic()):
                self._wanted.discard(msg_id)
                raise self._silent(f"an answer to {what}")
        reply = self._answers.pop(msg_id)
        if isinstance(reply, FailReply):
            raise RemoteError(reply.code, reply.message)
        return reply

    def _silent(self, what: str) -> NoAnswer:
        return NoAnswer(
            f"no answer from {self.endpoint} in {self.timeout_s:g} s",
            what,
            "Is the server running (`daw-bridge serve`), and is this its ZeroMQ port? A missing or "
            "wrong key or secret looks the same.",
        )

    # Sorting.

    def receive(self, timeout_s: float) -> bool:
        """Wait for one message and file it; False if none came in time."""
        if self._socket.closed:
            raise Stopped("a closed client", "an open one", "Make a new one.")
        if not self._socket.poll(max(0, int(1000 * timeout_s)), zmq.POLLIN):
            return False
        frames = self._socket.recv_multipart()
        envelope, fields = read_envelope(check_frames(frames))
        self._session = envelope.session
        if envelope.type == AudioReply.TYPE:
            from daw_bridge.wire.zmq_audio import decode_audio_reply

            self._file(envelope.msg_id, decode_audio_reply(fields, frames[2:]))
            return True
        reply = read_reply(envelope.type, fields)
        if reply is not None and not isinstance(reply, Heartbeat):
            self._file(envelope.msg_id, reply)
        return True

    def _file(self, msg_id: int, reply: Reply) -> None:
        if msg_id in self._wanted:
            self._wanted.discard(msg_id)
            self._answers[msg_id] = reply
        else:
            self._announced[_topic(reply)].append(Got(msg_id, reply))

    def announced(self, what: str, number: int) -> deque[Got]:
        """Unsolicited messages about a `stream` or a `job`."""
        return self._announced[what, number]

    def forget(self, what: str, number: int) -> None:
        """Drop the messages about it."""
        self._announced.pop((what, number), None)

    def wait_for(self, what: str, number: int) -> Got:
        """The next message about it, however long it takes while the server answers at all.

        Raises NoAnswer.
        """
        while not self.announced(what, number):
            if not self.receive(self.timeout_s):
                self.hello()
        return self.announced(what, number).popleft()


def _topic(reply: Reply) -> Topic:
    """What a message is about."""
    if isinstance(reply, JobProgress | JobNotice | JobStem | JobDone | JobFail):
        return "job", reply.req
    if isinstance(reply, FailReply):
        return "stream", dict(reply.details).get("stream", 0)
    return "stream", int(getattr(reply, "stream", 0))


def _odd(reply: Reply) -> BadMessage:
    return BadMessage(f"a {reply.TYPE} message", "the answer to what was asked", "Update both.")
