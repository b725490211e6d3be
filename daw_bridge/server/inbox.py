"""What the session has yet to handle: results of work first, then each peer's messages in turn.

Every peer has a lane of its own and is served one message in a round, so that a flood of one keeps
nobody else waiting. Peers that have been heard less than twice share one turn in two, and at most
MAX_NEW of them wait, then the one that has waited for longest is refused: a flood from ever new
ports keeps those that are known waiting no longer than others do.

Overflow: in a full lane a message that makes an earlier one idle takes its place; otherwise it is
refused with Busy. Where all lanes together are full, the longest one gives up its newest message to
a peer with fewer. Results wait for room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from daw_bridge.errors import Busy, Stopped

MAX_LANE = 512
MAX_LANE_BYTES = 2**22
MAX_ALL = 4096
MAX_ALL_BYTES = 2**25
MAX_RESULTS = 4096
MAX_NEW = 128
MAX_KNOWN = 512
"""Most peers that are known; the one that has sent nothing for longest is forgotten."""

T = TypeVar("T")
Supersede = Callable[[T, T], "T | None"]
"""(newer, older) -> the newer one that also stands for the older one, or None.

Of a message and itself it is None only where the message stands for no other.
"""


@dataclass
class _Lane(Generic[T]):
    waiting: deque[tuple[T, int]] = field(default_factory=deque)
    bytes: int = 0

    def full(self, size: int) -> bool:
        return len(self.waiting) >= MAX_LANE or self.bytes + size > MAX_LANE_BYTES


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

    def put(self, peer: Hashable, message: T, size: int) -> T | None:
        """Take a message of a peer in; returns another that had to make room, if one had to.

        Raises Busy, Stopped.
        """
        with self._more:
            if self._ended:
                raise Stopped("a request while the server ends", "a running one", "Start it again.")
            gone = None
            if peer not in self._lanes and peer not in self._known:
                gone = self._admit_newcomer()
            lane = self._lanes.get(peer) or _Lane()
            if lane.full(size):
                message = self._in_place_of(lane, message)
            elif gone is None and (self._count >= MAX_ALL or self._bytes + size > MAX_ALL_BYTES):
                gone = self._make_room(lane)
            if not lane.waiting:
                self._lanes[peer] = lane
                self._queue(peer)
            lane.waiting.append((message, size))
            self._add(lane, 1, size)
            self._more.notify()
            return gone

    def _admit_newcomer(self) -> T | None:
        """Where too many new peers wait, the first message of the one that has waited longest."""
        if len(self._newcomers) < MAX_NEW:
            return None
        self.refused += 1
        peer = self._newcomers.popleft()
        message, size = self._lanes[peer].waiting.popleft()
        self._add(self._lanes[peer], -1, -size)
        self._rest(peer)
        return message

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

    def _in_place_of(self, lane: _Lane[T], message: T) -> T:
        """The message, in a lane from which one that it supersedes is gone. Raises Busy."""
        if self._supersede(message, message) is None:  # it stands for none
            raise self._busy(f"{len(lane.waiting)} messages of yours waiting")
        for at, (older, size) in enumerate(lane.waiting):
            newer = self._supersede(message, older)
            if newer is not None:
                del lane.waiting[at]
                self._add(lane, -1, -size)
                self.superseded += 1
                return newer
        raise self._busy(f"{len(lane.waiting)} messages of yours waiting")

    def _make_room(self, lane: _Lane[T]) -> T:
        """The newest message of the longest lane, which loses it. Raises Busy."""
        longest = max(self._lanes.values(), key=lambda one: len(one.waiting))
        if len(longest.waiting) <= len(lane.waiting) + 1:
            raise self._busy(f"{self._count} messages waiting")
        self.refused += 1
        message, size = longest.waiting.pop()
        self._add(longest, -1, -size)
        return message

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
