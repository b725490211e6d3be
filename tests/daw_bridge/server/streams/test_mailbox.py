"""A stream's thread: order, credit, and an answer to everything."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from daw_bridge.errors import BadChannels, Busy, Stopped
from daw_bridge.server.streams.mailbox import MAX_REQUESTS, Mailbox, Taken
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import (
    AudioReply,
    FailReply,
    Reply,
    ResetReply,
    StreamHealth,
    StreamInfo,
)
from daw_bridge.wire.requests import Close, Flush, Reset
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import InferenceError
from engines.load import Model
from tests.rigs.wire import health, info

PEER = Peer("zmq", b"a")


class FakeEngine:
    """Answers each block with silence; can be held, and can fail."""

    fault = None

    def __init__(self) -> None:
        self.info: StreamInfo = replace(info(), stream=3, credit=4)
        self.go = threading.Event()
        self.go.set()
        self.error: Exception | None = None
        self.resets = 0
        self.stopped = False

    def process(self, block: AudioBlock) -> AudioReply:
        self.go.wait(10)
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        audio = np.zeros((2, 2, block.samples), np.float32)
        return AudioReply(3, block.seq, block.start_sample, 48000, 223, ("a", "b"), audio)

    def flush(self) -> AudioReply:
        return AudioReply(3, 0, 0, 48000, 223, ("a",), np.zeros((1, 2, 0), np.float32), True)

    def reset(self) -> None:
        self.resets += 1

    def adjust(self, name: str, stem: str, value: Value) -> StreamInfo | None:
        raise NotImplementedError

    def change(self, model: Model, plan: StreamPlan) -> StreamInfo:
        raise NotImplementedError

    def health(self) -> StreamHealth:
        return health()

    def abandon(self) -> None:
        self.abandoned = True

    def stop(self) -> None:
        self.stopped = True


class Rig:
    """A mailbox on a fake engine, and what it answered."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.answers: list[tuple[int, Reply]] = []
        self.ended: list[tuple[int, str, int]] = []
        self._more = threading.Condition()
        self.reads, self.untaken = True, list[Taken]()
        self.box = Mailbox(self.engine, PEER, self._answer, self._end)
        self.box.start()

    def _answer(self, peer: Peer, reply: Reply, msg_id: int, taken: Taken) -> None:
        assert peer == PEER
        with self._more:
            self.answers.append((msg_id, reply))
            self._more.notify()
        if self.reads:
            taken()
        else:
            self.untaken.append(taken)

    def _end(self, stream: int, reason: str, close: int) -> None:
        self.ended.append((stream, reason, close))

    def put(self, seq: int, msg_id: int = 0, start: int | None = None, jump: bool = False) -> None:
        block = np.zeros((2, 10), np.float32)
        at = seq * 10 if start is None else start
        self.box.put(msg_id or 100 + seq, AudioBlock(3, seq, at, (block,), jump))

    def wait(self, count: int) -> list[tuple[int, Reply]]:
        with self._more:
            assert self._more.wait_for(lambda: len(self.answers) >= count, 10), self.answers
            return self.answers


@contextmanager
def rigged() -> Iterator[Rig]:
    rig = Rig()
    try:
        yield rig
    finally:
        rig.engine.go.set()
        rig.box.stop("end of the test")
        rig.box.join()


def codes(answers: list[tuple[int, Reply]]) -> list[str]:
    return [one.code if isinstance(one, FailReply) else one.TYPE for _, one in answers]


def test_blocks_are_answered_in_order() -> None:
    with rigged() as rig:
        for seq in range(4):
            rig.put(seq)
        answers = rig.wait(4)
    assert [msg_id for msg_id, _ in answers] == [100, 101, 102, 103]
    assert [one.seq for _, one in answers if isinstance(one, AudioReply)] == [0, 1, 2, 3]


def test_beyond_the_credit_is_busy_and_nothing_is_taken() -> None:
    with rigged() as rig:
        rig.engine.go.clear()
        for seq in range(4):
            rig.put(seq)
        with pytest.raises(Busy, match="at most 4"):
            rig.put(4)
        rig.engine.go.set()
        rig.wait(4)
        rig.put(4)
        assert codes(rig.wait(5)) == ["audio.reply"] * 5


def test_a_missing_block_is_told_with_the_one_expected() -> None:
    with rigged() as rig:
        rig.put(0)
        rig.put(2)
        (_, fail) = rig.wait(2)[1]
        assert isinstance(fail, FailReply) and fail.code == "discontinuity"
        assert dict(fail.details) == {"stream": 3, "seq": 2, "expected_seq": 1}
        rig.put(1)
        assert codes(rig.wait(3))[2] == "audio.reply"


def test_a_jump_in_position_is_a_discontinuity_too() -> None:
    with rigged() as rig:
        rig.put(0)
        rig.put(1, start=500)
        assert codes(rig.wait(2))[1] == "discontinuity"
        rig.put(1, start=500, jump=True)
        rig.put(2, start=510)
        assert codes(rig.wait(4))[2:] == ["audio.reply"] * 2


def test_flush_and_reset_count_anew() -> None:
    with rigged() as rig:
        for what in (Flush(3), Reset(3)):
            rig.put(0)
            rig.box.put(7, what)
        rig.put(0, start=77)
        assert codes(rig.wait(5)) == [
            "audio.reply", "audio.reply", "audio.reply", "reset.reply", "audio.reply",
        ]  # fmt: skip
        assert rig.engine.resets == 1 and isinstance(rig.answers[3][1], ResetReply)


def test_a_foreign_reset_does_not_disturb_the_counting() -> None:
    with rigged() as rig:
        rig.put(0)
        rig.wait(1)
        rig.box.reset()
        rig.put(1)
        assert codes(rig.wait(2)) == ["audio.reply"] * 2
        assert rig.engine.resets == 1


def test_close_ends_it_and_what_waits_is_answered() -> None:
    with rigged() as rig:
        rig.engine.go.clear()
        rig.put(0)
        rig.box.put(9, Close(3))
        rig.put(1)
        rig.engine.go.set()
        rig.box.join()
        assert codes(rig.answers) == ["audio.reply", "stopped"]
        assert rig.ended == [(3, "close", 9)] and rig.engine.stopped
        with pytest.raises(Stopped):
            rig.put(2)


def test_a_stop_from_outside_says_why() -> None:
    with rigged() as rig:
        rig.box.stop("its peer has gone")
        rig.box.join()
        assert rig.ended == [(3, "its peer has gone", 0)]


def test_a_block_that_does_not_fit_takes_nothing() -> None:
    with rigged() as rig:
        rig.engine.error = BadChannels("1", "2", "Send two.")
        rig.put(0)
        rig.put(0)
        assert codes(rig.wait(2)) == ["bad_channels", "audio.reply"]


@pytest.mark.parametrize("error", [InferenceError("a", "b", "c"), ZeroDivisionError("a defect")])
def test_after_a_failed_block_a_reset_is_wanted(error: Exception) -> None:
    with rigged() as rig:
        rig.engine.error = error
        rig.put(0)
        rig.put(1)
        first = "inference" if isinstance(error, InferenceError) else "internal"
        assert codes(rig.wait(2)) == [first, "discontinuity"]
        rig.box.put(5, Reset(3))
        rig.put(0)
        assert codes(rig.wait(4))[2:] == ["reset.reply", "audio.reply"]


def test_credit_is_given_back_when_the_answer_is_taken_and_not_before() -> None:
    with rigged() as rig:
        rig.reads = False
        for seq in range(4):
            rig.put(seq)
        rig.wait(4)
        with pytest.raises(Busy):
            rig.put(4)
        rig.untaken.pop(0)()
        rig.put(4)
        rig.wait(5)
        with pytest.raises(Busy):
            rig.put(5)


def test_no_block_is_computed_while_too_much_waits_to_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daw_bridge.server.streams.mailbox.MAX_UNSENT_BYTES", 2 * 160)
    with rigged() as rig:  # an answer has 2 outputs of 2 channels of 10 samples
        rig.reads = False
        for seq in range(4):
            rig.put(seq)
        rig.wait(2)
        time.sleep(0.05)
        assert len(rig.answers) == 2
        rig.untaken.pop(0)()
        rig.wait(3)
        rig.box.stop("its client does not read")  # and what waits is answered all the same
        rig.box.join()
        assert codes(rig.answers[3:]) == ["stopped"]


def test_a_thread_that_breaks_ends_its_stream_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig.__new__(Rig)
    monkeypatch.setattr(Mailbox, "_take", lambda self: 1 / 0)
    rig.__init__()  # type: ignore[misc]
    rig.box.join()
    ((stream, reason, _),) = rig.ended
    assert stream == 3 and "ZeroDivisionError" in reason and rig.engine.stopped


def test_requests_are_bounded_too() -> None:
    with rigged() as rig:
        rig.engine.go.clear()
        rig.put(0)
        rig.put(1)
        for _ in range(MAX_REQUESTS):
            rig.box.put(1, Reset(3))
        with pytest.raises(Busy):
            rig.box.put(1, Reset(3))
