"""OSCQuery against a real server: the tree, what is heard over WebSocket, and who is let in."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from daw_bridge.cli import main
from daw_bridge.errors import NoWeb, PortTaken
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import Server
from daw_bridge.server.sockets import query
from daw_bridge.wire.osc_packets import read_datagram
from tests.rigs.server import Running, model_file, serving

WAIT_S = 10.0
GAIN = "/dawbridge/stem/drums/gain"


def get(running: Running, path: str, **headers: str) -> tuple[int, Any]:
    """Status and JSON (or text) of a GET."""
    link = http.client.HTTPConnection("127.0.0.1", running.ready.http_port, timeout=WAIT_S)
    try:
        link.request(
            "GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()}
        )
        reply = link.getresponse()
        body = reply.read().decode()
        is_json = reply.getheader("Content-Type", "").startswith("application/json")
        return reply.status, json.loads(body) if is_json else body
    finally:
        link.close()


def until(true: Callable[[], object]) -> None:
    end_s = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def listen(one: ClientConnection, path: str, what: str = "LISTEN") -> None:
    one.send(json.dumps({"COMMAND": what, "DATA": path}))


def heard(one: ClientConnection) -> tuple[Any, ...]:
    """The next OSC message: its address and its values."""
    while not isinstance(packet := one.recv(WAIT_S), bytes):
        pass
    [call] = read_datagram(packet)
    return (call.address, *call.arguments)  # type: ignore[union-attr]


@contextmanager
def querying(**options: Any) -> Iterator[tuple[Running, ClientConnection]]:
    """A server with a stream, and a WebSocket."""
    with (
        serving(http_port=-1, **options) as running, running.client() as client,
        client.stream(44100, 2),
    ):  # fmt: skip
        until(lambda: get(running, GAIN)[0] == 200)
        with connect(f"ws://127.0.0.1:{running.ready.http_port}") as one:
            yield running, one


def test_the_tree_follows_the_stream() -> None:
    with serving(http_port=-1) as running, running.client() as client:
        until(lambda: get(running, "/dawbridge/model")[0] == 200)
        assert get(running, GAIN)[0] == 404
        with client.stream(44100, 2):
            until(lambda: get(running, GAIN)[0] == 200)
            client.set({"stem/drums/gain": -6.5})
            until(lambda: get(running, f"{GAIN}?VALUE")[1] == {"VALUE": [-6.5]})
            until(lambda: get(running, "/dawbridge/meter/drums")[0] == 200)
        until(lambda: get(running, GAIN)[0] == 404)
        until(lambda: get(running, "/dawbridge/model")[0] == 200)  # as new streams begin
        info = get(running, "/?HOST_INFO")[1]
        assert (info["OSC_PORT"], info["OSC_TRANSPORT"]) == (running.ready.osc_port, "UDP")


def test_a_listener_gets_the_value_at_once_and_then_each_change() -> None:
    with querying() as (running, one), running.osc() as end:
        listen(one, GAIN)
        assert heard(one) == (GAIN, 0.0)
        end.send(GAIN, -6.0)
        assert heard(one) == (GAIN, -6.0)
        end.send("/dawbridge/stem/bass/gain", -3.0)  # not listened to
        end.send(GAIN, -7.0)
        assert heard(one) == (GAIN, -7.0)
        listen(one, GAIN, "IGNORE")
        listen(one, "/dawbridge/bypass")
        assert heard(one) == ("/dawbridge/bypass", 0)
        end.send(GAIN, -8.0)
        end.send("/dawbridge/bypass", 1)
        assert heard(one) == ("/dawbridge/bypass", 1)


def test_a_tree_that_changes_is_said() -> None:
    with querying() as (running, one), running.client() as client, client.stream(44100, 2):
        assert json.loads(one.recv(WAIT_S)) == {"COMMAND": "PATH_CHANGED", "DATA": "/"}
        until(lambda: get(running, "/dawbridge/stream/2/bypass")[0] == 200)


@pytest.mark.parametrize("text", [
    "x", "[]", "3", "{}", '{"COMMAND": "LISTEN"}', '{"COMMAND": "LISTEN", "DATA": 3}',
    '{"COMMAND": "DANCE", "DATA": "/dawbridge/bypass"}', b"/dawbridge/quit\0\0\0\0,\0\0\0",
    '{"COMMAND": "LISTEN", "DATA": "/dawbridge/nothing"}', "[" * 4000,
])  # fmt: skip
def test_what_is_no_command_is_said_and_the_listening_goes_on(text: str | bytes) -> None:
    with querying() as (_, one):
        one.send(text)
        while "ERROR" not in json.loads(one.recv(WAIT_S)):
            pass
        listen(one, GAIN)
        assert heard(one) == (GAIN, 0.0)


def test_who_does_not_read_gets_the_last_value_and_the_rest_is_counted() -> None:
    with querying() as (running, one), running.client() as client:
        web = running.server.sockets.web
        assert web is not None
        web._in_loop(lambda: [each.wake.clear() for each in web._listeners])
        listen(one, GAIN)
        heard(one)
        loop_stopped = []
        web._in_loop(lambda: (loop_stopped.append(1), time.sleep(0.5)))
        until(lambda: loop_stopped)
        for step in range(50):
            client.set({"stem/drums/gain": -float(step)})
        last = heard(one)
        while last != (GAIN, -49.0):
            last = heard(one)
        assert web.dropped > 0
        assert client.status().dropped_replies >= web.dropped


def test_only_so_many_may_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "MAX_LISTENERS", 1)
    with querying() as (running, one):
        listen(one, GAIN)
        heard(one)
        with (
            connect(f"ws://127.0.0.1:{running.ready.http_port}") as other,
            pytest.raises(ConnectionClosed, match="1013"),
        ):
            other.recv(WAIT_S)


def test_only_to_so_many_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "MAX_PATHS", 1)
    with querying() as (_, one):
        listen(one, GAIN)
        heard(one)
        listen(one, "/dawbridge/bypass")
        while "ERROR" not in (told := json.loads(one.recv(WAIT_S))):
            pass
        assert "more than 1" in told["ERROR"]


def test_pages_and_strange_names_are_refused() -> None:
    with querying() as (running, _):
        assert get(running, "/", Host="evil.example")[0] == 403
        assert get(running, "/", Origin="https://evil.example")[0] == 403
        with pytest.raises(InvalidStatus):
            connect(f"ws://127.0.0.1:{running.ready.http_port}", origin="https://evil.example")  # type: ignore[arg-type]


def test_a_server_with_a_secret_wants_it_here_too(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse battery")
    with serving(http_port=-1, auth_file=str(tmp_path / "secret")) as running:
        at = f"ws://127.0.0.1:{running.ready.http_port}/"
        assert get(running, "/")[0] == 401
        assert get(running, "/", Authorization="Bearer correct horse battery")[0] == 200
        with pytest.raises(InvalidStatus):
            connect(at)
        with connect(f"{at}?token=correct+horse+battery") as one:
            one.send("x")
            assert "ERROR" in str(one.recv(WAIT_S))


@pytest.mark.parametrize("data", [
    b"", b"\0" * 100, b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET " + b"/" * 9000,
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n", b"GET / HTTP/1.1\r\n\r\n",
])  # fmt: skip
def test_bytes_that_are_no_request_cost_one_connection_and_no_line_of_the_log(
    data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(http_port=-1) as running:
        with socket.create_connection(("127.0.0.1", running.ready.http_port), WAIT_S) as one:
            one.sendall(data)
            one.shutdown(socket.SHUT_WR)
            while one.recv(4096):
                pass
        assert get(running, "/")[0] == 200
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_defect_is_heard_and_costs_one_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(http_port=-1) as running:
        monkeypatch.setattr(query, "answer", lambda *_: 1 / 0)
        assert get(running, "/")[0] == 500
        monkeypatch.undo()
        assert get(running, "/")[0] == 200
    assert "ZeroDivisionError" in caplog.text


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        options = ServerOptions.of(
            osc_port=0, zmq_port=0, pub_port=0, http_port=port, model=model_file()
        )
        with pytest.raises(PortTaken, match="--http-port"):
            Server(options).start()


def test_without_the_library_it_is_off_unless_asked_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise NoWeb("OSCQuery without websockets", "the extra", "pip install '.[web]'")

    monkeypatch.setattr("daw_bridge.server.sockets.transports.check_installed", missing)
    caplog.set_level(logging.INFO)
    ports = {"osc_port": 0, "zmq_port": 0, "pub_port": 0}
    server = Server(ServerOptions.of(model=model_file(), **ports))
    ready = server.start()
    server.stop()
    assert ready.http_port == 0
    assert "OSCQuery off" in ready.lines()
    assert ".[web]" in caplog.text
    with pytest.raises(NoWeb):
        Server(ServerOptions.of(model=model_file(), http_port=17124, **ports)).start()
    words = ["serve", "--http-port", "17124", "--osc-port", "0", "--zmq-port", "0"]
    assert main([*words, "--pub-port", "0", "--model", model_file()]) == 2


def test_after_a_failure_of_its_thread_it_serves_again(caplog: pytest.LogCaptureFixture) -> None:
    with serving(http_port=-1) as running:
        web = running.server.sockets.web
        assert web is not None
        until(lambda: web._loop)
        loop = web._loop
        assert loop is not None
        loop.call_soon_threadsafe(loop.stop)  # asyncio.run raises: its work is not done
        until(lambda: web._loop not in (None, loop))
        until(lambda: get(running, "/dawbridge/model")[0] == 200)
    assert "daw-bridge web" in caplog.text


NODE = """
const port = process.argv[2];
const tree = await (await fetch(`http://127.0.0.1:${port}/`)).json();
const walk = (node) => [
  ...("TYPE" in node ? [node] : []), ...Object.values(node.CONTENTS ?? {}).flatMap(walk),
];
for (const node of walk(tree)) console.log(node.FULL_PATH, node.TYPE || "-", node.ACCESS);
"""


@pytest.mark.node
def test_a_program_in_node_reads_the_tree(tmp_path: Path) -> None:
    script = tmp_path / "read.mjs"
    script.write_text(NODE, encoding="utf-8")
    with querying() as (running, _):
        words = ["node", str(script), str(running.ready.http_port)]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert f"{GAIN} f 3" in done.stdout.splitlines()
    assert "/dawbridge/device s 1" in done.stdout.splitlines()
    assert "/dawbridge/reset - 2" in done.stdout.splitlines()
