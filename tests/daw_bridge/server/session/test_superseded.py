"""Which messages make earlier ones idle."""

from __future__ import annotations

from daw_bridge.server.session.events import Event, Received
from daw_bridge.server.session.superseded import MAX_ALSO, supersede
from daw_bridge.settings.parameters import Value
from daw_bridge.wire import Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire.requests import Get, Set
from tests.rigs.session import OSC, ZMQ, Rig, sent


def asked(msg_id: int, stream: int = 1, peer: Peer = ZMQ, **values: Value) -> Received:
    return Received(peer, msg_id, Set(tuple(values.items()), stream))


def test_a_set_of_the_same_values_or_more_makes_one_idle() -> None:
    newer = asked(2, bypass=1, model="b")
    found = supersede(newer, asked(1, bypass=0))
    assert isinstance(found, Received) and found.also == (1,) and found.request == newer.request
    again = supersede(asked(3, bypass=0, model="c"), found)
    assert isinstance(again, Received) and again.also == (1, 2)


def test_nothing_else_does() -> None:
    one = asked(2, bypass=1)
    others: list[Event] = [
        asked(1, bypass=0, model="a"), asked(1, 2, bypass=0), Received(ZMQ, 1, Get(("bypass",)))
    ]  # fmt: skip
    assert [supersede(one, other) for other in others] == [None] * 3
    assert supersede(others[2], one) is None


def test_over_osc_no_numbers_are_kept() -> None:
    newer = asked(0, peer=OSC, bypass=1)
    assert supersede(newer, asked(0, peer=OSC, bypass=0)) is newer


def test_the_numbers_are_bounded() -> None:
    full = Received(ZMQ, 9, Set((("bypass", 1),)), also=(1,) * MAX_ALSO)
    assert supersede(asked(10, bypass=0), full) is None


def test_all_of_them_are_answered() -> None:
    rig = Rig()
    rig.open()
    effects = rig.do(Received(ZMQ, 9, Set((("bypass", 1),)), also=(7, 8)))
    assert sent(effects, ZMQ) == [tell.ValuesReply(1, (("bypass", 1),))] * 3
    effects = rig.do(Received(ZMQ, 9, Set((("bypass", 7),)), also=(7, 8)))
    assert [type(one) for one in sent(effects, ZMQ)] == [tell.FailReply] * 3
