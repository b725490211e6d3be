"""ports.reastream.sockets: real ones, on loopback, beside a plug-in that has the port as well."""

from __future__ import annotations

import socket
import sys

import pytest

from daw_bridge.errors import PortTaken
from daw_bridge.ports.reastream.packets import AudioPacket, encode
from daw_bridge.ports.reastream.sockets import UdpSockets
from tests.rigs.live import noise
from tests.rigs.reastream import RATE, udp


def test_an_address_that_is_not_ours() -> None:
    for bind in ("203.0.113.1", "no such host.invalid", "a..b"):
        with pytest.raises(PortTaken, match="expected"):
            UdpSockets((bind, 0), ("127.0.0.1", 9))


@pytest.mark.skipif(sys.platform != "linux", reason="measured on Linux; untested elsewhere")
def test_a_plug_in_on_the_same_machine_shares_the_port() -> None:
    """It listens at every address; packets to one address go to who listens at just that one."""
    with udp(("0.0.0.0", 0), share=True) as plugin, udp() as daw:
        port = plugin.getsockname()[1]
        sockets = UdpSockets(("127.0.0.2", port), ("127.0.0.1", port))
        packet = encode(AudioPacket("x", RATE, noise(3)))
        daw.sendto(packet, ("127.0.0.2", port))
        assert [data for data, _ in sockets.packets(9)] == [packet]
        sockets.send(packet)
        assert plugin.recv(2000) == packet
        assert not list(sockets.packets(9)) and sockets.shared
        with pytest.raises(BlockingIOError):
            plugin.recv(2000)
        sockets.close()


@pytest.mark.skipif(sys.platform != "linux", reason="measured on Linux; untested elsewhere")
def test_everybody_at_the_port_gets_a_broadcast() -> None:
    with udp(("0.0.0.0", 0), share=True) as plugin, udp() as daw:
        port = plugin.getsockname()[1]
        daw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sockets = UdpSockets(("0.0.0.0", port), ("127.255.255.255", port))
        daw.sendto(b"a", ("127.255.255.255", port))
        sockets.send(b"b")
        assert [data for data, _ in sockets.packets(9)] == [b"a", b"b"]
        assert [plugin.recv(9), plugin.recv(9)] == [b"a", b"b"]
        sockets.close()
