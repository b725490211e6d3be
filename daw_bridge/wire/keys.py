"""CURVE keys of ZeroMQ: made, read, and checked.

A key folder has `server.key` and `server.key_secret`, and a folder `clients` with one public
`<name>.key` for each client that may connect. A client needs the server's `server.key` and its own
`<name>.key_secret`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import zmq
import zmq.auth

from daw_bridge.errors import BadKeys, FileInTheWay

SERVER = "server"
CLIENTS = "clients"


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
    try:
        (folder / CLIENTS).mkdir(parents=True, exist_ok=True)
        made = []
        if not (folder / f"{SERVER}.key_secret").exists():
            made += _make_pair(folder, SERVER)
        if (folder / CLIENTS / f"{client}.key").exists():
            raise FileInTheWay(
                f"client {client!r} has keys in {folder}", "a new name", "Choose another --client."
            )
        public, secret = _make_pair(folder, client)
        public = public.rename(folder / CLIENTS / public.name)
    except OSError as error:
        raise BadKeys(f"{folder}: {error}", "a folder that you may write", "Choose one.") from error
    return [*made, public, secret]


def check_name(client: str) -> None:
    """Raise BadKeys if a client's name cannot be a file name."""
    plain = client.replace("-", "").replace("_", "").isalnum()
    if not plain or client == SERVER:
        raise BadKeys(f"client name {client!r}", "letters, digits, - and _", "Choose another.")


def _make_pair(folder: Path, name: str) -> list[Path]:
    public, secret = (Path(one) for one in zmq.auth.create_certificates(folder, name))
    secret.chmod(0o600)
    return [public, secret]


def server_keys(folder: Path) -> CurveKeys:
    """The server's key pair. Raises BadKeys, also if no client may connect."""
    keys = _load(folder / f"{SERVER}.key_secret")
    clients = folder / CLIENTS
    if not clients.is_dir() or not list(clients.glob("*.key")):
        raise BadKeys(
            f"no *.key in {clients}", "a public key for each client", "Run `daw-bridge keys DIR`."
        )
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
    return CurveKeys(public, secret)


def _read(path: Path) -> tuple[bytes, bytes | None]:
    if not zmq.has("curve"):
        raise BadKeys("a ZeroMQ without CURVE", "libzmq with libsodium", "Install pyzmq's wheel.")
    try:
        public, secret = zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise BadKeys(
            f"{path}: {error}", "a CURVE key file", "Run `daw-bridge keys DIR`."
        ) from error
    if any(key is not None and len(key) != 40 for key in (public, secret)):
        raise BadKeys(f"{path} with keys of the wrong length", "40 characters", "Make new keys.")
    return public, secret
