"""ports.jack.wiring: which ports are connected when. No JACK needed."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue, NoPort
from daw_bridge.ports.jack.names import Others, PortName, midi_port, port_names
from daw_bridge.ports.jack.wiring import Link, Wiring, parse_connect

OUTPUTS = ("drums", "bass", "residual")
CAPTURE = ("system:capture_1", "system:capture_2", "system:capture_3")
PLAYBACK = ("system:playback_1", "system:playback_2")
SYSTEM = Others(CAPTURE, PLAYBACK)
NOBODY = Others()
ARDOUR_OUT = Others(("ardour:out_1",))
ARDOUR_IN = Others((), ("ardour:in_1",))


def ports(channels: int = 2) -> tuple[PortName, ...]:
    return *port_names(("drums",), OUTPUTS, channels), midi_port(12)


def wiring(text: str) -> Wiring:
    return Wiring(parse_connect(text), ports())


def make_all(found: Wiring, others: Others) -> tuple[Link, ...]:
    """What is due; it is made."""
    due = found.due(others)
    for link in due:
        found.made(link)
    return due


@pytest.mark.parametrize("text", ["mix", "mix=", "=system:*", "mix=a,,dry=b", "mix=a,"])
def test_bad_rules_are_refused(text: str) -> None:
    with pytest.raises(BadValue, match="name=pattern"):
        parse_connect(text)


def test_no_rules() -> None:
    assert parse_connect("") == parse_connect("  ") == ()
    assert wiring("").due(SYSTEM) == ()
    assert wiring("").unmatched(NOBODY) is None


def test_a_rule_for_no_port_of_ours() -> None:
    with pytest.raises(BadValue, match=r"vocals.*known_drums, drums"):
        wiring("vocals=system:*")


def test_channels_are_connected_in_order_and_once() -> None:
    found = wiring("mix=system:capture_*,drums=system:playback_*,dry_out_R=*_1")
    assert found.due(SYSTEM) == (
        Link("mix_in_L", "system:capture_1"),
        Link("mix_in_R", "system:capture_2"),
        Link("drums_out_L", "system:playback_1"),
        Link("drums_out_R", "system:playback_2"),
        Link("dry_out_R", "system:playback_1"),
    )
    assert found.unmatched(SYSTEM) is None
    make_all(found, SYSTEM)
    assert found.due(SYSTEM) == ()


def test_a_controller_is_connected_to_the_midi_port() -> None:
    found = wiring("midi_in=a2j:nano*, mix=system:*")
    assert [one.own for one in found.due(SYSTEM)] == ["mix_in_L", "mix_in_R"]
    error = found.unmatched(SYSTEM)
    assert error is not None and "midi_in=a2j:nano*" in error.seen and "none" in error.expected
    plugged = Others(CAPTURE, PLAYBACK, ("system:midi_capture_1", "a2j:nanoKONTROL2"))
    assert found.unmatched(plugged) is None
    assert found.due(plugged)[0] == Link("midi_in", "a2j:nanoKONTROL2")
    with pytest.raises(BadValue, match=r"one of mix, .*dry, midi_in,"):
        wiring("midi=a2j:*")


def test_a_connection_that_is_refused_stays_due_and_is_news_once() -> None:
    found = wiring("mix=ardour:*")
    (link,) = found.due(ARDOUR_OUT)
    assert found.refused(link) and not found.refused(link)
    assert found.due(ARDOUR_OUT) == (link,)
    found.due(NOBODY)  # the port goes away: when it is back, a refusal is news again
    assert found.due(ARDOUR_OUT) == (link,)
    assert found.refused(link)
    found.made(link)
    assert found.due(ARDOUR_OUT) == ()


def test_a_lost_connection_that_is_refused_stays_due() -> None:
    found = wiring("")
    link = Link("bass_out_L", "ardour:in_1")
    found.note([link])
    found.server_gone()
    assert found.due(ARDOUR_IN) == (link,)
    found.refused(link)
    assert found.due(ARDOUR_IN) == (link,)
    found.made(link)
    assert found.due(ARDOUR_IN) == ()


def test_a_pattern_without_a_port_is_said_and_connected_when_it_appears() -> None:
    found = wiring("mix=ardour:*")
    assert found.due(SYSTEM) == ()
    error = found.unmatched(SYSTEM)
    assert isinstance(error, NoPort)
    assert "mix=ardour:*" in error.seen and "system:capture_3" in error.expected
    assert "playback" not in error.expected
    there = Others((*CAPTURE, "ardour:out_1"), PLAYBACK)
    assert found.unmatched(there) is None
    assert make_all(found, there) == (Link("mix_in_L", "ardour:out_1"),)
    assert found.due(Others((*there.sources, "ardour:out_2"))) == (
        Link("mix_in_R", "ardour:out_2"),
    )
    nothing = wiring("mix=ardour:*").unmatched(NOBODY)
    assert nothing is not None and "there are none" in nothing.expected


def test_a_port_that_comes_back_is_connected_again() -> None:
    found = wiring("mix=ardour:*")
    link = (Link("mix_in_L", "ardour:out_1"),)
    assert make_all(found, ARDOUR_OUT) == link
    assert found.due(NOBODY) == ()
    assert found.due(ARDOUR_OUT) == link


def test_after_the_server_was_gone_what_was_there_comes_back() -> None:
    found = wiring("mix=system:capture_*")
    make_all(found, SYSTEM)
    by_hand = Link("bass_out_L", "system:playback_1")
    found.note([Link("mix_in_L", "system:capture_1"), by_hand])
    found.server_gone()
    assert found.due(NOBODY) == ()
    first = make_all(found, Others(CAPTURE))
    assert set(first) == {Link("mix_in_L", CAPTURE[0]), Link("mix_in_R", CAPTURE[1])}
    assert len(first) == 2
    assert make_all(found, SYSTEM) == (by_hand,)
    assert found.due(SYSTEM) == ()
