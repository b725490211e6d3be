"""ZeroMQ headers to requests and back, without a network."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadMessage, BridgeError, UnknownRequest
from daw_bridge.wire import MARK
from daw_bridge.wire.records import MAX_HEADER_BYTES
from daw_bridge.wire.requests import Request
from daw_bridge.wire.zmq_audio import (
    decode_block,
)
from daw_bridge.wire.zmq_requests import (
    TYPES,
    Envelope,
    check_frames,
    encode_request,
    read_envelope,
    read_request,
    rough_envelope,
)
from tests.rigs.wire import requests

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
