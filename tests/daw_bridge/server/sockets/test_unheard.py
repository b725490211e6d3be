"""Datagrams that found no listener: which addresses they were for."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator

import pytest

from daw_bridge.server.sockets.unheard import PAUSE_S, UnheardPeers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps the addresses")


def bound(family: int) -> socket.socket:
    """A socket on a free port of this machine."""
    one = socket.socket(family, socket.SOCK_DGRAM)
    try:
        one.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
    except OSError:
        one.close()
        pytest.skip("no IPv6 here")
    return one


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def sender(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    with bound(request.param) as one:
        one.settimeout(5.0)
        yield one


def gone(family: int) -> tuple[str, int]:
    """An address where nobody listens."""
    with bound(family) as one:
        host, port = one.getsockname()[:2]
    return host, port


def send(sender: socket.socket, address: tuple[str, int]) -> None:
    """Send something, whatever the system has to say about what was sent before."""
    try:
        sender.sendto(b"x", address)
    except ConnectionRefusedError:
        sender.sendto(b"x", address)


def test_each_is_told_and_not_again_at_once(sender: socket.socket) -> None:
    now_s = [100.0]
    unheard = UnheardPeers(sender, lambda: now_s[0])
    first, second = gone(sender.family), gone(sender.family)
    for address in (first, second, first):
        send(sender, address)
    assert set(unheard.read()) == {first, second}
    send(sender, first)
    assert unheard.read() == []
    now_s[0] += PAUSE_S
    send(sender, first)
    assert unheard.read() == [first]
    unheard.close()


def test_an_empty_queue_is_not_waited_for(sender: socket.socket) -> None:
    unheard = UnheardPeers(sender)
    began_s = time.monotonic()
    assert unheard.read() == []
    assert time.monotonic() - began_s < sender.gettimeout()
    unheard.close()


def test_what_was_sent_to_a_listener_is_not_reported(sender: socket.socket) -> None:
    unheard = UnheardPeers(sender)
    with bound(sender.family) as there:
        sender.sendto(b"x", there.getsockname()[:2])
        assert there.recv(10) == b"x"
    assert unheard.read() == []
    unheard.close()
