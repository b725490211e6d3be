"""ZeroMQ headers and audio, without a network."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadMessage, BridgeError, TooLarge, UnknownRequest
from daw_bridge.wire import MARK
from daw_bridge.wire.records import MAX_HEADER_BYTES
from daw_bridge.wire.replies import AudioReply, Reply
from daw_bridge.wire.requests import Request
from daw_bridge.wire.zmq_audio import (
    AudioBlock,
    decode_audio_reply,
    decode_block,
    encode_block,
)
from daw_bridge.wire.zmq_replies import encode_reply, read_reply
from daw_bridge.wire.zmq_requests import (
    TYPES,
    Envelope,
    check_frames,
    encode_header,
    encode_request,
    read_envelope,
    read_request,
    rough_envelope,
)
from tests.rigs.wire import replies, requests

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
FIELD_NAMES = st.sampled_from(
    ["stream", "seq", "start_sample", "shape", "dtype", "discontinuity", "rate_hz", "channels",
     "mode", "preset", "known", "block_samples", "values", "names", "req", "source", "out_dir",
     "options", "number", "on", "msg_id", "session", "version"]
)  # fmt: skip


def read(frames: list[bytes]) -> tuple[Envelope, Request]:
    envelope, fields = read_envelope(check_frames(frames))
    return envelope, read_request(envelope, fields)


@pytest.mark.parametrize("request_", requests(), ids=lambda one: type(one).__name__)
def test_requests_survive_the_wire(request_: Request) -> None:
    envelope, found = read(encode_request(request_, 12, "run"))
    assert found == request_
    assert (envelope.msg_id, envelope.session) == (12, "run")


def test_every_type_has_a_sample() -> None:
    kinds = {type(one).__name__.lower() for one in requests()}
    assert kinds | {"audio"} == set(TYPES)


@pytest.mark.parametrize("reply", replies(), ids=lambda one: type(one).__name__)
def test_replies_survive_the_wire(reply: Reply) -> None:
    frames = encode_reply(reply, 12, "run")
    envelope, fields = read_envelope(check_frames(frames))
    assert (envelope.type, envelope.msg_id) == (reply.TYPE, 12)
    if isinstance(reply, AudioReply):
        found = decode_audio_reply(fields, frames[2:])
        assert np.array_equal(found.audio, reply.audio)
        assert found.__dict__ | {"audio": None} == reply.__dict__ | {"audio": None}
    else:
        assert read_reply(envelope.type, fields) == reply


def test_a_reply_of_a_later_server_is_left_alone() -> None:
    frames = [MARK, encode_header("later.news", 1, "", {"x": 1})]
    envelope, fields = read_envelope(check_frames(frames))
    assert read_reply(envelope.type, fields) is None


@given(st.lists(st.binary(max_size=60), max_size=4))
def test_any_frames_are_refused_in_words(frames: list[bytes]) -> None:
    with pytest.raises(BadMessage):
        check_frames([MARK, *frames[:1]] if frames[1:] else frames)


@given(st.binary(max_size=300))
def test_any_header_bytes_give_an_object_or_an_error(data: bytes) -> None:
    try:
        assert isinstance(check_frames([MARK, data]), dict)
    except BadMessage as error:
        assert error.expected


@given(st.sampled_from(TYPES), st.dictionaries(FIELD_NAMES, JSON, max_size=6))
def test_any_fields_give_a_request_or_an_error(kind: str, fields: dict[str, object]) -> None:
    header = {"type": kind, **fields}
    data = json.dumps(header).encode()
    try:
        parsed = check_frames([MARK, data])
        assert rough_envelope(parsed).type == kind
        envelope, rest = read_envelope(parsed)
        if kind == "audio":
            decode_block(rest, [bytes(8)])
        else:
            read_request(envelope, rest)
    except BridgeError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[1]", "a JSON object"),
        (b'{"type": NaN}', "not JSON"),
        (b"[" * 60000, "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b" " * (MAX_HEADER_BYTES + 1), "bytes"),
    ],
)
def test_bad_headers(data: bytes, why: str) -> None:
    with pytest.raises(BadMessage, match=why):
        check_frames([MARK, data])


def header(**fields: object) -> list[bytes]:
    return [MARK, json.dumps(fields).encode()]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"type": "hello", "version": 2}, "version 2"),
        ({"version": 1}, "without type"),
        ({"type": "hello", "extra": 1}, "'extra'"),
        ({"type": "open", "channels": 2}, "without rate_hz"),
        ({"type": "open", "rate_hz": "fast", "channels": 2}, "rate_hz 'fast'"),
        ({"type": "open", "rate_hz": 768_001, "channels": 2}, "rate_hz 768001"),
        ({"type": "open", "rate_hz": 1, "channels": 2, "block_samples": 2**20 + 1}, "block_samp"),
        ({"type": "open", "rate_hz": 48000, "channels": 0}, "channels 0"),
        ({"type": "open", "rate_hz": 48000, "channels": 2, "mode": "fast"}, "one of sync, live"),
        ({"type": "open", "rate_hz": 48000, "channels": 2, "known": "drums"}, "known 'drums'"),
        ({"type": "set"}, "without values"),
        ({"type": "set", "values": {"model": None}}, "model None"),
        ({"type": "get", "stream": 0}, "stream 0"),
        ({"type": "get", "stream": True}, "stream True"),
        ({"type": "separate", "req": 1, "source": "a"}, "without out_dir"),
        ({"type": "hello", "msg_id": -1}, "msg_id -1"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, object], why: str) -> None:
    with pytest.raises(BadMessage, match=why):
        read(header(**fields))


def test_unknown_type_lists_those_there_are() -> None:
    with pytest.raises(UnknownRequest, match="hello, open, flush"):
        read(header(type="sing"))


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
