"""Who may connect over ZeroMQ: everybody, those who know the secret, or those who have keys."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import zmq
import zmq.auth.thread

from daw_bridge.errors import Internal
from daw_bridge.wire.keys import CLIENTS, PLAIN_NAME, server_keys

DOMAIN = "daw-bridge"
"""With a domain, libzmq refuses ZMTP 1.0, which has no greeting: the bytes of a web page's POST can
be read as its messages."""

LOG = logging.getLogger(__name__)
LOG.setLevel(logging.WARNING)  # what pyzmq says below that has the secret in it

Authenticator = zmq.auth.thread.ThreadAuthenticator


def guard(
    context: zmq.Context[zmq.Socket[bytes]], sockets: Iterable[zmq.Socket[bytes]],
    curve_dir: Path | None, secret: str,
) -> Authenticator | None:  # fmt: skip
    """Guard sockets before they are bound: by keys, else by the secret, else not.

    Returns what has to be stopped after them, if anything. Raises BadKeys.
    """
    guarded = list(sockets)
    for one in guarded:
        one.setsockopt_string(zmq.ZAP_DOMAIN, DOMAIN)
    if curve_dir is not None:
        return _by_keys(context, guarded, curve_dir)
    return _by_secret(context, guarded, secret) if secret else None


def _by_keys(
    context: zmq.Context[zmq.Socket[bytes]], sockets: list[zmq.Socket[bytes]], folder: Path
) -> Authenticator:
    keys = server_keys(folder)
    found = _started(context)
    found.configure_curve(domain=DOMAIN, location=str(folder / CLIENTS))
    for one in sockets:
        one.curve_server = True
        one.curve_publickey, one.curve_secretkey = keys.public, keys.secret
    return found


def _by_secret(
    context: zmq.Context[zmq.Socket[bytes]], sockets: list[zmq.Socket[bytes]], secret: str
) -> Authenticator:
    found = _started(context)
    found.configure_plain(domain=DOMAIN, passwords={PLAIN_NAME: secret})
    for one in sockets:
        one.plain_server = True
    return found


def _started(context: zmq.Context[zmq.Socket[bytes]]) -> Authenticator:
    found = Authenticator(context, log=LOG)
    found.start()
    return found


def unguard(keeper: Authenticator) -> None:
    """End it, also where its thread has ended by itself, which pyzmq would wait for."""
    if not keeper.is_alive():
        keeper.pipe.close()
        keeper.pipe = None  # type: ignore[assignment]
    keeper.stop()


def keeper_lost() -> Internal:
    """Why a server ends whose authenticator has ended."""
    return Internal(
        "the thread that lets ZeroMQ clients in has ended", "no such error", "Please report it."
    )
