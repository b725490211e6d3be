"""What waits to be sent to each ZeroMQ peer, and how much its connection already holds.

A message goes to the connection while that holds at most IN_SOCKET_BYTES that the peer has not
read; what it holds is seen from the frames that ZeroMQ has not let go of. The rest waits here, in
order. Overflow: an answer to audio always finds room, as a stream makes no more of them than may
wait (see `mailbox.py`); any other message is refused beyond the bounds below. A peer that has taken
nothing for STALLED_S while audio waits for it is stalled: this audio is dropped, and what comes
from then on, until it reads again. Other messages stay, so that it learns why.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

IN_SOCKET_BYTES = 4 * 2**20
"""Most bytes of a peer within its connection; one message, however large, always goes."""

MAX_MESSAGES = 2048
MAX_BYTES = 8 * 2**20
"""Most messages, and their bytes, that wait for one peer beside the answers to its audio."""

MAX_ALL_BYTES = 128 * 2**20
"""The same of all peers; beyond it, only peers for which nothing waits get more."""

STALLED_S = 10.0
SLOWEST_BYTES_PER_S = 1_000_000
"""A peer may take that long for a message, and longer for a large one."""

_SOONEST_S, _LATEST_S = 0.001, 0.02

Taken = Callable[[], None]
"""Told once, when the connection has taken the message or it has been dropped."""
Hand = Callable[[bytes, list[bytes]], "Held | None"]
"""Gives a message to a peer's connection; None if that has no room. Raises PeerLost."""


class Held:
    """A message that the connection holds: `size` bytes until `done`."""

    size = 0

    @property
    def done(self) -> bool:
        """Whether the peer's connection has let go of it."""
        return True


class PeerLost(Exception):
    """The peer has disconnected."""


@dataclass
class _Message:
    frames: list[bytes]
    size: int
    taken: Taken | None
    audio: bool


@dataclass
class _Queue:
    """One peer's. `since_s`: of its last progress."""

    waiting: deque[_Message] = field(default_factory=deque)
    held: deque[Held] = field(default_factory=deque)
    bytes: int = 0
    others: int = 0
    other_bytes: int = 0
    since_s: float = 0.0
    next_s: float = 0.0
    pause_s: float = _SOONEST_S
    stalled: bool = False

    @property
    def patience_s(self) -> float:
        """How long the peer may take for what its connection holds, or for what is next."""
        size = sum(one.size for one in self.held) or self.waiting[0].size
        return STALLED_S + size / SLOWEST_BYTES_PER_S

    def drop_audio(self) -> list[_Message]:
        """The audio that waits, which waits no more."""
        dropped = [one for one in self.waiting if one.audio]
        self.waiting = deque(one for one in self.waiting if not one.audio)
        self.bytes -= sum(one.size for one in dropped)
        return dropped


@dataclass(frozen=True)
class Sent:
    """What a round of sending has come to."""

    lost: tuple[bytes, ...] = ()
    stalled: tuple[tuple[bytes, int], ...] = ()
    """Peers that have just been found stalled, with the bytes of audio that were dropped."""


class Outgoing:
    """`put` is for any thread, `send` for the one that owns the sockets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[bytes, _Queue] = {}
        self._other_bytes = 0

    @property
    def waiting_bytes(self) -> int:
        """Bytes that wait for all peers."""
        with self._lock:
            return sum(one.bytes for one in self._queues.values())

    def put(
        self, peer: bytes, frames: list[bytes], now_s: float,
        taken: Taken | None = None, audio: bool = False,
    ) -> bool:  # fmt: skip
        """Let a message wait for its turn; False if it was dropped for want of room."""
        message = _Message(frames, sum(map(len, frames)), taken, audio)
        with self._lock:
            queue = self._queues.setdefault(peer, _Queue(since_s=now_s))
            kept = self._has_room(queue, message)
            if kept:
                if not queue.waiting:
                    queue.since_s, queue.next_s = now_s, now_s
                self._count(queue, message, 1)
                queue.waiting.append(message)
        if not kept and taken is not None:
            taken()
        return kept

    def _has_room(self, queue: _Queue, message: _Message) -> bool:
        if message.audio:
            return not queue.stalled
        if queue.others >= MAX_MESSAGES or queue.other_bytes + message.size > MAX_BYTES:
            return not queue.others
        return not queue.others or self._other_bytes + message.size <= MAX_ALL_BYTES

    def _count(self, queue: _Queue, message: _Message, sign: int) -> None:
        queue.bytes += sign * message.size
        if not message.audio:
            queue.others += sign
            queue.other_bytes += sign * message.size
            self._other_bytes += sign * message.size

    def send(self, hand: Hand, now_s: float) -> Sent:
        """Give to the connections what they have room for."""
        with self._lock:
            due = [peer for peer, one in self._queues.items() if one.next_s <= now_s]
        lost, stalled = [], []
        for peer in due:
            try:
                dropped = self._send_to(peer, hand, now_s)
            except PeerLost:
                self._forget(peer)
                lost.append(peer)
                continue
            if dropped is not None:
                stalled.append((peer, dropped))
        return Sent(tuple(lost), tuple(stalled))

    def _send_to(self, peer: bytes, hand: Hand, now_s: float) -> int | None:
        """Send to one peer; the bytes dropped if it is found stalled, else None."""
        queue = self._queues[peer]
        moved = self._let_go(queue)
        while queue.waiting and self._fits(queue):
            message = queue.waiting[0]
            held = hand(peer, message.frames)
            if held is None:
                break
            moved = True
            with self._lock:
                queue.waiting.popleft()
                self._count(queue, message, -1)
            if not held.done:
                queue.held.append(held)
            if message.taken is not None:
                message.taken()
        if moved:
            queue.since_s, queue.pause_s, queue.stalled = now_s, _SOONEST_S, False
        return self._rest(peer, queue, now_s)

    def _let_go(self, queue: _Queue) -> bool:
        """Forget what the connection holds no longer; whether there was any."""
        before = len(queue.held)
        while queue.held and queue.held[0].done:
            queue.held.popleft()
        return len(queue.held) < before

    def _fits(self, queue: _Queue) -> bool:
        held = sum(one.size for one in queue.held)
        return not held or held + queue.waiting[0].size <= IN_SOCKET_BYTES

    def _rest(self, peer: bytes, queue: _Queue, now_s: float) -> int | None:
        """Say when to come again; give up a peer that takes nothing."""
        with self._lock:
            if not queue.waiting and not queue.held:
                del self._queues[peer]
                return None
            queue.next_s = now_s + queue.pause_s
            queue.pause_s = min(2 * queue.pause_s, _LATEST_S)
            if queue.bytes == queue.other_bytes or now_s - queue.since_s < queue.patience_s:
                return None
            queue.stalled, queue.since_s = True, now_s
            dropped = queue.drop_audio()
        _tell(dropped)
        return sum(one.size for one in dropped)

    def _forget(self, peer: bytes) -> None:
        """Drop all that waits for a peer."""
        with self._lock:
            queue = self._queues.pop(peer)
            self._other_bytes -= queue.other_bytes
        _tell(queue.waiting)

    def pause_s(self, now_s: float, longest_s: float) -> float:
        """How long the sending thread may wait before it calls `send` again."""
        with self._lock:
            soonest = min((one.next_s for one in self._queues.values()), default=now_s + longest_s)
        return min(max(0.0, soonest - now_s), longest_s)

    def close(self) -> None:
        """Drop everything."""
        for peer in list(self._queues):
            self._forget(peer)


def _tell(messages: Iterable[_Message]) -> None:
    """These have been dropped."""
    for one in messages:
        if one.taken is not None:
            one.taken()
