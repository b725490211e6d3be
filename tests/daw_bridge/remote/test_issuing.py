"""Certificates: made, asked for by an engine, and refused where they are wrong."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.errors import BadCertificates, EngineGone, FileInTheWay
from daw_bridge.remote.address import Address
from daw_bridge.remote.certificates import CA, KEY, OWN, read_certificates
from daw_bridge.remote.connection import Connection, connect
from daw_bridge.remote.issuing import CA_KEY, Machine, make_certificates, parse_machine
from daw_bridge.remote.load import load_model
from daw_bridge.remote.serving.engine import EngineOptions, EngineServer
from daw_bridge.remote.serving.shelf import Shelf
from engines.load import load_model as load_here
from engines.window import Control
from tests.rigs.tiny_models import make_model
from tests.rigs.window_tools import window

pytestmark = pytest.mark.openssl


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certs") / "own"
    assert main(["certs", str(folder), "studio,192.168.1.5", "laptop"]) == 0
    return folder


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signed by somebody else."""
    folder = tmp_path_factory.mktemp("certs") / "strangers"
    make_certificates(folder, [Machine("studio"), Machine("laptop")])
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny.onnx"
    make_model(path)
    return path


@pytest.fixture(scope="module")
def port(certs: Path, model: Path) -> Iterator[int]:
    """Of an engine on loopback that asks for certificates."""
    options = EngineOptions(Address("127.0.0.1", 0, certs / "studio"))
    with EngineServer(Shelf([str(model)], "cpu", 1), options) as server:
        yield server.port


def test_each_machine_gets_its_own_folder(certs: Path) -> None:
    assert sorted(one.name for one in certs.iterdir()) == [CA_KEY, CA, "laptop", "studio"]
    for name in ("studio", "laptop"):
        assert sorted(one.name for one in (certs / name).iterdir()) == [CA, OWN, KEY]
        assert read_certificates(certs / name).ca == (certs / CA).read_bytes()
    if os.name == "posix":
        keys = (certs / CA_KEY, certs / "studio" / KEY, certs / "laptop" / KEY)
        assert all(one.stat().st_mode & 0o077 == 0 for one in keys)


def test_one_more_is_signed_by_the_same(certs: Path, port: int) -> None:
    (made,) = make_certificates(certs, [parse_machine("tablet")])
    Connection(Address("127.0.0.1", port, made)).wait_until_there(5)
    with pytest.raises(FileInTheWay, match="tablet"):
        make_certificates(certs, [Machine("tablet")])
    with pytest.raises(FileInTheWay):
        make_certificates(certs, [Machine("one"), Machine("one")])


def test_who_has_a_certificate_is_served(certs: Path, model: Path, port: int) -> None:
    there = load_model(model, f"grpcs://127.0.0.1:{port}?certs={certs / 'laptop'}")
    assert there.provider == f"grpcs://127.0.0.1:{port}"
    one = window()
    (found,) = there.method.run([one], Control(1))
    (wanted,) = load_here(model).method.run([one], Control(1))
    assert (found.stems == wanted.stems).all()


def test_others_are_not(certs: Path, strangers: Path, port: int, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"  # trusts the engine, and is not trusted by it
    shutil.copytree(strangers / "laptop", mixed)
    shutil.copyfile(certs / CA, mixed / CA)
    with pytest.raises(EngineGone, match="grpcs://"):
        connect(Address("127.0.0.1", port)).wait_until_there(0.3)
    began = time.monotonic()
    with pytest.raises(BadCertificates, match="unable to get local issuer"):
        connect(Address("127.0.0.1", port, strangers / "laptop")).wait_until_there(60)
    assert time.monotonic() - began < 20  # nothing will change by waiting
    with pytest.raises(EngineGone, match=f"the certificates in {mixed}"):
        connect(Address("127.0.0.1", port, mixed)).wait_until_there(0.3)


def test_an_engine_that_the_authority_has_not_signed_is_not_called(
    certs: Path, strangers: Path, model: Path, tmp_path: Path
) -> None:
    mixed = tmp_path / "mixed"  # trusts the caller
    shutil.copytree(strangers / "studio", mixed)
    shutil.copyfile(certs / CA, mixed / CA)
    options = EngineOptions(Address("127.0.0.1", 0, mixed))
    with EngineServer(Shelf([str(model)], "cpu", 1), options) as server:
        called = connect(Address("127.0.0.1", server.port, certs / "laptop"))
        with pytest.raises(BadCertificates, match=r"signed by .*ca\.pem"):
            called.wait_until_there(10)


@pytest.mark.parametrize("text", ["", "a b", "studio,", "../up", "studio,a/b", "-x", "x;y"])
def test_what_is_no_machine(text: str) -> None:
    with pytest.raises(BadCertificates, match="machine"):
        parse_machine(text)


def test_without_openssl_and_where_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadCertificates, match="a folder that you may write"):
        make_certificates(tmp_path / "file" / "certs", [Machine("one")])
    (tmp_path / CA).write_text("no certificate")
    with pytest.raises(BadCertificates, match="openssl: "):
        make_certificates(tmp_path, [Machine("one")])
    assert not (tmp_path / "one").exists()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadCertificates, match="no openssl"):
        make_certificates(tmp_path / "new", [Machine("one")])
