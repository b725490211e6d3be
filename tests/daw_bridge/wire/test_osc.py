"""OSC datagrams, addresses and replies, without a network."""

from __future__ import annotations

import dataclasses
import struct
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from daw_bridge.errors import BadMessage, BridgeError, UnknownRequest
from daw_bridge.settings.parameters import PREFIX, STREAM_PARAMETERS
from daw_bridge.wire.osc_packets import MAX_TEXT, OscCall, build_message, read_datagram
from daw_bridge.wire.osc_replies import encode_reply
from daw_bridge.wire.osc_requests import COMMANDS, read_call
from daw_bridge.wire.replies import AudioReply, FailReply, Heartbeat, HelloReply, Reply
from daw_bridge.wire.requests import Get, Notify, Reset, Separate, Set, Sync
from tests.rigs.wire import health, replies

WORDS = st.text("abcdefghijklmnopqrstuvwxyz/_<>0123456789", max_size=30)
ARGUMENTS = st.lists(
    st.one_of(
        st.integers(-(2**31), 2**31 - 1),
        st.floats(width=32, allow_nan=False),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    ),
    max_size=6,
)


def messages(data: bytes) -> list[OscCall | BridgeError]:
    return list(read_datagram(data))


@given(WORDS, ARGUMENTS)
def test_messages_survive_the_wire(word: str, arguments: list[int | float | str]) -> None:
    (call,) = messages(build_message("/" + word, tuple(arguments)))
    assert call == OscCall("/" + word, tuple(arguments))


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_errors(data: bytes) -> None:
    for one in messages(data):
        assert isinstance(one, OscCall | BadMessage)


@given(
    st.binary(max_size=100), st.sampled_from([b"/dawbridge/sync\0,i\0\0", b"#bundle\0" + bytes(8)])
)
def test_any_bytes_after_a_good_beginning(data: bytes, head: bytes) -> None:
    for one in messages(head + data):
        assert isinstance(one, OscCall | BadMessage)


@given(st.lists(st.tuples(st.integers(-100, 100), st.binary(max_size=30)), max_size=5))
def test_bundle_elements_of_any_size_end(elements: list[tuple[int, bytes]]) -> None:
    body = b"".join(struct.pack(">i", size) + data for size, data in elements)
    for one in messages(b"#bundle\0" + bytes(8) + body):
        assert isinstance(one, OscCall | BadMessage)


def test_a_negative_element_size_is_refused() -> None:
    good = build_message("/dawbridge/status", ())
    head = b"#bundle\0" + bytes(8) + struct.pack(">i", len(good)) + good
    call, error = messages(head + struct.pack(">i", -4))
    assert call == OscCall("/dawbridge/status")
    assert "element of -4 bytes" in str(error)


def test_nested_bundles_and_future_time_tags_are_done_at_once() -> None:
    inner = OscBundleBuilder(2e9)  # far in the future
    inner.add_content(OscMessageBuilder("/dawbridge/status").build())
    outer = OscBundleBuilder(2e9)
    outer.add_content(inner.build())
    outer.add_content(OscMessageBuilder("/dawbridge/version").build())
    assert messages(outer.build().dgram) == [
        OscCall("/dawbridge/status"), OscCall("/dawbridge/version"),
    ]  # fmt: skip


def test_bundles_too_deep_or_too_many_are_refused() -> None:
    deep = build_message("/a", ())
    for _ in range(20):
        deep = b"#bundle\0" + bytes(8) + struct.pack(">i", len(deep)) + deep
    (error,) = messages(deep)
    assert "deep" in str(error)
    one = struct.pack(">i", 4) + b"/a\0\0"
    many = messages(b"#bundle\0" + bytes(8) + 2000 * one)
    assert isinstance(many[-1], BadMessage) and len(many) < 2000


@pytest.mark.parametrize("tag", ["b", "t", "N", "I", "[ii]", "c", "q"])
def test_types_that_python_osc_would_drop_are_refused(tag: str) -> None:
    data = b"/dawbridge/model\0\0\0\0," + tag.encode() + bytes(8)
    data = data[: len(data) // 4 * 4]
    (error,) = messages(data)
    assert isinstance(error, BadMessage)
    assert "types i, f and s" in str(error)


def test_true_and_64_bit_numbers_are_taken_as_numbers() -> None:
    builder = OscMessageBuilder("/dawbridge/bypass")
    builder.add_arg(True)
    assert messages(builder.build().dgram) == [OscCall("/dawbridge/bypass", (1,))]


def test_bytes_that_are_no_text() -> None:
    (error,) = messages(b"/\xff\xfe\0")
    assert isinstance(error, BadMessage)


def test_long_texts_are_cut() -> None:
    (call,) = messages(build_message("/a", ("x\0" * 5000,)))
    assert isinstance(call, OscCall)
    assert len(str(call.arguments[0])) == MAX_TEXT


def call(address: str, *arguments: int | float | str) -> OscCall:
    return OscCall(PREFIX + address, arguments)


def test_requests() -> None:
    assert read_call(call("/notify", 1)) == Notify(True)
    assert read_call(call("/notify", 0, 9000)) == Notify(False, 9000)
    assert read_call(call("/sync", 4.0)) == Sync(4)
    assert read_call(call("/model")) == Get(("model",))
    assert read_call(call("/stream/3/refine/steps", 2)) == Set((("refine/steps", 2),), 3)
    assert read_call(call("/stem/drums/gain", -6.0)) == Set((("stem/drums/gain", -6.0),))
    assert read_call(call("/stream/2/reset")) == Reset(2)
    wanted = Separate(7, "in.wav", "out", (("steps", 4), ("stems", "drums")))
    assert read_call(call("/separate", 7, "in.wav", "out", "steps", 4, "stems", "drums")) == wanted


@pytest.mark.parametrize("one", STREAM_PARAMETERS, ids=lambda one: one.name)
def test_every_parameter_can_be_asked_and_set_in_any_stream(one: object) -> None:
    name = one.name.replace("<name>", "drums")  # type: ignore[attr-defined]
    assert read_call(call("/" + name)) == Get((name,))
    assert read_call(call("/stream/9/" + name, 1)) == Set(((name, 1),), 9)


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_arguments_show_the_usage(name: str) -> None:
    with pytest.raises(BadMessage) as caught:
        read_call(call("/" + name, "x", "y", "z", 1, 2, 3, "one too many"))
    assert COMMANDS[name][0] in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["/", "/dawbridge", "/dawbridge/", "/dawbridge/nothing", "/other/model",
     "/dawbridge/stem/drums", "/dawbridge/stream/2/notify", "/dawbridge/stream/2",
     "/dawbridge/model/x"],
)  # fmt: skip
def test_unknown_addresses_say_what_there_is(address: str) -> None:
    with pytest.raises(UnknownRequest, match="refine/steps"):
        read_call(OscCall(address))


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "1.5", "²", "99999999999"])
def test_bad_stream_numbers(number: str) -> None:
    with pytest.raises(BridgeError, match="from 1"):
        read_call(OscCall(f"/dawbridge/stream/{number}/model"))


@given(WORDS, ARGUMENTS)
def test_any_call_is_a_request_or_an_error(word: str, arguments: list[int | float | str]) -> None:
    try:
        read_call(OscCall(PREFIX + "/" + word, tuple(arguments)))
    except BridgeError as error:
        assert error.expected


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
