"""daw_bridge/ports/device/channels.py"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadChannels
from daw_bridge.ports.device.channels import in_map, out_map, parse_map

OUTPUTS = ("drums", "bass", "residual")


def test_maps_are_read_from_one_and_kept_from_zero() -> None:
    assert parse_map("drums=1-2, bass=5,residual=none") == {
        "drums": (0, 1),
        "bass": (4,),
        "residual": (),
    }


@pytest.mark.parametrize(
    "text",
    ["", "drums", "drums=", "drums=0-1", "drums=2-1", "drums=1-2-3", "=1-2", "drums=a", "drums=-1"],
)
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(BadChannels, match="name=first-last"):
        parse_map(text)


@given(st.text(max_size=30))
def test_any_text_is_a_map_or_a_clear_error(text: str) -> None:
    try:
        found = parse_map(text, "mix")
    except BadChannels as error:
        assert error.expected and error.action
    else:
        assert all(column >= 0 for columns in found.values() for column in columns)


def test_channels_and_names_are_used_once() -> None:
    with pytest.raises(BadChannels, match="channel 2 for both drums and bass"):
        parse_map("drums=1-2,bass=2-3")
    with pytest.raises(BadChannels, match="each name once"):
        parse_map("drums=1-2,drums=3-4")


def test_outputs_in_order_by_default() -> None:
    assert out_map("", OUTPUTS, 2, "card", 6) == ((0, 1), (2, 3), (4, 5))
    with pytest.raises(BadChannels, match=r"needs 6 outputs.*at most the 4 of card"):
        out_map("", OUTPUTS, 2, "card", 4)


def test_every_output_is_named_or_left_out_on_purpose() -> None:
    assert out_map("residual=1-2,drums=3-4,bass=none", OUTPUTS, 2, "card", 4) == (
        (2, 3),
        (),
        (0, 1),
    )
    with pytest.raises(BadChannels, match=r"no residual.*residual=none"):
        out_map("drums=1-2,bass=3-4", OUTPUTS, 2, "card", 8)
    with pytest.raises(BadChannels, match=r"tuba.*outputs of this model: drums"):
        out_map("drums=1-2,bass=3-4,residual=5-6,tuba=7-8", OUTPUTS, 2, "card", 8)
    with pytest.raises(BadChannels, match="1 channels for bass; expected 2"):
        out_map("drums=1-2,bass=3,residual=5-6", OUTPUTS, 2, "card", 8)


def test_inputs_are_the_mix_and_known_stems() -> None:
    plain = in_map("3-4", 2, "card", 4)
    assert (plain.mix, plain.known) == ((2, 3), {})
    assert in_map("", 2, "card", 2).mix == (0, 1)
    routed = in_map("mix=1-2,drums=3-4", 2, "card", 4)
    assert routed.known == {"drums": (2, 3)}
    with pytest.raises(BadChannels, match="no mix"):
        in_map("drums=1-2", 2, "card", 4)
    with pytest.raises(BadChannels, match="needs 4 inputs"):
        in_map("3-4", 2, "card", 2)
