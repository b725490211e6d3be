"""The certificates of one end of a connection, in a folder: its own, its key, whom it trusts."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.errors import BadCertificates

CA, OWN, KEY = "ca.pem", "cert.pem", "key.pem"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PEM = b"-----BEGIN "
_ACTION = "Make them with `daw-bridge certs` (docs/guide/remote.md)."


@dataclass(frozen=True)
class Certificates:
    """PEM each: `ca` signs whoever may be at the other end; `own` shows who is at this one, whose
    key `key` is."""

    ca: bytes
    own: bytes
    key: bytes


def read_certificates(folder: Path) -> Certificates:
    """`ca.pem`, `cert.pem` and `key.pem` of a folder.

    Raises BadCertificates, also where others may read the key.
    """
    found = Certificates(_read(folder / CA), _read(folder / OWN), _read(folder / KEY))
    if os.name == "posix" and (folder / KEY).stat().st_mode & _OTHERS:
        seen = f"{folder / KEY}, which others may read"
        raise BadCertificates(seen, "a key for its owner alone", "chmod 600 it, or make new ones.")
    return found


def _read(path: Path) -> bytes:
    try:
        found = path.read_bytes()
    except OSError as error:
        expected = f"{CA}, {OWN} and {KEY} in {path.parent}"
        raise BadCertificates(f"{path}: {error.strerror}", expected, _ACTION) from error
    if _PEM not in found:
        raise BadCertificates(f"{path}, which has no PEM in it", "a PEM file", _ACTION)
    return found
