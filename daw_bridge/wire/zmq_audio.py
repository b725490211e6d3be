"""Audio over ZeroMQ: a header with the buffers' shape, and one buffer of `<f4` per signal.

A request's buffers are the mix and then the known stems in the order of `open`; a reply's are the
outputs in the order of its `outputs`. Each is (channels, n), channel after channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from daw_bridge.errors import TooLarge
from daw_bridge.wire import DEFAULT_STREAM, MARK
from daw_bridge.wire.records import INT64_MAX, Between, OneOf, decode
from daw_bridge.wire.refusals import bad
from daw_bridge.wire.replies import AudioReply
from daw_bridge.wire.requests import MAX_BLOCK_SAMPLES, StreamNumber
from daw_bridge.wire.zmq_requests import encode_header
from engines.types import Audio

DTYPE = "<f4"
MAX_CHANNELS = 64
MAX_BUFFERS = 65
MAX_KNOWN = MAX_BUFFERS - 1
"""Known stems in a block, beside the mix."""


@dataclass(frozen=True, kw_only=True)
class BlockHeader:
    """A block of audio. Its buffers: the mix, then each known stem, (channels, n) float32.

    stream: the stream's number.
    seq: number of the block, from 0.
    start_sample: position of the first sample; where the last block ended, or anywhere in the
        first one.
    dtype: `<f4`: little-endian float32.
    shape: channels and samples of each buffer; channel after channel.
    discontinuity: whether the stream starts over here, with any `seq` and `start_sample`.
    """

    stream: StreamNumber = DEFAULT_STREAM
    seq: int
    start_sample: Annotated[int, Between(0, INT64_MAX // 2)]
    dtype: Annotated[str, OneOf((DTYPE,))] = DTYPE
    shape: tuple[int, ...]
    discontinuity: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyHeader:
    """Stems: the answer to a block, or to a flush. Its buffers: one (channels, n) for each output.

    stream: the stream's number.
    seq: that of the block which this answers; 0 for a flush.
    start_sample: input position of the first sample; below 0 at the beginning of a live stream.
    rate_hz: sample rate of the stream.
    latency_samples: how late the outputs are.
    dtype: `<f4`: little-endian float32.
    shape: channels and samples of each buffer; channel after channel. Samples may be 0.
    outputs: names of the outputs, in the order of the buffers.
    final: whether this answers a flush: nothing is left.
    late_samples: of a live stream, how many of the block's samples came too late to be separated;
        the mix is on the residual in their place.
    """

    stream: int
    seq: int
    start_sample: Annotated[int, Between(-INT64_MAX, INT64_MAX)]
    rate_hz: int
    latency_samples: int
    dtype: Annotated[str, OneOf((DTYPE,))] = DTYPE
    shape: tuple[int, ...]
    outputs: tuple[str, ...]
    final: bool = False
    late_samples: int = 0


@dataclass(frozen=True)
class AudioBlock:
    """A block of a stream: `signals` are the mix and the known stems, (channels, n) float32.

    `seq` counts the stream's blocks from 0; `start_sample` is the first sample's position.
    `discontinuity`: the stream starts over, and counts from here.
    """

    stream: int
    seq: int
    start_sample: int
    signals: tuple[Audio, ...]
    discontinuity: bool = False

    @property
    def samples(self) -> int:
        """Samples per channel."""
        return int(self.signals[0].shape[1])


def decode_block(fields: Mapping[str, object], buffers: Sequence[bytes]) -> AudioBlock:
    """A block from its header's fields and buffers. Raises BadMessage, TooLarge."""
    header = decode(BlockHeader, fields, "audio")
    signals = _signals(header.shape, buffers)
    return AudioBlock(header.stream, header.seq, header.start_sample, signals, header.discontinuity)


def _signals(shape: tuple[int, ...], buffers: Sequence[bytes]) -> tuple[Audio, ...]:
    if len(shape) != 2 or 0 in shape:
        raise bad(f"shape {list(shape)}", "[channels, samples], both at least 1")
    channels, samples = shape
    if channels > MAX_CHANNELS or samples > MAX_BLOCK_SAMPLES or len(buffers) > MAX_BUFFERS:
        raise TooLarge(
            f"{len(buffers)} buffers of {channels} channels and {samples} samples",
            f"at most {MAX_BUFFERS} of {MAX_CHANNELS} and {MAX_BLOCK_SAMPLES}",
            "Send smaller blocks.",
        )
    wanted = 4 * channels * samples
    if not buffers or any(len(one) != wanted for one in buffers):
        sizes = ", ".join(str(len(one)) for one in buffers) or "no"
        raise bad(
            f"buffers of {sizes} bytes for shape {list(shape)}",
            f"the mix and every known stem of the stream, {wanted} bytes each",
        )
    return tuple(np.frombuffer(one, DTYPE).reshape(channels, samples) for one in buffers)


def encode_block(block: AudioBlock, msg_id: int, session: str = "") -> list[bytes]:
    """[mark, header, buffers...] of a block, for the client."""
    header = BlockHeader(
        stream=block.stream,
        seq=block.seq,
        start_sample=block.start_sample,
        shape=block.signals[0].shape,
        discontinuity=block.discontinuity,
    )
    return [MARK, encode_header("audio", msg_id, session, vars(header)), *_bytes(block.signals)]


def encode_audio_reply(reply: AudioReply, msg_id: int, session: str) -> list[bytes]:
    """[mark, header, one buffer per output] of a reply."""
    header = ReplyHeader(
        stream=reply.stream,
        seq=reply.seq,
        start_sample=reply.start_sample,
        rate_hz=reply.rate_hz,
        latency_samples=reply.latency_samples,
        shape=reply.audio.shape[1:],
        outputs=reply.outputs,
        final=reply.final,
        late_samples=reply.late_samples,
    )
    return [MARK, encode_header(reply.TYPE, msg_id, session, vars(header)), *_bytes(reply.audio)]


def decode_audio_reply(fields: Mapping[str, object], buffers: Sequence[bytes]) -> AudioReply:
    """A reply from its header's fields and buffers, for the client. Raises BadMessage."""
    header = decode(ReplyHeader, fields, AudioReply.TYPE, strict=False)
    shape, outputs = header.shape, header.outputs
    if len(shape) != 2 or len(buffers) != len(outputs):
        raise bad(f"{len(buffers)} buffers of shape {list(shape)}", f"{len(outputs)} of [c, n]")
    if any(len(one) != 4 * shape[0] * shape[1] for one in buffers):
        raise bad("buffers of another size than their shape", f"{list(shape)} {DTYPE}")
    audio = np.frombuffer(b"".join(buffers), DTYPE).reshape(len(outputs), *shape)
    return AudioReply(
        header.stream, header.seq, header.start_sample, header.rate_hz, header.latency_samples,
        outputs, audio, header.final, header.late_samples,
    )  # fmt: skip


def _bytes(signals: Iterable[Audio]) -> list[bytes]:
    return [np.ascontiguousarray(one, DTYPE).tobytes() for one in signals]
