"""Replies to OSC messages."""

from __future__ import annotations

import dataclasses
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BridgeError
from daw_bridge.settings.parameters import PREFIX
from daw_bridge.wire.osc_packets import OscCall, read_datagram
from daw_bridge.wire.osc_replies import encode_reply, fail_within
from daw_bridge.wire.replies import AudioReply, FailReply, Heartbeat, HelloReply, JobFail, Reply
from tests.rigs.wire import health, replies


def messages(data: bytes) -> list[OscCall | BridgeError]:
    return list(read_datagram(data))


@pytest.mark.parametrize("reply", replies(), ids=lambda one: type(one).__name__)
def test_every_reply_has_its_osc_form(reply: Reply) -> None:
    datagrams = encode_reply(reply)
    if isinstance(reply, AudioReply | Heartbeat | HelloReply):
        assert not datagrams
        return
    for data in datagrams:
        (one,) = messages(data)
        assert isinstance(one, OscCall) and one.address.startswith(PREFIX + "/")
    assert datagrams


def test_samples_are_complete() -> None:
    assert {type(one) for one in replies()} == set(get_args(Reply))
    assert all(dataclasses.is_dataclass(one) for one in replies())
    assert any(isinstance(one, AudioReply) and one.audio.dtype == np.float32 for one in replies())


def test_fail_says_command_request_code_and_message() -> None:
    (data,) = encode_reply(FailReply("/dawbridge/model", "bad_value", "why"))
    assert messages(data) == [
        OscCall("/dawbridge/fail", ("/dawbridge/model", 0, "bad_value", "why"))
    ]


@pytest.mark.parametrize(
    ("reply", "address"),
    [
        (JobFail(3, "bad_file", "why"), "/dawbridge/separate"),
        (JobFail(3, "bad_value", "why", "generate"), "/dawbridge/generate"),
        (FailReply("separate", "busy", "why", 3), "/dawbridge/separate"),
        (FailReply("stream", "inference", "why", 3, (("stream", 2),)), "/dawbridge/stream/2"),
        (FailReply("", "bad_message", "why", 3), ""),
    ],
)
def test_fail_names_an_address_also_of_what_came_later(reply: Reply, address: str) -> None:
    (data,) = encode_reply(reply)
    (call,) = messages(data)
    assert isinstance(call, OscCall) and call.arguments[:2] == (address, 3)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=90),
       st.integers(0, 400))  # fmt: skip
def test_an_error_is_cut_to_what_may_be_sent(text: str, most_bytes: int) -> None:
    reply = FailReply("/dawbridge/status", "auth_required", text)
    found = fail_within(reply, most_bytes)
    assert all(len(one) <= most_bytes for one in found)
    assert len(found) == (most_bytes >= 20)
    if found:
        (call,) = messages(found[0])
        assert isinstance(call, OscCall) and call.address == "/dawbridge/fail"
    if most_bytes >= 52:
        assert isinstance(call, OscCall) and call.arguments[2] == "auth_required"


def test_how_the_transport_does_is_told_where_there_is_one() -> None:
    def told(state: str) -> list[object]:
        found = encode_reply(dataclasses.replace(health(), io_state=state))
        return [one for data in found for one in messages(data)]

    assert OscCall(f"{PREFIX}/stream/2/io", ("JACK",)) in told("JACK")
    assert len(told("")) == len(told("JACK")) - 1


def test_how_a_remote_engine_does_is_told_where_there_is_one() -> None:
    def told(**changes: object) -> list[tuple[object, ...]]:
        found = encode_reply(dataclasses.replace(health(), **changes))
        calls = [one for data in found for one in messages(data)]
        return [one.arguments for one in calls if one.address.endswith("/engine")]

    counts = {"engine_missed": 3, "engine_failures": 2, "engine_openings": 1}
    assert told(engine="", **counts) == []
    ((state, *rest, call_ms),) = told(engine="down", engine_call_us=12000.0, **counts)
    assert (state, rest) == ("down", [3, 2, 1]) and call_ms == pytest.approx(12)
