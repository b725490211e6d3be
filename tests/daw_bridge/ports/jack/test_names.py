"""ports.jack.names: names, groups and order of a stream's ports."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.ports.jack.names import PortName, port_names


def ports(channels: int = 2) -> tuple[PortName, ...]:
    return port_names(("drums",), ("drums", "bass", "residual"), channels)


def test_ports_are_named_grouped_and_ordered() -> None:
    found = ports()
    assert [one.name for one in found] == [
        "mix_in_L", "mix_in_R", "known_drums_in_L", "known_drums_in_R", "drums_out_L",
        "drums_out_R", "bass_out_L", "bass_out_R", "residual_out_L", "residual_out_R",
        "dry_out_L", "dry_out_R",
    ]  # fmt: skip
    assert [one.order for one in found] == list(range(12))
    assert [one.is_input for one in found] == [True] * 4 + [False] * 8
    third = found[3]
    assert (third.group, third.channel) == ("known_drums", 1)
    assert (third.pretty, third.group_title) == ("Known drums in right", "Known drums in")
    assert [one.name for one in ports(1)][:2] == ["mix_in", "known_drums_in"]
    assert [one.name for one in ports(3)][:3] == ["mix_in_1", "mix_in_2", "mix_in_3"]


@given(st.integers(1, 64))
def test_names_are_unique(channels: int) -> None:
    names = [one.name for one in ports(channels)]
    assert len(set(names)) == len(names) == 6 * channels
