"""CURVE keys in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.errors import BadKeys, FileInTheWay
from daw_bridge.wire.keys import client_keys, make_keys, server_keys


def test_keys_are_made_and_read(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "keys", "studio")
    assert [one.name for one in made] == [
        "server.key", "server.key_secret", "studio.key", "studio.key_secret",
    ]  # fmt: skip
    assert made[3].stat().st_mode & 0o077 == 0 and made[1].stat().st_mode & 0o077 == 0
    server = server_keys(tmp_path / "keys")
    client = client_keys(made[3], made[0])
    assert client.server == server.public and client.public != server.public
    assert len(make_keys(tmp_path / "keys", "second")) == 2
    assert server_keys(tmp_path / "keys") == server


def test_a_name_is_used_once(tmp_path: Path) -> None:
    make_keys(tmp_path, "studio")
    with pytest.raises(FileInTheWay):
        make_keys(tmp_path, "studio")


@pytest.mark.parametrize("name", ["", "server", "../x", "a b"])
def test_bad_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadKeys):
        make_keys(tmp_path, name)


def test_missing_and_wrong_files(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="daw-bridge keys"):
        server_keys(tmp_path)
    public, secret, *_ = make_keys(tmp_path, "studio")
    (tmp_path / "clients" / "studio.key").unlink()
    with pytest.raises(BadKeys, match=r"no \*.key"):
        server_keys(tmp_path)
    with pytest.raises(BadKeys, match="no secret key"):
        client_keys(public, public)
    secret.write_text('curve\n    public-key = "short"\n    secret-key = "short"\n')
    with pytest.raises(BadKeys, match="length"):
        client_keys(secret, public)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", str(tmp_path / "k"), "--client", "max"]) == 0
    assert "max.key_secret" in capsys.readouterr().out
    assert main(["keys", str(tmp_path / "k"), "--client", "max"]) == 2
    assert "file_exists" in capsys.readouterr().err
