"""The certificates of one end of a connection, in a folder: its own, its key, whom it trusts."""

from __future__ import annotations

import os
import ssl
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.errors import BadCertificates

CA, OWN, KEY = "ca.pem", "cert.pem", "key.pem"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PEM = b"-----BEGIN "
_TURNS = 2
_OF_TIME = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
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

    Raises BadCertificates, also where others may read the key, where it is not that of the
    certificate, and where that is not valid today.
    """
    found = Certificates(_read(folder / CA), _read(folder / OWN), _read(folder / KEY))
    _require_usable(folder)
    if os.name == "posix" and (folder / KEY).stat().st_mode & _OTHERS:
        seen = f"{folder / KEY}, which others may read"
        raise BadCertificates(seen, "a key for its owner alone", "chmod 600 it, or make new ones.")
    return found


def _require_usable(folder: Path) -> None:
    """gRPC says nothing of a key that is another certificate's, or of one that is past its time.

    So the certificate is shown to ourselves, in memory. Who has signed it is for others to say.
    """
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        there.load_cert_chain(folder / OWN, folder / KEY, password=lambda: "")
        here = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        here.load_verify_locations(folder / CA)
        here.check_hostname = False
        ends = (here.wrap_bio(down, up), there.wrap_bio(up, down, server_side=True))
        for one in ends * _TURNS:
            with suppress(ssl.SSLWantReadError):
                one.do_handshake()
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in _OF_TIME:
            seen = f"{folder / OWN}: {error.verify_message}"
            raise BadCertificates(seen, "one that is valid today", _ACTION) from error
    except ssl.SSLError as error:
        seen = f"{folder}: {error.reason or error}"
        expected = f"PEM files, and in {KEY} the key of {OWN}, without a password"
        raise BadCertificates(seen, expected, _ACTION) from error


def _read(path: Path) -> bytes:
    try:
        found = path.read_bytes()
    except OSError as error:
        expected = f"{CA}, {OWN} and {KEY} in {path.parent}"
        raise BadCertificates(f"{path}: {error.strerror}", expected, _ACTION) from error
    if _PEM not in found:
        raise BadCertificates(f"{path}, which has no PEM in it", "a PEM file", _ACTION)
    return found
