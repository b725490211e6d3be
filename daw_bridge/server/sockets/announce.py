"""The server's OSC and OSCQuery ports announced by zeroconf (mDNS), so that controllers find them.

On loopback only where the server listens there: then only programs of this machine hear of it. The
zeroconf library speaks the protocol; it listens at UDP port 5353, which all who use mDNS share.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from daw_bridge.containment import watched

if TYPE_CHECKING:
    from zeroconf import Zeroconf

LOG = logging.getLogger(__name__)
NAME = "daw-bridge"
OSC, OSCQUERY = "_osc._udp.local.", "_oscjson._tcp.local."

Make = Callable[[str], "Zeroconf"]
"""Opens mDNS at this address of the machine; at all of them for 0.0.0.0 or ::."""


def open_mdns(host: str) -> Zeroconf:
    """What announces, at this address only, or at every one. Raises OSError."""
    from zeroconf import InterfaceChoice, IPVersion, Zeroconf

    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return Zeroconf(interfaces=InterfaceChoice.All)
    version = IPVersion.V4Only if address.version == 4 else IPVersion.V6Only
    return Zeroconf(interfaces=[host], ip_version=version)


class Announcement:
    """Announces from `start` to `stop`, in a thread of its own; `host` is a numeric address.

    Where the system has no multicast the log says so, and the server goes on.
    """

    def __init__(self, host: str, osc_port: int, http_port: int, make: Make = open_mdns) -> None:
        self._host, self._make = host, make
        self._ports = {OSC: osc_port, OSCQUERY: http_port}
        self._ended = threading.Event()
        self._thread = watched("daw-bridge announce", self._run, again=False, failed=lambda _: None)

    def start(self) -> None:
        """Begin; it takes a second or two until others hear of it."""
        self._thread.start()

    def stop(self) -> None:
        """Take the announcement back."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        from zeroconf import Error

        try:
            with closing(self._make(self._host)) as mdns:
                self._register(mdns)
                self._ended.wait()
        except (OSError, Error) as error:
            LOG.warning("not announced by zeroconf: %s (--announce 0 leaves it out)", error)

    def _register(self, mdns: Zeroconf) -> None:
        from zeroconf import ServiceInfo

        for kind, port in self._ports.items():
            if self._ended.is_set():
                return
            info = ServiceInfo(
                kind, f"{NAME}.{kind}", port, addresses=self._addresses(),
                server=f"{NAME}-{_machine()}-{self._ports[OSCQUERY]}.local.",
            )  # fmt: skip
            mdns.register_service(info, allow_name_change=True)

    def _addresses(self) -> list[bytes]:
        """Where the server is reached, each in network order."""
        import ifaddr

        address = ipaddress.ip_address(self._host)
        if not address.is_unspecified:
            return [address.packed]
        found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
        return [ipaddress.ip_address(one).packed for one in found if isinstance(one, str)]


def _machine() -> str:
    """This machine's name in the letters of a host's: two on one network must not claim one."""
    return re.sub(r"[^a-z0-9]+", "-", socket.gethostname().lower()).strip("-")[:40] or "here"
