"""Makes the certificates of remote engines and of who may call them, with the program `openssl`.

A folder has the authority, `ca.pem` and its key `ca.key`, and a folder for each machine, which is
taken there: its certificate and key, and `ca.pem`, so that each trusts whom the authority has
signed. Keys are their owner's alone from the moment they exist.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from daw_bridge.errors import BadCertificates, FileInTheWay
from daw_bridge.remote.certificates import CA, KEY, OWN

CA_KEY = "ca.key"
DAYS = 3650
WITHIN_S = 60.0

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_AUTHORITY = """\
[req]
distinguished_name = name
prompt = no
x509_extensions = authority
[name]
CN = daw-bridge
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
_MACHINE = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[machine]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = {places}
"""


@dataclass(frozen=True)
class Machine:
    """Who gets a certificate: a name, which is its folder's, and other names and IP addresses
    under which it is called."""

    name: str
    others: tuple[str, ...] = ()


def parse_machine(text: str) -> Machine:
    """`studio` or `studio,192.168.1.5`. Raises BadCertificates."""
    name, *others = (one.strip() for one in text.split(","))
    for one in (name, *others):
        if not _NAME.fullmatch(one) and not _is_ip(one):
            expected = "names and IP addresses, e.g. studio,192.168.1.5"
            raise BadCertificates(f"machine {text!r}", expected, "Check the names.")
    return Machine(name, tuple(others))


def make_certificates(folder: Path, machines: Sequence[Machine]) -> list[Path]:
    """Certificates of these machines, and the authority if there is none; returns the new folders.

    Raises FileInTheWay, BadCertificates; then no machine's folder is there that was not before.
    """
    taken = [one.name for one in machines if (folder / one.name).exists()]
    if taken or len({one.name for one in machines}) < len(machines):
        seen = f"certificates of {', '.join(taken) or 'one name twice'} in {folder}"
        raise FileInTheWay(seen, "new names", "Choose other names, or another folder.")
    if shutil.which("openssl") is None:
        expected = "the program openssl, on the PATH"
        raise BadCertificates("no openssl", expected, "Install it (Debian: openssl).")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".making-") as name:
            return _made(folder, Path(name), machines)
    except OSError as error:
        expected = "a folder that you may write"
        raise BadCertificates(f"{folder}: {error}", expected, "Choose one.") from error


def _made(folder: Path, making: Path, machines: Sequence[Machine]) -> list[Path]:
    if not (folder / CA).exists():
        _authority(making)
        for name in (CA_KEY, CA):
            (making / name).replace(folder / name)
    for one in machines:
        _machine(folder, making / one.name, one)
    made = [(making / one.name).replace(folder / one.name) for one in machines]
    return made


def _authority(making: Path) -> None:
    config = making / "ca.cnf"
    config.write_text(_AUTHORITY, encoding="utf-8")
    _openssl("req", "-x509", *_CURVE, "-days", str(DAYS), "-config", config,
             "-keyout", making / CA_KEY, "-out", making / CA)  # fmt: skip


def _machine(folder: Path, place: Path, machine: Machine) -> None:
    place.mkdir(mode=0o700)
    config, request = place / "machine.cnf", place / "machine.csr"
    names = dict.fromkeys((machine.name, *machine.others, "localhost", "127.0.0.1", "::1"))
    places = ", ".join(f"{'IP' if _is_ip(one) else 'DNS'}:{one}" for one in names)
    config.write_text(_MACHINE.format(name=machine.name, places=places), encoding="utf-8")
    _openssl("req", "-new", *_CURVE, "-config", config, "-keyout", place / KEY, "-out", request)
    _openssl("x509", "-req", "-in", request, "-CA", folder / CA, "-CAkey", folder / CA_KEY,
             "-CAcreateserial", "-CAserial", place / "serial", "-days", str(DAYS),
             "-extfile", config, "-extensions", "machine", "-out", place / OWN)  # fmt: skip
    shutil.copyfile(folder / CA, place / CA)
    for one in (config, request, place / "serial"):
        one.unlink()


def _openssl(*arguments: str | Path) -> None:
    """Raises BadCertificates."""
    before = os.umask(0o077)
    try:
        done = subprocess.run(
            ["openssl", *map(str, arguments)], check=False, capture_output=True, text=True,
            timeout=WITHIN_S, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise BadCertificates("openssl, which hangs", "an end", "Try again.") from error
    finally:
        os.umask(before)
    if done.returncode:
        words = " ".join(done.stderr.split())[-300:]
        raise BadCertificates(f"openssl: {words}", "certificates", "Check the folder.")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
