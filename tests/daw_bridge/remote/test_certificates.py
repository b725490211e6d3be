"""A folder of certificates. That they are needed and used: serving/test_engine.py."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from daw_bridge.errors import BadCertificates
from daw_bridge.remote.certificates import CA, KEY, OWN, read_certificates
from daw_bridge.remote.issuing import CA_KEY, Machine, make_certificates

PEM = "-----BEGIN CERTIFICATE-----\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certs")
    make_certificates(folder, [Machine("one"), Machine("two")])
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    return Path(shutil.copytree(made / "one", tmp_path / "one"))


@pytest.mark.openssl
def test_a_folder_of_three_files(made: Path) -> None:
    found = read_certificates(made / "one")
    wanted = [(made / "one" / name).read_bytes() for name in (CA, OWN, KEY)]
    assert [found.ca, found.own, found.key] == wanted


@pytest.mark.openssl
def test_a_key_of_another_certificate(folder: Path, made: Path) -> None:
    shutil.copyfile(made / "two" / KEY, folder / KEY)
    with pytest.raises(BadCertificates, match=r"KEY_VALUES_MISMATCH.*the key of cert\.pem"):
        read_certificates(folder)


@pytest.mark.openssl
@pytest.mark.parametrize("name", [CA, OWN, KEY])
def test_a_file_that_is_cut_short(name: str, folder: Path) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:200])
    with pytest.raises(BadCertificates, match="PEM"):
        read_certificates(folder)


@pytest.mark.openssl
@pytest.mark.parametrize(("begin", "end"), [("20200101", "20210101"), ("20980101", "20990101")])
def test_a_certificate_that_is_not_valid_today(
    begin: str, end: str, folder: Path, made: Path, tmp_path: Path
) -> None:
    """As `openssl ca` alone can make one."""
    (tmp_path / "index").write_text("")
    (tmp_path / "serial").write_text("01")
    (tmp_path / "ca.cnf").write_text(CONFIG.format(folder=tmp_path))
    asked = tmp_path / "asked.csr"
    openssl("req", "-new", "-key", folder / KEY, "-subj", "/CN=one", "-out", asked)
    openssl("ca", "-batch", "-config", tmp_path / "ca.cnf", "-cert", made / CA, "-keyfile",
            made / CA_KEY, "-in", asked, "-out", folder / OWN, "-outdir", tmp_path, "-notext",
            "-startdate", f"{begin}000000Z", "-enddate", f"{end}000000Z")  # fmt: skip
    with pytest.raises(BadCertificates, match=r"cert\.pem: .*(expired|not yet valid)"):
        read_certificates(folder)


CONFIG = """\
[ca]
default_ca = own
[own]
database = {folder}/index
serial = {folder}/serial
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)


@pytest.mark.openssl
def test_one_that_another_authority_has_signed(folder: Path, tmp_path: Path) -> None:
    """`ca.pem` is who signs the other end: it need not have signed this one."""
    (other,) = make_certificates(tmp_path / "other", [Machine("one")])
    shutil.copyfile(other / CA, folder / CA)
    assert read_certificates(folder).ca == (other / CA).read_bytes()


@pytest.mark.parametrize("missing", [CA, OWN, KEY])
def test_a_file_that_is_missing_or_is_something_else(missing: str, tmp_path: Path) -> None:
    for name in (CA, OWN, KEY):
        if name != missing:
            (tmp_path / name).write_text(PEM)
    with pytest.raises(BadCertificates, match=missing):
        read_certificates(tmp_path)
    (tmp_path / missing).write_text("no certificate")
    with pytest.raises(BadCertificates, match=missing):
        read_certificates(tmp_path)


@pytest.mark.openssl
@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
def test_a_key_that_others_may_read_is_refused(folder: Path) -> None:
    (folder / KEY).chmod(0o644)
    with pytest.raises(BadCertificates, match="others may read"):
        read_certificates(folder)
