"""The client's socket: a server that is not there, or no longer."""

from __future__ import annotations

import pytest
import zmq

from daw_bridge.client import Client
from daw_bridge.client.link import Link
from daw_bridge.errors import NoAnswer, RemoteError, Stopped
from daw_bridge.wire.requests import Hello
from tests.rigs.server import serving
from tests.rigs.sounds import noise


def test_no_server_says_what_to_do() -> None:
    with pytest.raises(NoAnswer, match="daw-bridge serve"):
        Client("tcp://127.0.0.1:9", timeout_s=0.2)
    with pytest.raises(NoAnswer, match="endpoint"):
        Client("nonsense")


def test_a_connection_lost_just_before_sending_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a server drops a client with a wrong key: between poll and send, and sending blocks."""
    endpoint = "tcp://127.0.0.1:9"
    link = Link(endpoint, 0.2, "", "")
    link._socket.disconnect(endpoint)
    with monkeypatch.context() as patch:
        patch.setattr(zmq.Socket, "poll", lambda *_: zmq.POLLOUT)
        with pytest.raises(NoAnswer, match="send queue"):
            link.send(Hello())
    link.close()


def test_quit_and_then_silence() -> None:
    with serving() as running:
        with running.client() as client:
            client.quit()
            assert running.server.wait(10)
        with pytest.raises(Stopped):
            client.get()


def test_a_server_that_dies_in_mid_stream_is_noticed() -> None:
    with serving() as running:
        client = Client(running.endpoint, timeout_s=0.3)
        stream = client.stream(44100, 2)
        stream.process(noise(2, 100))
        running.server.stop()
        with pytest.raises((NoAnswer, Stopped, RemoteError)):
            stream.process(noise(2, 100))
        client.close()
