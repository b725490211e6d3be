"""Replies to OSC messages."""

from __future__ import annotations

import dataclasses
from typing import get_args

import numpy as np
import pytest

from daw_bridge.errors import BridgeError
from daw_bridge.settings.parameters import PREFIX
from daw_bridge.wire.osc_packets import OscCall, read_datagram
from daw_bridge.wire.osc_replies import encode_reply
from daw_bridge.wire.replies import AudioReply, FailReply, Heartbeat, HelloReply, Reply
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
    (data,) = encode_reply(FailReply("separate", "bad_file", "why", req=3))
    assert messages(data) == [OscCall("/dawbridge/fail", ("separate", 3, "bad_file", "why"))]


def test_how_the_transport_does_is_told_where_there_is_one() -> None:
    def told(state: str) -> list[object]:
        found = encode_reply(dataclasses.replace(health(), io_state=state))
        return [one for data in found for one in messages(data)]

    assert OscCall(f"{PREFIX}/stream/2/io", ("JACK",)) in told("JACK")
    assert len(told("")) == len(told("JACK")) - 1
