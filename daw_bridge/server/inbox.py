"""What the session has yet to handle: results of work first, then each peer's messages in turn.

Every peer has a lane of its own and is served one message in a round, so that a flood of one keeps
nobody else waiting. Peers that have been heard less than twice share one turn in two, and at most
MAX_NEW of them wait, then all of the one that has waited for longest is refused: a flood from ever
new ports keeps those that are known waiting no longer than others do.

Lanes are bounded in bytes, and a message counts for LEAST_BYTES at least; so their number is
bounded, too. Overflow: in a full lane a message that makes an earlier one idle takes its place, in
one more than half full that of the last; otherwise it is refused with Busy. Where all lanes
together are full, the fullest one gives up its newest messages to a peer with less. Results wait
for room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from daw_bridge.errors import Busy, Stopped

LEAST_BYTES = 2**13
MAX_LANE_BYTES = 2**22
MAX_LANE = MAX_LANE_BYTES // LEAST_BYTES
MAX_ALL_BYTES = 2**25
MAX_ALL = MAX_ALL_BYTES // LEAST_BYTES
MAX_RESULTS = 4096
MAX_NEW = 128
MAX_KNOWN = 512
"""Most peers that are known; the one that has sent nothing for longest is forgotten."""

T = TypeVar("T")
Supersede = Callable[[T, T], "T | None"]
"""(newer, older) -> the newer one that also stands for the older one, or None.

Of a message and itself it is None only where the message stands for no other.
"""


def had_to_make_room() -> Busy:
    """Why a message that had been taken in is refused."""
    return Busy("too many messages waiting", "fewer", "Send it again later.")


@dataclass
class _Lane(Generic[T]):
    """One peer's messages, each with what it counts for, in bytes."""

    waiting: deque[tuple[T, int]] = field(default_factory=deque)
    bytes: int = 0


class Inbox(Generic[T]):
    """Thread-safe; one thread takes. `refused` and `superseded` count what was not taken in."""

    def __init__(self, supersede: Supersede[T]) -> None:
        self._supersede = supersede
        self._more = threading.Condition()
        self._results: deque[T] = deque()
        self._lanes: dict[Hashable, _Lane[T]] = {}
        self._turns: deque[Hashable] = deque()
        self._newcomers: deque[Hashable] = deque()
        self._new_next = False
        self._known: OrderedDict[Hashable, None] = OrderedDict()
        self._once: OrderedDict[Hashable, None] = OrderedDict()
        self._count = self._bytes = 0
        self._ended = False
        self.refused = self.superseded = self.dropped = 0

    def __len__(self) -> int:
        return len(self._results) + self._count

    def put(self, peer: Hashable, message: T, size: int) -> list[T]:
        """Take a message of a peer in; returns the others that had to make room.

        Raises Busy, Stopped; then nothing has changed.
        """
        size = max(size, LEAST_BYTES)
        with self._more:
            if self._ended:
                raise Stopped("a request while the server ends", "a running one", "Start it again.")
            gone: list[T] = []
            lane = self._lanes.get(peer) or _Lane()
            newer = self._in_place_of_last(lane, message, size)
            if newer is not None:
                message = newer
            elif lane.bytes + size > MAX_LANE_BYTES:
                message = self._in_place_of(lane, message, size)
            else:
                self._check_room(lane, size)
                if peer not in self._lanes and peer not in self._known:
                    gone = self._admit_newcomer()
                gone += self._make_room(size)
            if peer not in self._lanes:
                self._lanes[peer] = lane
                self._queue(peer)
            lane.waiting.append((message, size))
            self._add(lane, 1, size)
            self._more.notify()
            return gone

    def _admit_newcomer(self) -> list[T]:
        """Where too many new peers wait, the messages of the one that has waited longest."""
        if len(self._newcomers) < MAX_NEW:
            return []
        lane = self._lanes.pop(self._newcomers.popleft())
        self._add(lane, -len(lane.waiting), -lane.bytes)
        self.refused += len(lane.waiting)
        return [message for message, _ in lane.waiting]

    def _queue(self, peer: Hashable) -> None:
        (self._turns if peer in self._known else self._newcomers).append(peer)

    def _hear(self, peer: Hashable) -> None:
        """A message of this peer is served: after the second one it is known."""
        known = peer in self._known or peer in self._once
        for one in (self._known, self._once):
            one.pop(peer, None)
        heard = self._known if known else self._once
        heard[peer] = None
        if len(heard) > MAX_KNOWN:
            heard.popitem(last=False)

    def _in_place_of_last(self, lane: _Lane[T], message: T, size: int) -> T | None:
        """The message, in a lane more than half full, where it makes the last one idle.

        So a dial alone never fills a lane, and what else its peer asks has room.
        """
        if lane.bytes + size <= MAX_LANE_BYTES // 2 or not lane.waiting:
            return None
        older, older_size = lane.waiting[-1]
        newer = self._supersede(message, older) if size <= older_size else None
        if newer is not None:
            lane.waiting.pop()
            self._add(lane, -1, -older_size)
            self.superseded += 1
        return newer

    def _in_place_of(self, lane: _Lane[T], message: T, size: int) -> T:
        """The message, in a lane from which one that it supersedes is gone. Raises Busy."""
        busy = f"{len(lane.waiting)} messages of yours waiting"
        if self._supersede(message, message) is None:  # it stands for none
            raise self._busy(busy)
        for at, (older, older_size) in enumerate(lane.waiting):
            newer = self._supersede(message, older)
            if newer is not None and size <= older_size:
                del lane.waiting[at]
                self._add(lane, -1, -older_size)
                self.superseded += 1
                return newer
        raise self._busy(busy)

    def _check_room(self, lane: _Lane[T], size: int) -> None:
        """Raises Busy if there is no room, and no lane that has to make it."""
        full = self._bytes + size > MAX_ALL_BYTES
        if full and self._lanes[self._fullest()].bytes <= lane.bytes + size:
            raise self._busy(f"{self._count} messages waiting")

    def _make_room(self, size: int) -> list[T]:
        """The newest messages of the fullest lane, as many as it takes; it loses them."""
        gone = []
        while self._bytes + size > MAX_ALL_BYTES:
            peer = self._fullest()
            lane = self._lanes[peer]
            message, its_size = lane.waiting.pop()
            self._add(lane, -1, -its_size)
            self.refused += 1
            gone.append(message)
            if not lane.waiting:
                del self._lanes[peer]
                (self._turns if peer in self._turns else self._newcomers).remove(peer)
        return gone

    def _fullest(self) -> Hashable:
        return max(self._lanes, key=lambda peer: self._lanes[peer].bytes)

    def _busy(self, seen: str) -> Busy:
        self.refused += 1
        return Busy(seen, "fewer", "Send this one again later.")

    def _add(self, lane: _Lane[T], count: int, size: int) -> None:
        lane.bytes += size
        self._bytes += size
        self._count += count

    def put_result(self, result: T, timeout_s: float) -> bool:
        """Take a result in; False if there was no room in time."""
        with self._more:
            if not self._more.wait_for(lambda: len(self._results) < MAX_RESULTS, timeout_s):
                return False
            self._results.append(result)
            self._more.notify_all()
            return True

    @property
    def crowded(self) -> bool:
        """Whether results have to wait for room soon."""
        return len(self._results) >= MAX_RESULTS // 2

    def take(self, timeout_s: float) -> T | None:
        """The next one; None if there is none in time."""
        limit_s = monotonic() + timeout_s
        with self._more:
            while not self._results and not self._turns and not self._newcomers:
                if not self._more.wait(max(0.0, limit_s - monotonic())):
                    return None
            if self._results:
                self._more.notify_all()
                return self._results.popleft()
            return self._next_of_a_peer()

    def _next_of_a_peer(self) -> T:
        new = bool(self._newcomers) and (self._new_next or not self._turns)
        self._new_next = not new
        peer = (self._newcomers if new else self._turns).popleft()
        lane = self._lanes[peer]
        message, size = lane.waiting.popleft()
        self._add(lane, -1, -size)
        self._hear(peer)
        self._rest(peer)
        return message

    def _rest(self, peer: Hashable) -> None:
        """The peer's turn is over: it queues again, if something of it waits."""
        if self._lanes[peer].waiting:
            self._queue(peer)
        else:
            del self._lanes[peer]

    def end(self) -> None:
        """Drop all messages of peers, and take no more; results are still taken."""
        with self._more:
            self._ended = True
            self.dropped = self._count
            self._lanes.clear()
            self._turns.clear()
            self._newcomers.clear()
            self._count = self._bytes = 0
            self._more.notify_all()
