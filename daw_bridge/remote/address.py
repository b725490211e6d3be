"""Where a remote engine is: `grpc://host:port`, or with certificates `grpcs://host:port`."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from daw_bridge.errors import BadValue

PLAIN, SECURE = "grpc://", "grpcs://"
SCHEMES = (PLAIN, SECURE)
CERTIFICATES = "DAW_BRIDGE_ENGINE_CERTS"
"""An environment variable: the folder of certificates, where the address names none."""
PORT = 17125

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_QUERY = "?certs="
_MOST_PORT = 65535


@dataclass(frozen=True)
class Address:
    """`host` as it is written in an address (IPv6 in brackets), `port` 0 to 65535.

    `certificates` is the folder of them, None for a connection without.
    """

    host: str
    port: int
    certificates: Path | None = None

    @property
    def target(self) -> str:
        """`host:port`."""
        return f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it. Names are not looked up, but `localhost`."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def text(self) -> str:
        """As a device, without the certificates' folder."""
        return f"{PLAIN if self.certificates is None else SECURE}{self.target}"


def is_remote(device: str) -> bool:
    """Whether a device is a remote engine."""
    return device.startswith(SCHEMES)


def parse_device(device: str) -> Address:
    """`grpc://host:port`, `grpcs://host:port` or `grpcs://host:port?certs=FOLDER`.

    Raises BadValue.
    """
    scheme = SECURE if device.startswith(SECURE) else PLAIN
    place, mark, folder = device.removeprefix(scheme).partition(_QUERY)
    found = parse_place(place, f"device {device!r}")
    if scheme == PLAIN:
        if mark:
            raise _bad(f"device {device!r}, which has certificates", "grpcs:// before it")
        return found
    chosen = Path(folder).expanduser() if folder else usual_certificates()
    return Address(found.host, found.port, chosen)


def parse_place(place: str, seen: str = "") -> Address:
    """`host:port`, or `host` for the usual port. Raises BadValue."""
    host, port = place, str(PORT)
    if not _HOST.fullmatch(place):
        host, _, port = place.rpartition(":")
    seen = seen or f"address {place!r}"
    if not _HOST.fullmatch(host) or not port.isascii() or not port.isdigit():
        raise _bad(seen, "host:port, e.g. studio:17125 or [::1]:17125")
    if int(port) > _MOST_PORT:
        raise _bad(seen, f"a port of at most {_MOST_PORT}")
    return Address(host, int(port))


def usual_certificates() -> Path:
    """The folder that DAW_BRIDGE_ENGINE_CERTS names, else the user's own."""
    given = os.environ.get(CERTIFICATES, "")
    return Path(given).expanduser() if given else user_config_path("daw-bridge") / "engine-certs"


def _bad(seen: str, expected: str) -> BadValue:
    return BadValue(seen, expected, "Write grpc://host:port or grpcs://host:port.")
