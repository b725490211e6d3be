"""CURVE keys in files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import zmq.auth

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


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_a_secret_key_is_its_owners_from_the_moment_it_exists(
    mask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, int] = {}
    opened = os.open

    def noting(path: Path, flags: int, mode: int = 0o777) -> int:
        handle = opened(path, flags, mode)
        if flags & os.O_CREAT:
            assert flags & os.O_EXCL
            made[Path(path).name] = os.fstat(handle).st_mode & 0o777
        return handle

    def late(*_: object) -> None:
        raise AssertionError("a mode that is set later is set too late")

    monkeypatch.setattr(os, "open", noting)
    monkeypatch.setattr(os, "chmod", late)
    before = os.umask(mask)
    try:
        secrets = [one for one in make_keys(tmp_path / "keys", "studio") if "secret" in one.name]
    finally:
        os.umask(before)
    public = 0o644 & ~mask
    assert made == {"server.key_secret": 0o600, "server.key": public,
                    "studio.key_secret": 0o600, "studio.key": public}  # fmt: skip
    assert [one.stat().st_mode & 0o777 for one in secrets] == [0o600, 0o600]
    for folder in (tmp_path / "keys", tmp_path / "keys" / "clients"):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o777])
def test_a_secret_key_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    public, secret, _, mine = make_keys(tmp_path / "keys", "studio")
    secret.chmod(mode)
    mine.chmod(mode)
    with pytest.raises(BadKeys, match=f"chmod 600 {secret}"):
        server_keys(tmp_path / "keys")
    with pytest.raises(BadKeys, match=f"chmod 600 {mine}"):
        client_keys(mine, public)


@pytest.mark.skipif(os.name != "posix", reason="folders have no such modes")
@pytest.mark.parametrize(
    ("name", "mode", "mend"),
    [("", 0o770, 700), ("clients", 0o707, 700), ("clients/studio.key", 0o666, 644)],
)
def test_what_lets_others_put_their_keys_there_is_refused(
    name: str, mode: int, mend: int, tmp_path: Path
) -> None:
    make_keys(tmp_path / "keys", "studio")
    (tmp_path / "keys" / name).chmod(mode)
    with pytest.raises(BadKeys, match=f"chmod {mend}"):
        server_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).chmod(int(str(mend), 8))
    assert server_keys(tmp_path / "keys")


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    *_, mine = make_keys(tmp_path, "studio")
    (tmp_path / "clients" / "studio.key").unlink()
    before = mine.read_text()
    with pytest.raises(FileInTheWay):
        make_keys(tmp_path, "studio")
    assert mine.read_text() == before


def test_a_server_whose_secret_key_is_lost_gets_a_new_pair(tmp_path: Path) -> None:
    public, secret, *_ = make_keys(tmp_path, "studio")
    before = public.read_text()
    secret.unlink()
    assert [one.name for one in make_keys(tmp_path, "second")][:2] == [public.name, secret.name]
    assert (
        public.read_text() != before and server_keys(tmp_path).public.decode() in public.read_text()
    )


def test_keys_of_pyzmq_are_read(tmp_path: Path) -> None:
    _, secret = zmq.auth.create_certificates(tmp_path, "server")
    Path(secret).chmod(0o600)
    public, _ = zmq.auth.create_certificates(tmp_path, "studio")
    tmp_path.joinpath("clients").mkdir()
    shutil.move(public, tmp_path / "clients")
    assert len(server_keys(tmp_path).secret) == 40


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


@pytest.mark.parametrize("text", ["nothing", 'public-key = "short"'])
def test_a_clients_key_that_is_broken_keeps_nobody_out_unheard(text: str, tmp_path: Path) -> None:
    make_keys(tmp_path, "studio")
    (tmp_path / "clients" / "broken.key").write_text(text)
    with pytest.raises(BadKeys, match="broken"):
        server_keys(tmp_path)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", str(tmp_path / "k"), "--client", "max"]) == 0
    assert "max.key_secret" in capsys.readouterr().out
    assert main(["keys", str(tmp_path / "k"), "--client", "max"]) == 2
    assert "file_exists" in capsys.readouterr().err
