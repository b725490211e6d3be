"""Audio over ZeroMQ: a header with the buffers' shape, and one buffer of `<f4` per signal.

A request's buffers are the mix and then the known stems in the order of `open`; a reply's are the
outputs in the order of its `outputs`. Each is (channels, n), channel after channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daw_bridge.errors import TooLarge
from daw_bridge.wire import MARK
from daw_bridge.wire.fields import INT64_MAX, Fields, bad
from daw_bridge.wire.replies import Audio, AudioReply
from daw_bridge.wire.zmq_requests import MAX_BLOCK_SAMPLES, MAX_STREAM, encode_header

DTYPE = "<f4"
MAX_CHANNELS = 64
MAX_BUFFERS = 65


@dataclass(frozen=True)
class AudioBlock:
    """A block of a stream: `signals` are the mix and the known stems, (channels, n) float32.

    `seq` counts the stream's blocks from 0; `start_sample` is the first sample's position.
    `discontinuity`: what came before is to be forgotten, and counting begins here.
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


def decode_block(fields: Fields, buffers: Sequence[bytes]) -> AudioBlock:
    """A block from its header's fields and buffers. Raises BadMessage, TooLarge."""
    stream = fields.integer("stream", 1, MAX_STREAM, 1)
    seq = fields.integer("seq")
    start = fields.integer("start_sample", 0, INT64_MAX // 2)
    shape = fields.integers("shape")
    fields.text("dtype", DTYPE, (DTYPE,))
    discontinuity = fields.flag("discontinuity", False)
    fields.finish()
    return AudioBlock(stream, seq, start, _signals(shape, buffers), discontinuity)


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
    fields: dict[str, object] = {
        "stream": block.stream,
        "seq": block.seq,
        "start_sample": block.start_sample,
        "dtype": DTYPE,
        "shape": list(block.signals[0].shape),
        "discontinuity": block.discontinuity,
    }
    return [MARK, encode_header("audio", msg_id, session, fields), *map(_bytes, block.signals)]


def encode_audio_reply(reply: AudioReply, msg_id: int, session: str) -> list[bytes]:
    """[mark, header, one buffer per output] of a reply."""
    fields: dict[str, object] = {
        "stream": reply.stream,
        "seq": reply.seq,
        "start_sample": reply.start_sample,
        "rate_hz": reply.rate_hz,
        "latency_samples": reply.latency_samples,
        "dtype": DTYPE,
        "shape": list(reply.audio.shape[1:]),
        "outputs": list(reply.outputs),
        "final": reply.final,
    }
    return [MARK, encode_header(reply.TYPE, msg_id, session, fields), *map(_bytes, reply.audio)]


def decode_audio_reply(fields: Fields, buffers: Sequence[bytes]) -> AudioReply:
    """A reply from its header's fields and buffers, for the client. Raises BadMessage."""
    stream, seq = fields.integer("stream"), fields.integer("seq")
    start = fields.integer("start_sample", -INT64_MAX)
    rate_hz, latency = fields.integer("rate_hz"), fields.integer("latency_samples")
    fields.text("dtype", DTYPE, (DTYPE,))
    shape, outputs = fields.integers("shape"), fields.texts("outputs")
    final = fields.flag("final", False)
    if len(shape) != 2 or len(buffers) != len(outputs):
        raise bad(f"{len(buffers)} buffers of shape {list(shape)}", f"{len(outputs)} of [c, n]")
    if any(len(one) != 4 * shape[0] * shape[1] for one in buffers):
        raise bad("buffers of another size than their shape", f"{list(shape)} {DTYPE}")
    joined = np.frombuffer(b"".join(buffers), DTYPE).reshape(len(outputs), *shape)
    return AudioReply(stream, seq, start, rate_hz, latency, outputs, joined, final)


def _bytes(signal: Audio) -> bytes:
    return np.ascontiguousarray(signal, DTYPE).tobytes()
