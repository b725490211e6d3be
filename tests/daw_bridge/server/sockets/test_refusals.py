"""sockets.refusals: so many to one address, so many to all, in a second."""

from __future__ import annotations

from daw_bridge.server.sockets.refusals import MOST_ALL, MOST_EACH, SPAN_S, Refusals


def test_one_address_gets_so_many_and_others_still_get_theirs() -> None:
    refusals = Refusals(lambda: 0.0)
    flood, other = ("127.0.0.1", 1), ("127.0.0.1", 2)
    assert [refusals.allow(flood) for _ in range(MOST_EACH + 1)] == [True] * MOST_EACH + [False]
    assert refusals.allow(other)


def test_all_together_get_so_many() -> None:
    refusals = Refusals(lambda: 0.0)
    told = [refusals.allow(("127.0.0.1", port)) for port in range(2 * MOST_ALL)]
    assert told == [True] * MOST_ALL + [False] * MOST_ALL
    assert len(refusals._sent) <= 2 * MOST_ALL


def test_a_second_later_all_begins_anew() -> None:
    now_s = 0.0
    refusals = Refusals(lambda: now_s)
    while refusals.allow(("127.0.0.1", 1)):
        pass
    now_s = SPAN_S
    assert refusals.allow(("127.0.0.1", 1))
    assert len(refusals._sent) == 1
