"""Who may connect over ZeroMQ: keys, the secret, and what is no ZeroMQ at all."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import zmq

from daw_bridge.client import Client
from daw_bridge.errors import BadKeys, NoAnswer
from daw_bridge.wire.keys import PLAIN_NAME, make_keys
from daw_bridge.wire.secret import MAX_SECRET_BYTES
from tests.rigs.server import WAIT_S, serving
from tests.rigs.sounds import noise

MIX = noise(2, 64)
SECRET = "correct horse battery"


@pytest.mark.parametrize("port", ["zmq_port", "pub_port"])
def test_what_a_web_page_can_send_is_no_message(port: str) -> None:
    """A POST whose bytes would be frames of ZMTP 1.0, which begins without a greeting."""

    def frame(content: bytes, more: bool) -> bytes:
        return bytes([len(content) + 1, more]) + content

    first = b"POST /".ljust(1 + ord("P"), b"x")
    post = first + frame(b"DWB1", True) + frame(b'{"type":"quit"}', False)
    with serving() as running:
        at = ("127.0.0.1", getattr(running.ready, port))
        with socket.create_connection(at, WAIT_S) as page:
            page.sendall(post)
            assert b"DWB1" not in received(page)  # until the server closes the connection
        with running.client() as client:
            assert client.get("refine/steps")
        assert not running.server.wait(0)


def received(end: socket.socket) -> bytes:
    data = b""
    try:
        while more := end.recv(4096):
            data += more
    except ConnectionResetError:
        pass
    return data


def test_with_keys_only_their_holders_get_in(tmp_path: Path) -> None:
    public, _, _, mine = make_keys(tmp_path / "keys", "mine")
    stranger = make_keys(tmp_path / "other", "stranger")[-1]
    with serving(curve_dir=str(tmp_path / "keys")) as running:
        with running.client(secret_key=mine, server_key=public) as client:
            assert client.get("refine/steps") == {"refine/steps": 0}
        for keys in ({}, {"secret_key": stranger, "server_key": public}):
            with pytest.raises(NoAnswer):
                Client(running.endpoint, timeout_s=0.5, **keys)
        with pytest.raises(BadKeys):
            running.client(secret_key=mine)


def test_with_a_secret_and_no_keys_only_who_knows_it_gets_in(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    with (
        serving(auth_file=str(file), meter_rate=50.0) as running,
        running.client(secret=SECRET) as client,
        client.stream(44100, 2) as stream,
    ):
        assert stream.process(MIX).names
        assert heard(running.ready.pub_port, SECRET, WAIT_S)
        for wrong in ("", "another secret of it"):
            with pytest.raises(NoAnswer, match="secret"):
                Client(running.endpoint, timeout_s=0.5, secret=wrong)
            assert not heard(running.ready.pub_port, wrong, 0.5)


def heard(pub_port: int, secret: str, wait_s: float) -> bool:
    """Whether a subscriber with this secret hears any event."""
    with zmq.Context() as context, context.socket(zmq.SUB) as ear:
        if secret:
            ear.plain_username, ear.plain_password = PLAIN_NAME.encode(), secret.encode()
        ear.connect(f"tcp://127.0.0.1:{pub_port}")
        ear.subscribe(b"")
        return bool(ear.poll(int(1000 * wait_s)))


def test_the_secret_is_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with caplog.at_level("DEBUG"), serving(auth_file=str(tmp_path / "secret")) as running:
        with running.client(secret=SECRET) as client:
            assert client.get("refine/steps")
        with pytest.raises(NoAnswer):
            Client(running.endpoint, timeout_s=0.5, secret="almost " + SECRET)
    assert SECRET not in caplog.text


def test_a_server_that_nobody_can_enter_any_more_ends(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with serving(auth_file=str(tmp_path / "secret")) as running:
        running.server.sockets.zmq._auth.pipe.send(b"TERMINATE")  # type: ignore[union-attr]
        assert running.server.wait(WAIT_S)
        assert "lets ZeroMQ clients in" in str(running.server.failure)


def test_a_secret_that_zeromq_cannot_carry_is_refused(tmp_path: Path) -> None:
    long = "x" * (MAX_SECRET_BYTES - 1)
    (tmp_path / "secret").write_text(long)
    with serving(auth_file=str(tmp_path / "secret")) as running:
        with running.client(secret=long) as client:
            assert client.get("refine/steps")
        with pytest.raises(BadKeys, match="256 bytes"):
            running.client(secret=long + "\N{LATIN SMALL LETTER E WITH ACUTE}")


def test_keys_go_before_the_secret(tmp_path: Path) -> None:
    """With both, ZeroMQ wants keys and OSC the secret."""
    (tmp_path / "secret").write_text(SECRET)
    public, _, _, mine = make_keys(tmp_path / "keys", "mine")
    both = {"curve_dir": str(tmp_path / "keys"), "auth_file": str(tmp_path / "secret")}
    with serving(**both) as running:
        with running.client(secret_key=mine, server_key=public) as client:
            assert client.get("refine/steps")
        with pytest.raises(NoAnswer):
            Client(running.endpoint, timeout_s=0.5, secret=SECRET)
        with pytest.raises(BadKeys, match="one of the two"):
            running.client(secret_key=mine, server_key=public, secret=SECRET)


def test_no_keys_no_server(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="daw-bridge keys"), serving(curve_dir=str(tmp_path)):
        pass
