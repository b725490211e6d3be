"""Where an engine listens, and for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadCertificates, PortTaken, UnsafeBind
from daw_bridge.remote.address import Address
from daw_bridge.remote.serving.engine import EngineOptions, EngineServer
from daw_bridge.remote.serving.shelf import Shelf
from tests.rigs.engines import engine_of
from tests.rigs.tiny_models import make_model


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.1.5", "studio"])
def test_beyond_loopback_it_needs_certificates(host: str) -> None:
    with pytest.raises(UnsafeBind, match="--certs"):
        EngineOptions(Address(host, 0))
    assert EngineOptions(Address(host, 0, Path("certs")))


def test_a_port_that_is_taken(path: Path) -> None:
    with engine_of(path) as server:
        options = EngineOptions(Address("127.0.0.1", server.port))
        with pytest.raises(PortTaken, match=str(server.port)):
            EngineServer(Shelf([str(path)], "cpu", 1), options).start()


def test_certificates_that_are_not_there(path: Path, tmp_path: Path) -> None:
    options = EngineOptions(Address("127.0.0.1", 0, tmp_path))
    server = EngineServer(Shelf([str(path)], "cpu", 1), options)
    with pytest.raises(BadCertificates):
        server.start()
    server.stop()


def test_a_port_is_free_again_afterwards(path: Path) -> None:
    with engine_of(path) as server:
        port = server.port
    with engine_of(path, port=port) as server:
        assert server.address == Address("127.0.0.1", port)
