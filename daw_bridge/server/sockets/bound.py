"""Sockets that no other program shares."""

from __future__ import annotations

import socket
import sys

from daw_bridge.errors import PortTaken


def bound(host: str, port: int, kind: socket.SocketKind, name: str, flag: str) -> socket.socket:
    """A UDP or TCP socket bound there. `name`, `flag`: what it is in words, and its option.

    Raises PortTaken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        made = socket.socket(family, kind)
    except OSError as error:
        raise _taken(host, port, name, flag, error) from error
    try:
        if sys.platform == "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind == socket.SOCK_STREAM:  # connections of an earlier run may still be closing
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError as error:
        made.close()
        raise _taken(host, port, name, flag, error) from error
    return made


def _taken(host: str, port: int, name: str, flag: str, error: OSError) -> PortTaken:
    return PortTaken(
        f"{name} port {host}:{port} ({error.strerror or error})",
        "a free port of this machine",
        f"Stop the program that uses it (another daw-bridge?), or choose another: {flag}.",
    )
