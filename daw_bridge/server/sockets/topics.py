"""What is published, to whom it is of use, in which pieces, and what waits to be published.

A subscriber's connection holds at most MAX_PIECES messages, and no message is larger than
PIECE_BYTES: a subscriber that does not read costs at most their product. What it misses is lost.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from daw_bridge.wire.replies import (
    AudioReply,
    ClosedReply,
    Reply,
    StreamHealth,
    StreamInfo,
    ValuesReply,
)

PIECE_BYTES = 2**16
MAX_PIECES = 512
MAX_EVENTS = 4096
MAX_EVENT_BYTES = 2**25
"""Most events, and their bytes, that wait to be published."""
MOST_PREFIXES = 1024
"""Most different subscriptions that are told apart; beyond them everything counts as wanted."""

KINDS: dict[type, str] = {
    AudioReply: "audio",
    StreamHealth: "meters",
    StreamInfo: "stream",
    ClosedReply: "closed",
    ValuesReply: "values",
}


def topic_of(reply: Reply) -> bytes:
    """The event's topic: its kind and its stream; empty for what is not published."""
    kind = KINDS.get(type(reply))
    return b"" if kind is None else f"{kind}/{getattr(reply, 'stream', 0)}".encode()


def pieces(reply: Reply) -> Iterator[Reply]:
    """The reply; audio that is larger in several, each beginning where the last one ended."""
    if not isinstance(reply, AudioReply):
        yield reply
        return
    audio = reply.audio
    samples, total = audio.shape[-1], audio.nbytes
    most = max(1, samples * PIECE_BYTES // total) if total > PIECE_BYTES else max(1, samples)
    for at in range(0, max(1, samples), most):
        yield replace(
            reply,
            start_sample=reply.start_sample + at,
            audio=audio[..., at : at + most],
            final=reply.final and at + most >= samples,
        )


class Topics:
    """The prefixes that somebody has subscribed to. One thread writes, any thread reads."""

    def __init__(self) -> None:
        self._prefixes: frozenset[bytes] = frozenset()
        self._everything = False

    def hear(self, message: bytes) -> None:
        """A message of an XPUB socket: 1 or 0, and the prefix that is wanted or not any more."""
        prefix = message[1:]
        if message[:1] == b"\1":
            self._everything = self._everything or len(self._prefixes) >= MOST_PREFIXES
            if not self._everything:
                self._prefixes |= {prefix}
        elif message[:1] == b"\0":
            self._prefixes -= {prefix}

    def wanted(self, topic: bytes) -> bool:
        """Whether somebody has subscribed to this topic."""
        return self._everything or topic.startswith(tuple(self._prefixes))


class Events:
    """Encoded events that wait for the thread that publishes. For any thread.

    Overflow: the newest is refused.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[list[bytes]] = deque()
        self._bytes = 0

    def put(self, frames: list[bytes]) -> bool:
        """Let it wait; False where there is no room."""
        size = sum(map(len, frames))
        with self._lock:
            if len(self._waiting) >= MAX_EVENTS or self._bytes + size > MAX_EVENT_BYTES:
                return False
            self._waiting.append(frames)
            self._bytes += size
            return True

    def take(self) -> list[bytes] | None:
        """The oldest; None where none waits."""
        with self._lock:
            if not self._waiting:
                return None
            frames = self._waiting.popleft()
            self._bytes -= sum(map(len, frames))
            return frames
