"""The thread of one ZeroMQ stream, and its bounded inbox.

Overflow: a block beyond the credit is refused with `busy` and not taken; the sender sends it again.
Everything that is taken is answered, in order. A block's credit is given back when its answer is
taken by the owner's connection, and while MAX_UNSENT_BYTES of answers wait for that, no further
block is computed.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from daw_bridge.containment import contained, watched
from daw_bridge.errors import BridgeError, Busy, Discontinuity, Internal, OurError, Stopped
from daw_bridge.server.streams.engine import StreamEngine
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import AudioReply, Reply, ResetReply, fail
from daw_bridge.wire.requests import Close, Flush, StreamRequest, command_of
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import EngineError

MAX_REQUESTS = 32
"""Most flushes, resets and closes that wait beside the blocks."""

MAX_UNSENT_BYTES = 16 * 2**20
"""Bytes of answers that wait for the owner to read, before the stream waits, too."""

_NEW = -1
_BROKEN = -2

Taken = Callable[[], None]
Answer = Callable[[Peer, Reply, int, Taken], None]
"""Sends a reply; Taken is called once, when the peer's connection has it or it is dropped."""
Ended = Callable[[int, str, int], None]
"""(stream, reason, msg_id of the `close` that asked for it, or 0)"""


@dataclass(frozen=True)
class _Item:
    msg_id: int
    what: AudioBlock | StreamRequest

    @property
    def command(self) -> str:
        return "audio" if isinstance(self.what, AudioBlock) else command_of(self.what)


class Mailbox:
    """Feeds an engine with one peer's messages. Thread-safe but for `_run` and what it calls."""

    def __init__(self, engine: StreamEngine, owner: Peer, answer: Answer, ended: Ended) -> None:
        self.engine, self.owner = engine, owner
        self._stream, self._credit = engine.info.stream, engine.info.credit
        self._answer, self._ended = answer, ended
        self._items: deque[_Item] = deque()
        self._blocks = self._unsent_bytes = 0
        self._stopping = ""
        self._reset_wanted = False
        self._lock = threading.Condition()
        self._seq, self._sample = 0, _NEW
        name = f"daw-bridge stream {self._stream}"
        self._thread = watched(name, self._run, again=False, failed=self._failed)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, msg_id: int, what: AudioBlock | StreamRequest) -> None:
        """Leave a message. Raises Busy, Stopped."""
        with self._lock:
            if self._stopping:
                raise Stopped(
                    f"stream {self._stream}, which is closing", "an open stream", "Open another."
                )
            audio = isinstance(what, AudioBlock)
            waiting = self._blocks if audio else len(self._items) - self._blocks
            most = self._credit if audio else MAX_REQUESTS
            if waiting >= most:
                raise Busy(
                    f"{waiting} messages of stream {self._stream} unanswered",
                    f"at most {most} (the credit that `open` gave)",
                    "Wait for an answer, then send this one again.",
                )
            self._blocks += audio
            self._items.append(_Item(msg_id, what))
            self._lock.notify()

    def reset(self) -> None:
        """Start over with the next block, as another peer asked; `seq` goes on."""
        self._reset_wanted = True

    def stop(self, reason: str) -> None:
        """End the stream; waiting messages are answered with `stopped`. Returns at once."""
        with self._lock:
            self._stopping = self._stopping or reason
            self._lock.notify()
        self.engine.abandon()

    def join(self) -> None:
        """Wait for the thread's end."""
        self._thread.join()

    # The stream's thread.

    def _run(self) -> None:
        close = 0
        while (item := self._take()) is not None:
            if isinstance(item.what, Close):
                close = item.msg_id
                break
            problem = contained(
                "%s of stream %d", partial(self._do, item), item.command, self._stream
            )
            if problem is not None:
                self._seq = _BROKEN
                self._fail(item, problem)
        self._end(close)

    def _failed(self, error: Internal) -> None:
        """An error outside of any message: the stream ends, and its owner hears why."""
        with self._lock:
            self._stopping = self._stopping or error.seen
        self._end(0)

    def _end(self, close: int) -> None:
        with self._lock:
            self._stopping = reason = self._stopping or "close"
            left, self._items = list(self._items), deque()
        for item in left:
            error = Stopped(f"the stream has ended ({reason})", "an open one", "Open another.")
            self._fail(item, error)
        contained("stopping the engine", self.engine.stop)
        self._ended(self._stream, reason, close)

    def _take(self) -> _Item | None:
        with self._lock:
            while self._must_wait():
                self._lock.wait()
            if self._stopping:
                return None
            return self._items.popleft()

    def _must_wait(self) -> bool:
        idle = not self._items or self._unsent_bytes >= MAX_UNSENT_BYTES
        return idle and not self._stopping

    def _do(self, item: _Item) -> None:
        try:
            reply = self._handled(item.what)
        except (BridgeError, EngineError) as error:
            if isinstance(error, EngineError):
                self._seq = _BROKEN
            self._fail(item, error)
        else:
            self._send(item, reply)

    def _send(self, item: _Item, reply: Reply) -> None:
        size = reply.audio.nbytes if isinstance(reply, AudioReply) else 0
        with self._lock:
            self._unsent_bytes += size
        self._answer(self.owner, reply, item.msg_id, partial(self._taken, item, size))

    def _taken(self, item: _Item, size: int) -> None:
        """The owner's connection has the answer: the block's credit is free again."""
        with self._lock:
            self._blocks -= isinstance(item.what, AudioBlock)
            self._unsent_bytes -= size
            self._lock.notify()

    def _handled(self, what: AudioBlock | StreamRequest) -> Reply:
        if isinstance(what, AudioBlock):
            self._check_order(what)
            if self._reset_wanted:
                self._reset_wanted = False
                self.engine.reset()
            reply = self.engine.process(what)
            self._seq, self._sample = what.seq + 1, what.start_sample + what.samples
            return reply
        if isinstance(what, Flush):
            flushed = self.engine.flush()
            self._seq, self._sample = 0, _NEW
            return flushed
        self.engine.reset()
        self._seq, self._sample = 0, _NEW
        return ResetReply(self._stream)

    def _check_order(self, block: AudioBlock) -> None:
        if block.discontinuity:
            return
        if self._seq == _BROKEN:
            raise Discontinuity(
                f"block {block.seq} after an error", "a reset first", "Send reset, then seq 0."
            )
        in_place = self._sample in (_NEW, block.start_sample)
        if block.seq != self._seq or not in_place:
            at = "" if self._sample == _NEW else f" at sample {self._sample}"
            raise Discontinuity(
                f"block {block.seq} at sample {block.start_sample}",
                f"block {self._seq}{at}",
                "Send from there, or mark the block as a discontinuity to start over.",
            )

    def _fail(self, item: _Item, error: OurError) -> None:
        details: tuple[tuple[str, int], ...] = ()
        if isinstance(item.what, AudioBlock):
            details = (("stream", self._stream), ("seq", item.what.seq))
            if self._seq >= 0:
                details += (("expected_seq", self._seq),)
        reply = fail(item.command, error, details=details)
        self._send(item, reply)
