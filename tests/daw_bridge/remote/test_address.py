"""Addresses of remote engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.remote.address import (
    CERTIFICATES,
    PORT,
    Address,
    is_remote,
    parse_device,
    parse_place,
    usual_certificates,
)


@pytest.mark.parametrize(
    ("device", "target"),
    [
        ("grpc://127.0.0.1:9", "127.0.0.1:9"), ("grpc://studio", f"studio:{PORT}"),
        ("grpc://[::1]:9", "[::1]:9"), ("grpc://[::1]", f"[::1]:{PORT}"),
    ],
)  # fmt: skip
def test_where_an_engine_is(device: str, target: str) -> None:
    found = parse_device(device)
    assert is_remote(device) and found.target == target and found.certificates is None
    assert found.text == f"grpc://{target}"


def test_with_certificates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = parse_device("grpcs://studio:9?certs=some/where")
    assert found == Address("studio", 9, Path("some/where"))
    assert found.text == "grpcs://studio:9"
    monkeypatch.setenv(CERTIFICATES, str(tmp_path))
    assert parse_device("grpcs://studio:9").certificates == tmp_path
    monkeypatch.delenv(CERTIFICATES)
    assert usual_certificates().name == "engine-certs"


@pytest.mark.parametrize(
    "device", ["grpc://", "grpc://a b", "grpc://a:b", "grpc://a:99999", "grpc://::1",
               "grpc://a/b:1", "grpc://studio:1?certs=x", "grpc://studio:²"],
)  # fmt: skip
def test_what_is_no_address_is_refused(device: str) -> None:
    with pytest.raises(BadValue, match="grpc"):
        parse_device(device)


def test_what_only_this_machine_can_reach() -> None:
    near = ("127.0.0.1", "127.3.2.1", "localhost", "[::1]")
    far = ("0.0.0.0", "studio", "192.168.1.5", "[::]")
    assert all(parse_place(f"{one}:1").loopback for one in near)
    assert not any(parse_place(f"{one}:1").loopback for one in far)
    assert not is_remote("cuda")
