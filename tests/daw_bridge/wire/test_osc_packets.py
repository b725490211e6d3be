"""OSC datagrams: bytes to messages and back, without a network."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from daw_bridge.errors import BadMessage, BridgeError
from daw_bridge.settings.parameters import PREFIX
from daw_bridge.wire.osc_packets import AT_ONCE, MAX_TEXT, OscCall, build_message, read_datagram
from tests.rigs.osc_time import time_tag

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
    assert call == OscCall("/dawbridge/status", (), 0)
    assert "element of -4 bytes" in str(error)


def test_each_message_has_the_time_of_its_bundle() -> None:
    inner = OscBundleBuilder(2e9)
    inner.add_content(OscMessageBuilder("/dawbridge/status").build())
    outer = OscBundleBuilder(1.9e9)
    outer.add_content(inner.build())
    outer.add_content(OscMessageBuilder("/dawbridge/version").build())
    assert messages(outer.build().dgram) == [
        OscCall("/dawbridge/status", (), time_tag(2e9)),
        OscCall("/dawbridge/version", (), time_tag(1.9e9)),
    ]
    at_once = OscBundleBuilder(IMMEDIATELY)
    at_once.add_content(OscMessageBuilder("/dawbridge/version").build())
    assert messages(at_once.build().dgram) == [OscCall("/dawbridge/version", (), AT_ONCE)]


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
