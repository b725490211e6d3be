"""What waits for ZeroMQ peers: in order, bounded in bytes, each for itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.server.sockets import outgoing as module
from daw_bridge.server.sockets.outgoing import (
    IN_SOCKET_BYTES,
    MAX_ALL_BYTES,
    MAX_BYTES,
    MAX_MESSAGES,
    STALLED_S,
    Held,
    Outgoing,
    PeerLost,
)

A, B = b"a", b"b"
BIG = bytes(IN_SOCKET_BYTES)


class Holding(Held):
    """A message in a connection."""

    def __init__(self, size: int) -> None:
        self.size, self.read = size, False

    @property
    def done(self) -> bool:
        return self.read


class Wires:
    """Connections that take everything, nothing, or are gone; they hold what is not read."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, bytes]] = []
        self.full: set[bytes] = set()
        self.gone: set[bytes] = set()
        self.held: list[Holding] = []

    def hand(self, peer: bytes, frames: list[bytes]) -> Held | None:
        if peer in self.gone:
            raise PeerLost
        if peer in self.full:
            return None
        self.sent.append((peer, frames[0]))
        self.held.append(Holding(len(frames[0])))
        return self.held[-1]


def test_messages_go_out_in_order_and_each_is_told_once() -> None:
    out, wires, taken = Outgoing(), Wires(), list[bytes]()
    for one in (b"1", b"2", b"3"):
        assert out.put(A, [one], 0.0, lambda one=one: taken.append(one))
    out.send(wires.hand, 0.0)
    assert wires.sent == [(A, b"1"), (A, b"2"), (A, b"3")] and taken == [b"1", b"2", b"3"]
    assert out.waiting_bytes == 0


def test_a_connection_gets_no_more_than_it_may_hold_but_one_message_always() -> None:
    out, wires = Outgoing(), Wires()
    for _ in range(3):
        out.put(A, [2 * BIG], 0.0, audio=True)
    out.send(wires.hand, 0.0)
    assert len(wires.sent) == 1
    out.send(wires.hand, 1.0)
    assert len(wires.sent) == 1
    wires.held[0].read = True
    out.send(wires.hand, 2.0)
    assert len(wires.sent) == 2


def test_one_that_does_not_read_keeps_nobody_else_waiting() -> None:
    out, wires = Outgoing(), Wires()
    wires.full.add(A)
    out.put(A, [b"1"], 0.0)
    out.put(B, [b"2"], 0.0)
    out.send(wires.hand, 0.0)
    assert wires.sent == [(B, b"2")] and out.waiting_bytes == 1
    assert 0.0 < out.pause_s(0.0, 10.0) < 0.1
    wires.held[0].read = True
    wires.full.clear()
    out.send(wires.hand, 1.0)
    assert wires.sent == [(B, b"2"), (A, b"1")]
    wires.held[1].read = True
    out.send(wires.hand, 2.0)
    assert out.pause_s(2.0, 10.0) == 10.0


def test_a_peer_that_takes_nothing_loses_what_waits_and_hears_later_why() -> None:
    out, wires, taken = Outgoing(), Wires(), list[int]()
    for k in range(3):
        out.put(A, [bytes(10)], 0.0, lambda k=k: taken.append(k), audio=True)
    wires.full.add(A)
    assert out.send(wires.hand, 0.0).stalled == ()
    assert out.send(wires.hand, STALLED_S - 1).stalled == ()
    assert out.send(wires.hand, STALLED_S + 1).stalled == ((A, 30),)
    assert taken == [0, 1, 2] and out.waiting_bytes == 0
    assert not out.put(A, [b"more"], 12.0, lambda: taken.append(3), audio=True)
    assert taken[3:] == [3]
    assert out.put(A, [b"why"], 12.0)
    assert out.send(wires.hand, 12.0 + 2 * STALLED_S).stalled == () and out.waiting_bytes == 3
    wires.full.clear()
    assert out.send(wires.hand, 40.0).stalled == ()
    assert wires.sent == [(A, b"why")]
    assert out.put(A, [b"again"], 41.0, audio=True)


def test_a_slow_peer_is_not_a_stalled_one() -> None:
    out, wires = Outgoing(), Wires()
    for _ in range(5):
        out.put(A, [BIG], 0.0, audio=True)
    for k in range(5):
        assert out.send(wires.hand, k * STALLED_S).stalled == ()
        wires.held[-1].read = True
    assert len(wires.sent) == 5


def test_a_peer_that_has_gone_is_reported_once_and_forgotten() -> None:
    out, wires, taken = Outgoing(), Wires(), list[int]()
    wires.gone.add(A)
    for _ in range(2):
        out.put(A, [b"x"], 0.0, lambda: taken.append(1))
    assert out.send(wires.hand, 0.0).lost == (A,)
    assert taken == [1, 1] and out.send(wires.hand, 1.0).lost == ()


def test_what_is_no_audio_is_bounded_in_messages_and_bytes_for_each_peer() -> None:
    out, told = Outgoing(), list[int]()
    assert all(out.put(A, [b"x"], 0.0) for _ in range(MAX_MESSAGES))
    assert not out.put(A, [b"x"], 0.0, lambda: told.append(1)) and told == [1]
    assert out.put(A, [b"audio"], 0.0, audio=True)
    large = bytes(MAX_BYTES // 4)
    assert [out.put(B, [large], 0.0) for _ in range(5)] == [True] * 4 + [False]


def test_all_peers_together_are_bounded_and_one_that_reads_is_still_served() -> None:
    out = Outgoing()
    for k in range(2 * MAX_ALL_BYTES // MAX_BYTES):
        for _ in range(2):
            out.put(b"%d" % k, [bytes(MAX_BYTES // 2)], 0.0)
    assert out.waiting_bytes <= MAX_ALL_BYTES * 3 // 2
    assert out.put(b"honest", [b"x"], 0.0)


def test_closing_tells_everybody() -> None:
    out, told = Outgoing(), list[int]()
    out.put(A, [b"x"], 0.0, lambda: told.append(1))
    out.close()
    assert told == [1] and out.waiting_bytes == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "audio", "send", "full", "free", "read", "gone"]),
        st.sampled_from([A, B]),
        st.integers(1, 40),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_each_message_is_told_once_and_the_count_is_right(
    steps: list[tuple[str, bytes, int]],
) -> None:
    out, wires = Outgoing(), Wires()
    told: dict[int, int] = {}
    now_s = 0.0
    for number, (what, peer, size) in enumerate(steps):
        now_s += 0.5
        if what in ("put", "audio"):
            told[number] = 0

            def tell(number: int = number) -> None:
                told[number] += 1

            out.put(peer, [bytes(size)], now_s, tell, what == "audio")
        elif what == "send":
            out.send(wires.hand, now_s)
        elif what == "full":
            wires.full.add(peer)
        elif what == "free":
            wires.full.discard(peer)
        elif what == "gone":
            wires.gone ^= {peer}
        else:
            for one in wires.held[-size:]:
                one.read = True
    out.close()
    assert out.waiting_bytes == 0 and out._other_bytes == 0
    assert set(told.values()) <= {1}


@pytest.mark.parametrize("patience_s", [0.5, 3.0])
def test_patience_is_a_constant_that_may_be_changed(
    patience_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALLED_S", patience_s)
    out, wires = Outgoing(), Wires()
    wires.full.add(A)
    out.put(A, [b"x"], 0.0, audio=True)
    out.put(A, [b"more"], 0.0)
    out.send(wires.hand, 0.0)
    assert not out.send(wires.hand, patience_s - 0.1).stalled
    assert out.send(wires.hand, patience_s + 0.1).stalled == ((A, 1),)
