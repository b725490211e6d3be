"""What is announced, where, and until when. mDNS itself is a stand-in: it would leave loopback."""

from __future__ import annotations

import logging
import threading
from ipaddress import ip_address
from typing import Any

import pytest
from ifaddr import IP, Adapter
from zeroconf import InterfaceChoice, IPVersion, NonUniqueNameException, ServiceInfo

from daw_bridge.server.sockets import announce
from daw_bridge.server.sockets.announce import OSC, OSCQUERY, Announcement, open_mdns
from tests.rigs.server import serving


class Mdns:
    """Remembers what it is given."""

    def __init__(self, host: str = "", fails: Exception | None = None) -> None:
        self.host, self.fails = host, fails
        self.services: list[ServiceInfo] = []
        self.both, self.closed = threading.Event(), threading.Event()

    def register_service(self, info: ServiceInfo, allow_name_change: bool = False) -> None:
        assert allow_name_change  # another server may have the name
        if self.fails is not None:
            raise self.fails
        self.services.append(info)
        if len(self.services) == 2:
            self.both.set()

    def close(self) -> None:
        self.closed.set()


def announced(mdns: Mdns, host: str = "127.0.0.1") -> Announcement:
    return Announcement(host, 17120, 17124, lambda _: mdns)  # type: ignore[arg-type,return-value]


def test_both_ports_are_announced_until_the_end() -> None:
    mdns = Mdns()
    one = announced(mdns)
    one.start()
    assert mdns.both.wait(10)
    found = {each.type: (each.port, each.addresses) for each in mdns.services}
    here = [ip_address("127.0.0.1").packed]
    assert found == {OSC: (17120, here), OSCQUERY: (17124, here)}
    assert not mdns.closed.is_set()
    one.stop()
    assert mdns.closed.is_set()


def test_a_server_that_listens_everywhere_is_announced_with_every_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ifaddr.get_adapters", lambda: [
        Adapter("eth", "eth", [IP("192.0.2.7", 24, "eth"), IP(("fe80::1", 0, 2), 64, "eth")]),
        Adapter("lo", "lo", [IP("127.0.0.1", 8, "lo")]),
    ])  # fmt: skip
    mdns = Mdns()
    one = announced(mdns, "0.0.0.0")
    one.start()
    assert mdns.both.wait(10)
    one.stop()
    assert mdns.services[0].addresses == [ip_address(a).packed for a in ("192.0.2.7", "127.0.0.1")]


@pytest.mark.parametrize("error", [OSError("No such device"), NonUniqueNameException()])
def test_where_it_cannot_be_the_log_says_so(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    mdns = Mdns(fails=error)
    one = announced(mdns)
    one.start()
    assert mdns.closed.wait(10)
    one.stop()
    [line] = caplog.records
    assert line.levelno == logging.WARNING
    assert "--announce 0" in line.getMessage()


@pytest.mark.parametrize(("host", "expected"), [
    ("127.0.0.1", {"interfaces": ["127.0.0.1"], "ip_version": IPVersion.V4Only}),
    ("::1", {"interfaces": ["::1"], "ip_version": IPVersion.V6Only}),
    ("0.0.0.0", {"interfaces": InterfaceChoice.All}),
])  # fmt: skip
def test_it_keeps_to_the_address_that_the_server_listens_at(
    monkeypatch: pytest.MonkeyPatch, host: str, expected: dict[str, Any]
) -> None:
    opened = []
    monkeypatch.setattr("zeroconf.Zeroconf", lambda **options: opened.append(options))
    open_mdns(host)
    assert opened == [expected]


@pytest.mark.parametrize("options", [{}, {"http_port": -1}, {"announce": 1}])
def test_a_server_announces_only_where_both_are_on(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, int]
) -> None:
    begun = []
    monkeypatch.setattr(announce.Announcement, "start", lambda one: begun.append(one) or None)
    with serving(**options):
        pass
    assert begun == []
    with serving(http_port=-1, announce=1) as running:
        [one] = begun
        assert one._ports == {OSC: running.ready.osc_port, OSCQUERY: running.ready.http_port}
