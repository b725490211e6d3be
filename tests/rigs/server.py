"""A real server on free ports, and bare OSC and ZeroMQ ends to talk to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import zmq

from daw_bridge.client import Client
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import Ready, Server
from daw_bridge.settings.parameters import Value
from daw_bridge.wire import MARK, Peer
from daw_bridge.wire.osc_packets import OscCall, build_message, read_datagram
from daw_bridge.wire.records import parse_object
from daw_bridge.wire.zmq_requests import encode_header
from tests.rigs.scratch import scratch_folder
from tests.rigs.tiny_models import make_model

PORTS = (
    "--osc-port", "0", "--zmq-port", "0", "--pub-port", "0", "--http-port", "0",
    "--device", "cpu",
)  # fmt: skip

WAIT_S = 10.0
SYNC = "/dawbridge/sync"
GIBBS = {"conditional": True, "couple": 0.3}
"""Of a tiny model whose steps make a difference."""


@lru_cache(maxsize=16)
def model_file(**changes: Any) -> str:
    """The path of a tiny model, made once for each set of changes."""
    path = scratch_folder() / f"{changes.get('name', 'tiny')}.onnx"
    make_model(path, **changes)
    return str(path)


class Running:
    """A started server, its ready record, and ends to it."""

    def __init__(self, server: Server, ready: Ready) -> None:
        self.server, self.ready = server, ready

    @property
    def endpoint(self) -> str:
        return f"tcp://127.0.0.1:{self.ready.zmq_port}"

    def client(self, **options: Any) -> Client:
        return Client(self.endpoint, timeout_s=WAIT_S, **options)

    def osc(self) -> OscEnd:
        return OscEnd(self.ready.osc_port)

    def dealer(self) -> ZmqEnd:
        return ZmqEnd(self.endpoint)


@contextmanager
def serving(allow_paths: tuple[Path, ...] = (), **options: Value) -> Iterator[Running]:
    """A server in this process: a tiny model on the CPU unless said otherwise."""
    usual: dict[str, Value] = {
        "osc_port": 0,
        "zmq_port": 0,
        "pub_port": 0,
        "http_port": 0,
        "announce": 0,
        "device": "cpu",
        "model": "",
        "snapshot_dir": str(scratch_folder() / "snapshots"),
    }
    chosen = usual | options
    chosen["model"] = chosen["model"] or model_file()
    server = Server(ServerOptions.of(allow_paths, **chosen))
    ready = server.start()
    try:
        yield Running(server, ready)
    finally:
        server.stop()


@contextmanager
def program(
    *command: str,
    environment: Mapping[str, str] = os.environ,
    stderr: int = subprocess.PIPE,
    stdin: int | None = None,
    pass_fds: tuple[int, ...] = (),
) -> Iterator[subprocess.Popen[str]]:
    """A program that is ended whatever happens; its outputs are pipes."""
    calm = {**environment, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, text=True, env=calm,
        pass_fds=pass_fds,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


class OscEnd:
    """A UDP socket that sends to the server and reads its answers."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.calls: list[OscCall] = []
        self._syncs = 770_000

    def __enter__(self) -> OscEnd:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()

    def raw(self, data: bytes) -> None:
        """Send a datagram."""
        self._socket.sendto(data, self._server)

    def send(self, address: str, *arguments: Value) -> None:
        """Send a message."""
        self.raw(build_message(address, arguments))

    def wait(self, address: str, timeout_s: float = WAIT_S) -> tuple[Value, ...]:
        """The arguments of the next message to this address; others are kept in `calls`."""
        limit = time.monotonic() + timeout_s
        while (left := limit - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                break
            for call in read_datagram(data):
                assert isinstance(call, OscCall), call
                self.calls.append(call)
                if call.address == address:
                    return call.arguments
        raise AssertionError(f"no {address} among the last {self.calls[-20:]}")

    def wait_any(self) -> None:
        """Wait for any message; it is the last in `calls`."""
        self._socket.settimeout(WAIT_S)
        for call in read_datagram(self._socket.recv(65536)):
            assert isinstance(call, OscCall), call
            self.calls.append(call)

    def ask(self, address: str, *arguments: Value) -> tuple[Value, ...]:
        """Ask for a value at its own address."""
        self.send(address, *arguments)
        return self.wait(address)

    def settle(self) -> None:
        """Wait until everything sent before is done; asked again where too much still waits."""
        while not self._synced():
            time.sleep(0.05)

    def _synced(self) -> bool:
        """Whether a sync was answered; False: it was refused with `busy`."""
        self._syncs += 1
        self.send("/dawbridge/sync", self._syncs)
        while True:
            self.wait_any()
            call = self.calls[-1]
            if (call.address, call.arguments[:1]) == ("/dawbridge/synced", (self._syncs,)):
                return True
            if call.address == "/dawbridge/fail" and call.arguments[:3:2] == (SYNC, "busy"):
                return False


class ZmqEnd:
    """A bare DEALER socket."""

    def __init__(self, endpoint: str, kind: int = zmq.DEALER) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(kind)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.connect(endpoint)

    def shrink(self) -> None:
        """Connect anew as one that takes next to nothing before it is read."""
        endpoint = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self._socket.disconnect(endpoint)
        for option in (zmq.RCVHWM, zmq.RCVBUF):
            self._socket.setsockopt(option, 1)
        self._socket.connect(endpoint)

    def __enter__(self) -> ZmqEnd:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
        self._context.term()

    def raw(self, *frames: bytes) -> None:
        """Send frames as they are."""
        self._socket.send_multipart(frames)

    def send(
        self, kind: str, msg_id: int = 1, buffers: tuple[bytes, ...] = (), **fields: Any
    ) -> None:
        """Send a message."""
        self.raw(MARK, encode_header(kind, msg_id, "", fields), *buffers)

    def receive(self, timeout_s: float = WAIT_S) -> tuple[dict[str, Any], list[bytes]]:
        """The next message that is no heartbeat: its header, its buffers."""
        while self._socket.poll(int(1000 * timeout_s)):
            mark, header, *buffers = self._socket.recv_multipart()
            assert mark == MARK
            found: dict[str, Any] = dict(parse_object(header))
            if found["type"] != "heartbeat":
                return found, buffers
        raise AssertionError("no answer")

    def ask(self, kind: str, msg_id: int = 1, **fields: Any) -> dict[str, Any]:
        """Send a message and return the header of the answer to it."""
        self.send(kind, msg_id, **fields)
        header, _ = self.receive()
        assert header["msg_id"] == msg_id, header
        return header


def zmq_peer(name: str = "a") -> Peer:
    """A made-up peer."""
    return Peer("zmq", name.encode())


def serve(*options: str) -> AbstractContextManager[subprocess.Popen[str]]:
    start = (sys.executable, "-m", "daw_bridge", "serve")
    return program(*start, *PORTS, "--model", model_file(), *options)


def ready_line(process: subprocess.Popen[str]) -> dict[str, int]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    found: dict[str, int] = json.loads(line)
    return found
