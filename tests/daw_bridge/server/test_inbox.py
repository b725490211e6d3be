"""The session's queue: fair between peers, bounded, and the last value holds."""

from __future__ import annotations

import contextlib
import threading
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import Busy, Stopped
from daw_bridge.server import inbox as module
from daw_bridge.server.inbox import (
    LEAST_BYTES,
    MAX_ALL,
    MAX_ALL_BYTES,
    MAX_KNOWN,
    MAX_LANE,
    MAX_LANE_BYTES,
    MAX_NEW,
    Inbox,
)

Message = tuple[str, int]


def same_key(newer: Message, older: Message) -> Message | None:
    """Messages of the same name make each other idle."""
    return newer if newer[0] == older[0] and newer[0].startswith("set") else None


def box() -> Inbox[Message]:
    return Inbox(same_key)


def drained(inbox: Inbox[Message]) -> list[Message]:
    found = []
    while (one := inbox.take(0.0)) is not None:
        found.append(one)
    return found


def test_each_peer_has_its_turn() -> None:
    inbox = box()
    for k in range(100):
        inbox.put("flood", ("a", k), 1)
    inbox.put("quiet", ("b", 0), 1)
    inbox.put("third", ("c", 0), 1)
    assert [inbox.take(0.0) for _ in range(4)] == [("a", 0), ("b", 0), ("c", 0), ("a", 1)]
    assert drained(inbox) == [("a", k) for k in range(2, 100)]


def test_a_flood_from_ever_new_ports_keeps_a_known_peer_waiting_for_one_turn() -> None:
    inbox = box()
    for k in range(2):
        inbox.put("known", ("hello", k), 1)
        assert inbox.take(0.0) == ("hello", k)
    for port in range(MAX_NEW):
        inbox.put(port, ("notify", port), 1)
    assert inbox.put("one more", ("notify", -1), 1) == [("notify", 0)]
    assert inbox.refused == 1
    inbox.put("known", ("get", 0), 1)
    assert ("get", 0) in [inbox.take(0.0), inbox.take(0.0)]
    left = drained(inbox)
    assert len(left) == MAX_NEW - 1 and left[-1] == ("notify", -1)


def test_new_peers_that_send_more_than_one_message_are_not_more() -> None:
    inbox, gone = box(), []
    for port in range(3 * MAX_NEW):
        for k in range(3):
            gone += inbox.put(port, ("notify", 3 * port + k), 1)
    assert gone == [("notify", k) for k in range(3 * 2 * MAX_NEW)] and inbox.refused == len(gone)
    inbox.put("honest", ("get", 0), 1)
    assert ("get", 0) in [inbox.take(0.0) for _ in range(MAX_NEW)]


def test_who_is_known_is_bounded() -> None:
    inbox = box()
    for port in range(3 * MAX_KNOWN):
        for k in range(2):
            inbox.put(port, ("notify", k), 1)
        drained(inbox)
    assert len(inbox._known) == MAX_KNOWN and len(inbox._once) <= MAX_KNOWN


def test_results_come_first() -> None:
    inbox = box()
    inbox.put("a", ("question", 1), 1)
    assert inbox.put_result(("result", 2), 0.0)
    assert drained(inbox) == [("result", 2), ("question", 1)]


def test_a_full_lane_refuses_and_counts_and_the_others_go_on() -> None:
    inbox = box()
    for k in range(MAX_LANE):
        inbox.put("flood", ("get", k), 1)
    with pytest.raises(Busy, match="of yours"):
        inbox.put("flood", ("get", -1), 1)
    assert inbox.put("quiet", ("get", 0), 1) == [] and inbox.refused == 1


def test_a_lane_is_bounded_in_bytes() -> None:
    inbox = box()
    inbox.put("a", ("get", 0), MAX_LANE_BYTES)
    with pytest.raises(Busy):
        inbox.put("a", ("get", 1), 1)
    inbox.take(0.0)
    inbox.put("a", ("get", 2), 1)


def test_a_dial_leaves_room_for_what_else_its_peer_asks() -> None:
    inbox = box()
    for k in range(10 * MAX_LANE):
        assert inbox.put("dial", ("set gain", k), 1) == []
    inbox.put("dial", ("sync", 0), 1)
    found = drained(inbox)
    assert found[-2:] == [("set gain", 10 * MAX_LANE - 1), ("sync", 0)]
    assert len(found) == MAX_LANE // 2 + 1
    assert inbox.superseded == 10 * MAX_LANE - MAX_LANE // 2 and not inbox.refused


@pytest.mark.parametrize("share", [1, 2])
def test_a_message_that_takes_the_place_of_the_only_one_has_one_turn(share: int) -> None:
    inbox = box()
    for k in range(3):
        inbox.put("one", ("set gain", k), MAX_LANE_BYTES // share)
    inbox.put("two", ("a", 0), 1)
    assert drained(inbox) == [("set gain", 2), ("a", 0)]
    assert len(inbox) == 0 and not inbox._lanes and not inbox._turns and not inbox._newcomers


def test_in_a_full_lane_the_last_value_takes_the_place_of_an_earlier_one() -> None:
    inbox = box()
    for k in range(MAX_LANE):
        inbox.put("dial", ("get" if k % 2 else "set gain", k), 1)
    for k in range(3):
        assert inbox.put("dial", ("set gain", 1000 + k), 1) == []
    found = drained(inbox)
    assert found[-1] == ("set gain", 1002) and len(found) == MAX_LANE
    assert ("set gain", 0) not in found and ("set gain", 2) in found
    assert ("set gain", 1000) not in found and ("set gain", 1001) not in found
    assert inbox.superseded == 3 and inbox.refused == 0


def test_where_all_are_full_the_longest_lane_makes_room() -> None:
    inbox = box()
    peers = range(MAX_ALL // MAX_LANE)
    for peer in peers:
        for k in range(MAX_LANE):
            inbox.put(peer, ("get", k), 1)
    assert inbox.put("quiet", ("get", -1), 1) == [("get", MAX_LANE - 1)]
    assert len(inbox) == MAX_ALL
    assert ("get", -1) in [inbox.take(0.0) for _ in range(len(peers) + 1)]


def known_peers(inbox: Inbox[Message], count: int) -> None:
    """So many peers have been heard."""
    for peer in range(count):
        for k in range(2):
            inbox.put(peer, ("get", k), 1)
    drained(inbox)


def test_where_all_are_full_large_messages_take_the_place_of_as_many_bytes() -> None:
    inbox, large = box(), 10 * LEAST_BYTES
    known_peers(inbox, 400)
    for peer in range(MAX_ALL // MAX_LANE):
        for k in range(MAX_LANE):
            inbox.put(peer, ("get", k), 1)
    assert len(inbox.put(100, ("get", -1), large)) == 10
    for peer in range(100, 400):
        for k in range(50):
            with contextlib.suppress(Busy):
                inbox.put(peer, ("get", k), large)
    assert MAX_ALL_BYTES - large < inbox._bytes <= MAX_ALL_BYTES
    drained(inbox)
    assert inbox._bytes == len(inbox) == 0


def test_new_peers_do_not_go_beyond_the_bound_in_bytes() -> None:
    inbox = box()
    for port in range(3 * MAX_NEW):
        with contextlib.suppress(Busy):
            inbox.put(port, ("notify", port), 1 if port < MAX_NEW else MAX_LANE_BYTES)
    assert MAX_ALL_BYTES - MAX_LANE_BYTES < inbox._bytes <= MAX_ALL_BYTES


def test_a_lane_that_gives_up_its_only_message_has_no_turn() -> None:
    inbox = box()
    known_peers(inbox, 9)
    for peer in range(MAX_ALL_BYTES // MAX_LANE_BYTES):
        inbox.put(peer, ("large", peer), MAX_LANE_BYTES)
    assert inbox.put(8, ("small", 8), 1) == [("large", 0)]
    assert [message for _, message in drained(inbox)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_larger_message_takes_the_place_of_no_smaller_one() -> None:
    """Or a full lane would grow."""
    inbox = box()
    for k in range(MAX_LANE):
        inbox.put("dial", (f"set {k}", k), 1)
    with pytest.raises(Busy):
        inbox.put("dial", ("set 7", -1), 2 * LEAST_BYTES)
    assert len(drained(inbox)) == MAX_LANE


def test_results_wait_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RESULTS", 2)
    inbox = box()
    assert inbox.put_result(("r", 1), 0.0) and inbox.crowded
    assert inbox.put_result(("r", 2), 0.0)
    assert not inbox.put_result(("r", 3), 0.01)
    late = threading.Thread(target=inbox.put_result, args=(("r", 4), 10.0))
    late.start()
    assert inbox.take(1.0) == ("r", 1)
    late.join(10.0)
    assert drained(inbox) == [("r", 2), ("r", 4)]


def test_at_the_end_messages_are_dropped_and_results_still_come() -> None:
    inbox = box()
    inbox.put("a", ("get", 1), 1)
    inbox.put_result(("result", 1), 0.0)
    inbox.end()
    with pytest.raises(Stopped):
        inbox.put("a", ("get", 2), 1)
    inbox.put_result(("result", 2), 0.0)
    assert drained(inbox) == [("result", 1), ("result", 2)] and inbox.dropped == 1


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["get", "set x", "set y"]),
              st.integers(1, 3 * LEAST_BYTES), st.booleans()),
    max_size=120,
)  # fmt: skip


@given(STEPS)
def test_each_peers_messages_stay_in_order_and_the_counts_are_right(
    steps: list[tuple[str, str, int, bool]],
) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(module, "MAX_LANE_BYTES", 6 * LEAST_BYTES)
    patch.setattr(module, "MAX_ALL_BYTES", 12 * LEAST_BYTES)
    inbox: Inbox[tuple[str, int]] = box()
    inside: dict[str, deque[Message]] = {name: deque() for name in "abc"}
    peer_of: dict[int, str] = {}
    for number, (peer, what, size, take) in enumerate(steps):
        message = (what, number)
        try:
            gone = inbox.put(peer, message, size)
        except Busy:
            continue
        finally:
            peer_of[number] = peer
        inside[peer].append(message)
        assert inbox._bytes <= 12 * LEAST_BYTES
        for one in gone:
            lane = inside[peer_of[one[1]]]
            while lane.pop() != one:
                pass  # those after it were superseded
        if take and (taken := inbox.take(0.0)):
            lane = inside[peer_of[taken[1]]]
            while lane.popleft() != taken:
                pass  # those before it were superseded
    patch.undo()
    left = drained(inbox)
    for name in "abc":
        mine = [one for one in left if peer_of[one[1]] == name]
        assert mine == sorted(mine, key=lambda one: one[1])
    assert len(inbox) == 0 and inbox._bytes == 0 and inbox._count == 0
