"""Audio over ZeroMQ: headers with buffers, without a network."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.errors import BadMessage, TooLarge
from daw_bridge.wire.zmq_audio import (
    AudioBlock,
    decode_block,
    encode_block,
)
from daw_bridge.wire.zmq_requests import (
    check_frames,
    read_envelope,
)


def block(**changes: object) -> AudioBlock:
    audio = np.arange(6, dtype=np.float32).reshape(2, 3)
    usual = {"stream": 4, "seq": 9, "start_sample": 27, "signals": (audio, -audio)}
    return AudioBlock(**(usual | changes))  # type: ignore[arg-type]


def block_fields(frames: list[bytes]) -> dict[str, object]:
    return read_envelope(check_frames(frames))[1]


def test_blocks_survive_the_wire() -> None:
    frames = encode_block(block(discontinuity=True), 3)
    found = decode_block(block_fields(frames), frames[2:])
    assert (found.stream, found.seq, found.start_sample, found.discontinuity) == (4, 9, 27, True)
    assert found.samples == 3
    for got, sent in zip(found.signals, block().signals, strict=True):
        assert np.array_equal(got, sent)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [([2, 3], []), ([2, 3], [24, 23]), ([2], [24]), ([0, 3], [0]), ([2, 0], [0]), ([2, 3, 1], [24]),
     ([2, 3], [28])],
)  # fmt: skip
def test_buffers_of_the_wrong_size(shape: list[int], sizes: list[int]) -> None:
    fields = {"seq": 0, "start_sample": 0, "shape": shape}
    with pytest.raises(BadMessage):
        decode_block(fields, [bytes(n) for n in sizes])


@pytest.mark.parametrize(("shape", "buffers"), [([65, 1], 1), ([1, 2**20 + 1], 1), ([1, 1], 66)])
def test_too_large_audio(shape: list[int], buffers: int) -> None:
    fields = {"seq": 0, "start_sample": 0, "shape": shape}
    with pytest.raises(TooLarge):
        decode_block(fields, [b"1234"] * buffers)


def test_other_sample_types_are_refused() -> None:
    fields = {"seq": 0, "start_sample": 0, "shape": [1, 1], "dtype": "<i2"}
    with pytest.raises(BadMessage, match="one of <f4"):
        decode_block(fields, [bytes(2)])
