"""OSC addresses to requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadMessage, BridgeError, UnknownRequest
from daw_bridge.settings.parameters import PREFIX, STREAM_PARAMETERS
from daw_bridge.wire.osc_packets import OscCall
from daw_bridge.wire.osc_requests import COMMANDS, read_call
from daw_bridge.wire.requests import Get, Notify, Reset, Separate, Set, Sync

WORDS = st.text("abcdefghijklmnopqrstuvwxyz/_<>0123456789", max_size=30)
ARGUMENTS = st.lists(
    st.one_of(
        st.integers(-(2**31), 2**31 - 1),
        st.floats(width=32, allow_nan=False),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    ),
    max_size=6,
)


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


def test_the_secret_is_in_no_error() -> None:
    for arguments in (("hunter hunter 2", 1), ("hunter hunter 2", "hunter"), (2,)):
        with pytest.raises(BadMessage) as caught:
            read_call(OscCall("/dawbridge/auth", arguments))
        assert "hunter" not in str(caught.value) and "auth" in str(caught.value)
