"""A stream as the client sees it: blocks in, stems out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from daw_bridge.client.link import Got, Link
from daw_bridge.errors import BadChannels, RemoteError, Stopped
from daw_bridge.wire.replies import AudioReply, ClosedReply, FailReply, StreamInfo
from daw_bridge.wire.requests import Close, Flush, Reset
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.types import Audio

_RETRY_S = 0.005
_AGAIN = ("busy", "discontinuity")


@dataclass(frozen=True)
class Stems:
    """One answer: audio (outputs, channels, n) and the input position of its first sample."""

    names: tuple[str, ...]
    audio: Audio
    start_sample: int
    latency_samples: int

    def __getitem__(self, name: str) -> Audio:
        """One output, (channels, n)."""
        found: Audio = self.audio[self.names.index(name)]
        return found

    @property
    def samples(self) -> int:
        """n."""
        return int(self.audio.shape[-1])

    def as_dict(self) -> dict[str, Audio]:
        """Name -> (channels, n)."""
        return {name: self[name] for name in self.names}


@dataclass
class _Sent:
    block: AudioBlock
    msg_id: int  # 0: was refused, and is to be sent again


class ClientStream:
    """An open stream; a context manager that closes it. Not thread-safe, like its client.

    A `sync` stream returns every sample once, contiguous from position 0: some with each block, the
    rest with `flush`. A `live` stream answers each block at once with a block of the same length,
    `latency_samples` late.
    """

    def __init__(self, link: Link, info: StreamInfo) -> None:
        self._link, self.info = link, info
        self._sent: deque[_Sent] = deque()
        self._seq = self._sample = 0
        self._jumped = False
        self._open = True

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs; the last one is `residual`."""
        return self.info.outputs

    @property
    def latency_samples(self) -> int:
        """The declared latency at opening; each answer carries the current one."""
        return self.info.latency_samples

    @property
    def unanswered(self) -> int:
        """Blocks sent and not answered yet."""
        return len(self._sent)

    def process(self, mix: ArrayLike, known: Mapping[str, ArrayLike] | None = None) -> Stems:
        """Send a block, (channels, n) float32, and wait for its answer.

        Raises RemoteError, NoAnswer, BadChannels.
        """
        self.send(mix, known)
        while self.unanswered > 1:
            self.receive()
        return self.receive()

    def send(self, mix: ArrayLike, known: Mapping[str, ArrayLike] | None = None) -> None:
        """Send a block. Raises RemoteError `busy` if `info.credit` blocks are unanswered."""
        if not self._open:
            raise Stopped(f"stream {self.info.stream} is closed", "an open one", "Open another.")
        if self.unanswered >= self.info.credit:
            raise RemoteError("busy", f"{self.unanswered} blocks unanswered: receive() some first")
        signals = self._signals(mix, known or {})
        block = AudioBlock(self.info.stream, self._seq, self._sample, signals, self._jumped)
        self._sent.append(_Sent(block, self._link.send_block(block)))
        self._seq += 1
        self._sample += block.samples
        self._jumped = False

    def _signals(self, mix: ArrayLike, known: Mapping[str, ArrayLike]) -> tuple[Audio, ...]:
        if set(known) != set(self.info.known):
            raise BadChannels(
                f"known stems {sorted(known)}", f"{sorted(self.info.known)}", "Give them all."
            )
        signals = [np.asarray(mix, np.float32)]
        signals += [np.asarray(known[name], np.float32) for name in self.info.known]
        shape = (self.info.channels, signals[0].shape[-1] if signals[0].ndim else 0)
        if any(one.shape != shape for one in signals) or not shape[1]:
            raise BadChannels(
                f"blocks of {', '.join(str(one.shape) for one in signals)}",
                f"({self.info.channels}, n) each, of one length of at least 1",
                "Give (channels, samples).",
            )
        return tuple(signals)

    def receive(self) -> Stems:
        """Wait for the answer to the oldest unanswered block. Raises RemoteError, NoAnswer.

        A block that the server refuses for its content raises, and does not count as sent.
        """
        while True:
            self._send_again()
            got = self._link.wait_for("stream", self.info.stream)
            if isinstance(got.reply, AudioReply):
                self._sent.popleft()
                return _stems(got.reply)
            self._refused(got)

    def _send_again(self) -> None:
        """If every unanswered block was refused for lack of room, send them again, in order."""
        if self._sent and not any(one.msg_id for one in self._sent):
            time.sleep(_RETRY_S)
            for one in self._sent:
                one.msg_id = self._link.send_block(one.block)

    def _refused(self, got: Got) -> None:
        """Mark a block to be sent again, or raise."""
        reply = got.reply
        if isinstance(reply, ClosedReply):
            self._open = False
            raise Stopped(f"the stream has ended: {reply.reason}", "an open one", "Open another.")
        if not isinstance(reply, FailReply):
            return
        mine = next((one for one in self._sent if one.msg_id == got.msg_id), None)
        first = self._sent[0].block.seq if self._sent else -1
        expected = dict(reply.details).get("expected_seq", first)
        if mine is not None and reply.code in _AGAIN and expected == first:
            mine.msg_id = 0
            return
        if mine is not None:
            self._take_back(mine)
        raise RemoteError(reply.code, reply.message)

    def _take_back(self, mine: _Sent) -> None:
        """The server did not take this block: the next one takes its place."""
        self._sent.remove(mine)
        if not self._sent:
            self._seq, self._sample = mine.block.seq, mine.block.start_sample

    def flush(self) -> Stems:
        """The rest of the audio (sync streams); afterwards the stream starts over.

        Answers still due to `send` come first, joined to it.
        """
        parts = [self.receive() for _ in range(self.unanswered)]
        reply = self._link.ask_long(Flush(self.info.stream))
        assert isinstance(reply, AudioReply)
        parts.append(_stems(reply))
        self._seq = self._sample = 0
        return join(parts)

    def reset(self) -> None:
        """Start over after a transport jump. The next block is at position 0."""
        self._drain()
        self._link.ask_long(Reset(self.info.stream))
        self._seq = self._sample = 0

    def jump(self, start_sample: int) -> None:
        """Start over at this position with the next block, without waiting for an answer."""
        self._sample, self._jumped = start_sample, True

    def _drain(self) -> None:
        while self.unanswered:
            self.receive()

    def close(self) -> None:
        """End the stream."""
        if self._open and not self._link.closed:
            self._open = False
            self._link.ask_long(Close(self.info.stream))
            self._link.forget("stream", self.info.stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _stems(reply: AudioReply) -> Stems:
    return Stems(reply.outputs, reply.audio, reply.start_sample, reply.latency_samples)


def join(parts: list[Stems]) -> Stems:
    """Consecutive answers as one."""
    if len(parts) == 1:
        return parts[0]
    audio = np.concatenate([one.audio for one in parts], axis=-1)
    first = parts[0]
    return Stems(first.names, audio, first.start_sample, parts[-1].latency_samples)
