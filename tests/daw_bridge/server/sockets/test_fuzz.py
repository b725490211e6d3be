"""Rubbish on every port: each message is answered, and the server still serves."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daw_bridge.wire.osc_packets import build_message
from tests.rigs.server import Running, serving
from tests.rigs.sounds import noise

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving() as one:
        yield one


def still_serves(running: Running) -> None:
    with running.osc() as end:
        end.send("/dawbridge/version")
        assert end.wait("/dawbridge/version.reply")[1] == 1
    with running.client() as client:
        mix = noise(2, 500)
        assert client.separate(mix, 44100)["residual"].shape == mix.shape


@FEW
@given(st.binary(min_size=1, max_size=300))
def test_osc_bytes(running: Running, data: bytes) -> None:
    with running.osc() as end:
        end.raw(data)
        end.settle()
        assert data.startswith((b"/dawbridge", b"#bundle")) or any(
            call.address == "/dawbridge/fail" for call in end.calls
        )


VALUES = st.one_of(
    st.integers(-(2**31), 2**31 - 1),
    st.floats(width=32),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)
NAMES = st.sampled_from(
    ["notify", "status", "sync", "dump", "auth", "separate", "generate", "cancel", "model",
     "refine/steps", "block/hop", "bypass", "stem/drums/gain", "stream/1/reset", "stream/9/model",
     "residual/to"]
)  # fmt: skip


@FEW
@given(NAMES, st.lists(VALUES, max_size=4))
def test_osc_arguments(running: Running, name: str, arguments: list[int | float | str]) -> None:
    with running.osc() as end:
        if name == "notify" and len(arguments) > 1:
            arguments = arguments[:1]  # do not have answers sent to somebody else's port
        end.raw(build_message(f"/dawbridge/{name}", tuple(arguments)))
        end.send("/dawbridge/notify", 0)
        end.send("/dawbridge/dump", 0)
        end.settle()


@FEW
@given(st.lists(st.binary(max_size=100), min_size=1, max_size=4))
def test_zmq_frames(running: Running, frames: list[bytes]) -> None:
    with running.dealer() as end:
        end.raw(b"x" + frames[0], *frames[1:])
        assert end.receive()[0]["code"] == "bad_message"


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)
TYPES = st.sampled_from(
    ["hello", "open", "flush", "reset", "close", "set", "get", "separate", "generate", "cancel",
     "status", "version", "models", "sync", "audio", "nothing"]
)  # fmt: skip
BUFFERS = st.lists(st.binary(max_size=40), max_size=2)
FIELDS = st.sampled_from(
    ["rate_hz", "channels", "stream", "seq", "shape", "values", "names", "req", "number",
     "start_sample", "known", "mode"]
)  # fmt: skip


@FEW
@given(
    TYPES, st.dictionaries(FIELDS, JSON, max_size=5), st.lists(st.binary(max_size=40), max_size=2)
)
def test_zmq_headers(
    running: Running, kind: str, fields: dict[str, object], buffers: list[bytes]
) -> None:
    with running.dealer() as end:
        header = {"type": kind, "msg_id": 6, **fields}
        end.raw(b"DWB1", json.dumps(header).encode(), *buffers)
        answer, _ = end.receive()
        assert answer["msg_id"] == 6
        if answer["type"] == "open.reply":
            assert end.ask("close", stream=answer["stream"])["type"] == "close.reply"


@FEW
@given(st.binary(max_size=200))
def test_bytes_that_are_not_even_zmq(running: Running, data: bytes) -> None:
    for port in (running.ready.zmq_port, running.ready.pub_port):
        with socket.create_connection(("127.0.0.1", port), 5) as one:
            one.sendall(data)


def test_the_server_still_serves(running: Running) -> None:
    still_serves(running)
