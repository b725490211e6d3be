"""Who is authorized, who gets news, and at which port."""

from __future__ import annotations

import pytest

from daw_bridge.errors import AuthRequired, Busy
from daw_bridge.server.session.peers import MAX_CLIENTS, Peers
from daw_bridge.wire import Peer

HERE = Peer("osc", ("127.0.0.1", 9000))
FAR = Peer("osc", ("192.0.2.1", 9000), trusted=False)
ZMQ = Peer("zmq", b"a")
SECRET = "twelve letters"


def test_a_peer_elsewhere_is_authorized_by_the_secret_for_its_port_alone() -> None:
    peers = Peers(SECRET)
    peers.check(HERE, "/dawbridge/status")
    with pytest.raises(AuthRequired, match="/dawbridge/auth"):
        peers.check(FAR, "/dawbridge/status")
    with pytest.raises(AuthRequired, match="wrong secret"):
        peers.authorize(FAR, SECRET + "!")
    peers.authorize(FAR, SECRET)
    peers.check(FAR, "/dawbridge/status")
    with pytest.raises(AuthRequired):
        peers.check(Peer("osc", ("192.0.2.1", 9001), trusted=False), "")


@pytest.mark.parametrize("given", ["", "anything"])
def test_without_a_secret_none_will_do(given: str) -> None:
    with pytest.raises(AuthRequired):
        Peers("").authorize(FAR, given)


def test_a_long_name_is_cut_in_the_refusal() -> None:
    with pytest.raises(AuthRequired) as caught:
        Peers(SECRET).check(FAR, "x" * 500)
    assert "x" * 40 in str(caught.value) and "x" * 41 not in str(caught.value)


def test_news_go_to_the_port_that_was_given() -> None:
    peers = Peers("")
    peers.register(HERE, 9100)
    peers.register(ZMQ, 9100)
    there = Peer("osc", ("127.0.0.1", 9100))
    assert peers.target(HERE) == there and peers.target(ZMQ) == ZMQ
    assert set(peers.others(None)) == {there, ZMQ} and list(peers.others(ZMQ)) == [there]
    peers.forget(HERE)
    assert peers.target(HERE) == HERE and list(peers.others(None)) == [ZMQ]


def test_who_listens_at_the_same_port_replaces_the_one_before() -> None:
    peers = Peers("")
    again = Peer("osc", ("127.0.0.1", 9001))
    peers.register(HERE, 9100)
    peers.register(again, 9100)
    assert len(peers) == 1 and list(peers.others(again)) == []


def test_both_lists_are_bounded_and_their_members_may_come_again() -> None:
    peers = Peers(SECRET)
    far = [Peer("osc", ("192.0.2.1", k), trusted=False) for k in range(MAX_CLIENTS + 1)]
    for one in far[:-1]:
        peers.authorize(one, SECRET)
        peers.register(one, 0)
    with pytest.raises(Busy):
        peers.authorize(far[-1], SECRET)
    with pytest.raises(Busy):
        peers.register(far[-1], 0)
    peers.authorize(far[0], SECRET)
    peers.register(far[0], 0)
    assert len(peers) == MAX_CLIENTS
