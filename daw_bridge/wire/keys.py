"""CURVE keys of ZeroMQ: made, read, and checked.

A key folder has `server.key` and `server.key_secret`, and a folder `clients` with one public
`<name>.key` for each client that may connect. A client needs the server's `server.key` and its own
`<name>.key_secret`. Secret keys are their owner's alone from the moment they exist; a secret key
that others may read, or a folder that others may write, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import zmq
import zmq.auth

from daw_bridge.errors import BadKeys, FileInTheWay
from daw_bridge.wire.private import (
    PUBLIC_MODE,
    make_private,
    others_may_use,
    others_may_write,
    write_new,
    write_private,
)

SERVER = "server"
CLIENTS = "clients"
PLAIN_NAME = "daw-bridge"
"""The user's name that goes with the secret, where ZeroMQ clients have no keys (PLAIN)."""
CERTIFICATE = """\
#   ZeroMQ CURVE {kind}, made by daw-bridge keys

metadata
curve
    public-key = "{public}"
"""
SECRET_LINE = '    secret-key = "{secret}"\n'


@dataclass(frozen=True)
class CurveKeys:
    """A key pair, and for a client the server's public key. Z85 text."""

    public: bytes
    secret: bytes
    server: bytes = b""


def make_keys(folder: Path, client: str) -> list[Path]:
    """Make one client's keys, and the server's if there are none yet; returns the new files.

    The client's secret is in `folder`; take it to the client. Raises FileInTheWay, BadKeys.
    """
    check_name(client)
    _check_curve()
    try:
        make_private(folder)
        make_private(folder / CLIENTS)
        made = []
        if not (folder / f"{SERVER}.key_secret").exists():
            made += _make_pair(folder, folder, SERVER)
        made += _make_pair(folder, folder / CLIENTS, client)
    except FileExistsError as error:
        raise FileInTheWay(
            f"client {client!r} has keys in {folder}", "a new name", "Choose another --client."
        ) from error
    except OSError as error:
        raise BadKeys(f"{folder}: {error}", "a folder that you may write", "Choose one.") from error
    return made


def check_name(client: str) -> None:
    """Raise BadKeys if a client's name cannot be a file name."""
    plain = client.replace("-", "").replace("_", "").isalnum()
    if not plain or client == SERVER:
        raise BadKeys(f"client name {client!r}", "letters, digits, - and _", "Choose another.")


def _make_pair(folder: Path, shown: Path, name: str) -> list[Path]:
    """A secret key in `folder`, its public one in `shown`. Raises FileExistsError, OSError."""
    public, secret = shown / f"{name}.key", folder / f"{name}.key_secret"
    if name != SERVER and public.exists():
        raise FileExistsError(public)
    ours, theirs = (key.decode("ascii") for key in zmq.curve_keypair())
    secret_text = CERTIFICATE.format(kind="secret key: for its owner alone", public=ours)
    write_private(secret, secret_text + SECRET_LINE.format(secret=theirs))
    public.unlink(missing_ok=True)  # of a server whose secret key is lost
    write_new(public, CERTIFICATE.format(kind="public key", public=ours), PUBLIC_MODE)
    return [public, secret]


def server_keys(folder: Path) -> CurveKeys:
    """The server's key pair. Raises BadKeys, also if no client may connect or a key is broken."""
    keys = _load(folder / f"{SERVER}.key_secret")
    clients = folder / CLIENTS
    _refuse_open(folder, clients, *clients.glob("*.key"))
    if not clients.is_dir() or not list(clients.glob("*.key")):
        raise BadKeys(
            f"no *.key in {clients}", "a public key for each client", "Run `daw-bridge keys DIR`."
        )
    for path in clients.glob("*.key"):
        _read(path)  # of a folder with one that is broken, ZeroMQ would take none
    return keys


def client_keys(own_secret: Path, server_public: Path) -> CurveKeys:
    """A client's key pair and the server it trusts. Raises BadKeys."""
    own = _load(own_secret)
    server, _ = _read(server_public)
    return CurveKeys(own.public, own.secret, server)


def _load(path: Path) -> CurveKeys:
    public, secret = _read(path)
    if not secret:
        raise BadKeys(f"{path} has no secret key", "a *.key_secret file", "Give the secret one.")
    if others_may_use(path):
        raise BadKeys(
            f"{path}, a secret key that other users may read",
            "one for its owner alone",
            f"Run chmod 600 {path}; if somebody may have read it, make new keys.",
        )
    return CurveKeys(public, secret)


def _refuse_open(*paths: Path) -> None:
    """Raise BadKeys where other users could let clients in, by a key in a folder or in its file."""
    for path in paths:
        if path.exists() and others_may_write(path):
            mode = 700 if path.is_dir() else 644
            raise BadKeys(
                f"{path}, which other users may write, and so let themselves in",
                "what only its owner may write",
                f"Run chmod {mode} {path}, and see whose keys there are.",
            )


def _check_curve() -> None:
    if not zmq.has("curve"):
        raise BadKeys("a ZeroMQ without CURVE", "libzmq with libsodium", "Install pyzmq's wheel.")


def _read(path: Path) -> tuple[bytes, bytes | None]:
    _check_curve()
    try:
        public, secret = zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise BadKeys(
            f"{path}: {error}", "a CURVE key file", "Run `daw-bridge keys DIR`."
        ) from error
    if any(key is not None and len(key) != 40 for key in (public, secret)):
        raise BadKeys(f"{path} with keys of the wrong length", "40 characters", "Make new keys.")
    return public, secret
