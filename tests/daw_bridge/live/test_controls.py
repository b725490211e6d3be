"""live.controls: which messages move a controller, and what the ring keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.controls import CAPACITY, ControlChange, ControlRing, decode, newest

MESSAGE = st.binary(min_size=3, max_size=3)
CHANGE = st.builds(ControlChange, st.integers(1, 3), st.integers(0, 2), st.integers(0, 127))


@given(st.integers(0, 15), st.integers(0, 119), st.integers(0, 127))
def test_a_control_change_is_read(channel: int, controller: int, value: int) -> None:
    found = decode(bytes([0xB0 | channel, controller, value]))
    assert found == ControlChange(channel + 1, controller, value)


@pytest.mark.parametrize(
    "message", ["903c40", "803c40", "e00040", "b07b00", "b0077f80"[:4] + "ff", "f00001"]
)
def test_notes_wheels_and_channel_modes_are_no_controllers(message: str) -> None:
    assert decode(bytes.fromhex(message)) is None


@given(MESSAGE)
def test_whatever_comes_is_a_controller_or_nothing(message: bytes) -> None:
    found = decode(message)
    assert found is None or (1 <= found.channel <= 16 and found.controller < 120)


@given(st.lists(CHANGE, max_size=40))
def test_the_last_value_of_each_controller_holds(changes: list[ControlChange]) -> None:
    found = newest(changes)
    last = {(one.channel, one.controller): one.value for one in changes}
    assert {(one.channel, one.controller): one.value for one in found} == last
    assert [*last] == [(one.channel, one.controller) for one in found]  # as they moved first


@given(st.lists(st.integers(0, 3 * CAPACITY), max_size=6))
def test_the_ring_keeps_the_newest_and_counts_the_others(bursts: list[int]) -> None:
    ring, sent, lost = ControlRing(), 0, 0
    for count in bursts:
        wanted = [(sent + k).to_bytes(3, "big") for k in range(count)]
        sent += count
        for message in wanted:
            ring.write(message)
        lost += max(0, count - CAPACITY)
        assert ring.take() == wanted[-CAPACITY:]
        assert ring.lost == lost
    assert ring.take() == []
