"""Who is authorized, who gets news, and at which port."""

from __future__ import annotations

import pytest

from daw_bridge.errors import AuthRequired, BadValue
from daw_bridge.server.session.peers import AUTH_S, GONE_S, MAX_CLIENTS, NOTIFY_S, Peers
from daw_bridge.wire import Peer

HERE = Peer("osc", ("127.0.0.1", 9000))
FAR = Peer("osc", ("192.0.2.1", 9000), trusted=False)
ZMQ = Peer("zmq", b"a")
SECRET = "twelve letters"


def far(port: int) -> Peer:
    """A sender on another machine."""
    return Peer("osc", ("192.0.2.1", port), trusted=False)


def test_a_host_elsewhere_is_authorized_by_the_secret_and_no_other_is() -> None:
    peers = Peers(SECRET)
    peers.check(HERE, "/dawbridge/status")
    with pytest.raises(AuthRequired, match="/dawbridge/auth"):
        peers.check(FAR, "/dawbridge/status")
    with pytest.raises(AuthRequired, match="wrong secret"):
        peers.authorize(FAR, SECRET + "!")
    peers.authorize(FAR, SECRET)
    peers.check(FAR, "/dawbridge/status")
    peers.check(far(9001), "")  # a patch that is opened again sends from another port
    with pytest.raises(AuthRequired):
        peers.check(Peer("osc", ("192.0.2.2", 9000), trusted=False), "")


def test_the_secret_is_wanted_again_after_a_long_silence() -> None:
    peers = Peers(SECRET)
    peers.authorize(FAR, SECRET)
    peers.tick(AUTH_S)
    peers.hear(far(9001))
    peers.tick(2 * AUTH_S)
    peers.check(FAR, "")
    peers.tick(2 * AUTH_S + 1)
    with pytest.raises(AuthRequired):
        peers.check(FAR, "")


def test_on_this_machine_each_sender_gives_the_secret_as_other_users_share_the_host() -> None:
    mine, other = (Peer("osc", ("127.0.0.1", port), False, True) for port in (9000, 9001))
    peers = Peers(SECRET)
    peers.authorize(mine, SECRET)
    peers.check(mine, "")
    with pytest.raises(AuthRequired, match="same port"):
        peers.check(other, "")
    assert [one.client for one in peers.entries()] == ["127.0.0.1:9000"]
    peers.remove("127.0.0.1:9000")
    with pytest.raises(AuthRequired):
        peers.check(mine, "")


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


def test_where_all_places_are_taken_the_one_that_is_silent_for_longest_goes() -> None:
    peers = Peers(SECRET)
    hosts = [Peer("osc", (f"192.0.2.{k}", 9), trusted=False) for k in range(MAX_CLIENTS + 1)]
    for k, one in enumerate(hosts[:-1]):
        peers.tick(float(k))
        peers.authorize(one, SECRET)
        assert peers.register(one, 7000) is None
    peers.tick(100.0)
    peers.hear(hosts[0])
    peers.register(hosts[2], 7000)  # comes again: nobody has to go
    gone = peers.register(hosts[-1], 7000)
    peers.authorize(hosts[-1], SECRET)
    assert gone == Peer("osc", ("192.0.2.1", 7000), trusted=False)
    assert len(peers) == MAX_CLIENTS
    peers.check(hosts[0], "")
    with pytest.raises(AuthRequired):
        peers.check(hosts[1], "")


def test_a_client_that_sends_nothing_is_forgotten_and_one_that_does_is_not() -> None:
    peers = Peers("")
    peers.register(HERE, 9100)
    peers.register(ZMQ, 0)
    assert peers.tick(NOTIFY_S - 1) == []
    peers.hear(ZMQ)
    assert peers.tick(NOTIFY_S + 1) == [Peer("osc", ("127.0.0.1", 9100))]
    assert list(peers.others(None)) == [ZMQ]


def test_a_client_where_nobody_listens_is_forgotten_but_not_at_the_first_refusal() -> None:
    peers = Peers("")
    there = Peer("osc", ("127.0.0.1", 9100))
    peers.register(HERE, 9100)
    peers.unheard(HERE)  # another port than the one it listens at
    peers.unheard(there)
    peers.tick(1.0)
    peers.unheard(there)
    assert len(peers) == 1  # a patch that is still loading
    peers.tick(GONE_S)
    peers.hear(HERE)
    peers.unheard(there)
    assert len(peers) == 1  # it was heard meanwhile
    peers.tick(100.0)
    peers.unheard(there)
    assert len(peers) == 1  # long after the last one
    peers.tick(100.0 + GONE_S)
    peers.unheard(there)
    assert len(peers) == 0


def test_one_where_nobody_listens_makes_room_before_one_that_is_only_silent() -> None:
    peers = Peers("")
    for k in range(MAX_CLIENTS):
        peers.register(Peer("osc", ("127.0.0.1", 9000 + k)), 0)
        peers.tick(float(k))
    peers.unheard(Peer("osc", ("127.0.0.1", 9030)))
    assert peers.register(ZMQ, 0) == Peer("osc", ("127.0.0.1", 9030))


def test_clients_and_hosts_are_listed_and_can_be_removed() -> None:
    peers = Peers(SECRET)
    peers.register(HERE, 9100)
    peers.authorize(FAR, SECRET)
    peers.tick(5.0)
    client, host = peers.entries()
    assert (client.client, client.listens_at) == ("osc 127.0.0.1:9000", "osc 127.0.0.1:9100")
    assert (client.silent_s, client.registered) == (5.0, True)
    assert (host.client, host.registered) == ("192.0.2.1", False)
    peers.remove(client.client)
    peers.remove(host.client)
    assert peers.entries() == ()
    with pytest.raises(AuthRequired):
        peers.check(FAR, "")
    with pytest.raises(BadValue, match="/dawbridge/clients"):
        peers.remove(client.client)


def test_a_stranger_gets_one_answer_from_tick_to_tick() -> None:
    peers = Peers(SECRET)
    assert [peers.may_answer_stranger(far(k)) for k in range(3)] == [True, False, False]
    assert peers.may_answer_stranger(Peer("osc", ("192.0.2.2", 1), trusted=False))
    peers.tick(1.0)
    assert peers.may_answer_stranger(FAR)
