"""Where the server is, as the flags of `daw-bridge ctl` say it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.ctl.reach import add_flags, endpoint, keys, secret, split, timeout_of
from daw_bridge.errors import BadFile, BadKeys, BadValue
from daw_bridge.wire.keys import make_keys
from daw_bridge.wire.secret import SECRET_VARIABLE
from tests.rigs.server import serving


def parsed(*words: str) -> Namespace:
    parser = ArgumentParser()
    add_flags(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "tcp://127.0.0.1:17122"),
        ("--zmq-port 5", "tcp://127.0.0.1:5"),
        ("--server studio.local", "tcp://studio.local:17122"),
        ("--server studio.local:5", "tcp://studio.local:5"),
        ("--server studio --zmq-port 5", "tcp://studio:5"),
        ("--server :5", "tcp://127.0.0.1:5"),
        ("--server ::1", "tcp://[::1]:17122"),
        ("--server [::1]:5", "tcp://[::1]:5"),
        ("--server tcp://127.0.0.1:5", "tcp://127.0.0.1:5"),
    ],
)
def test_endpoint(words: str, expected: str) -> None:
    assert endpoint(parsed(*words.split())) == expected


@pytest.mark.parametrize(
    "words",
    [
        "--server a/b",
        "--server a:b",
        "--zmq-port 0",
        "--zmq-port 65536",
        "--server a:1 --zmq-port 2",
        "--ready-file f --server a",
    ],
)
def test_addresses_that_are_none(words: str) -> None:
    with pytest.raises(BadValue):
        endpoint(parsed(*words.split()))


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("127.0.0.1", "tcp://127.0.0.1:5"),
        ("0.0.0.0", "tcp://127.0.0.1:5"),
        ("::", "tcp://[::1]:5"),
        ("192.168.1.5", "tcp://192.168.1.5:5"),
    ],
)
def test_the_ready_file_says_where_it_is(bind: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.write_text(f'{{"ready": true, "pid": 1, "bind": "{bind}", "zmq_port": 5}}\n')
    assert endpoint(parsed("--ready-file", str(file))) == expected


@pytest.mark.parametrize("text", [None, "", "[]", '{"bind": "a"}', '{"bind": "a", "zmq_port": -1}'])
def test_a_ready_file_that_is_none(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadFile, match="running"):
        endpoint(parsed("--ready-file", str(file)))


def test_split_leaves_an_address_of_ipv6_whole() -> None:
    assert split("fe80::1%eth0") == ("fe80::1%eth0", "")


@pytest.mark.parametrize("text", ["0", "-1", "nan", "1e9"])
def test_timeouts_that_are_none(text: str) -> None:
    with pytest.raises(BadValue):
        timeout_of(parsed(f"--timeout={text}"))
    assert timeout_of(parsed()) == 3.0


def test_secret_and_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "correct horse battery")
    assert secret(parsed()) == "correct horse battery"
    assert secret(parsed("--curve-dir", "k")) == ""  # what lies around is not for a server of keys
    file = tmp_path / "secret"
    file.write_text("another horse battery\n")
    file.chmod(0o600)
    assert secret(parsed("--auth-file", str(file))) == "another horse battery"
    with pytest.raises(BadKeys):
        secret(parsed("--auth-file", str(tmp_path / "none")))
    own, server = keys(parsed("--curve-dir", "k", "--client", "laptop"))
    assert (Path(own), Path(server)) == (Path("k/laptop.key_secret"), Path("k/server.key"))
    with pytest.raises(BadValue, match="curve-dir"):
        keys(parsed("--client", "laptop"))


def test_it_is_let_in_by_keys_and_by_the_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_keys(tmp_path / "keys", "client")
    with serving(curve_dir=str(tmp_path / "keys")) as running:
        status = ["ctl", "status", "--server", running.endpoint]
        assert main([*status, "--curve-dir", str(tmp_path / "keys")]) == 0
        assert main([*status, "--timeout", "0.3"]) == 2
    assert "looks the same" in capsys.readouterr().err
    file = tmp_path / "secret"
    file.write_text("correct horse battery\n")
    file.chmod(0o600)
    with serving(auth_file=str(file)) as running:
        status = ["ctl", "--server", running.endpoint, "status"]
        assert main([*status, "--auth-file", str(file)]) == 0
        monkeypatch.setenv(SECRET_VARIABLE, "correct horse battery")
        assert main(status) == 0
        monkeypatch.setenv(SECRET_VARIABLE, "a wrong horse battery")
        assert main([*status, "--timeout", "0.3"]) == 2
