"""What the server publishes, as a client hears it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.client import Client
from daw_bridge.errors import BadKeys, BadMessage
from daw_bridge.wire.keys import make_keys
from daw_bridge.wire.replies import Reply, StreamHealth, StreamInfo, ValuesReply
from tests.rigs.server import WAIT_S, serving


def heard(client: Client, *topics: str) -> list[Reply]:
    """Everything up to the first meters of a stream that is opened, and set."""
    found: list[Reply] = []
    with client.news(*topics) as news, client.stream(44100, 2):
        while not any(isinstance(one, StreamHealth) for one in found):
            client.set({"bypass": 1})
            reply = news.receive(WAIT_S)
            assert reply is not None, found
            found.append(reply)
        return found


def test_what_was_subscribed_to_is_heard(client: Client) -> None:
    assert {type(one) for one in heard(client, "meters/1")} == {StreamHealth}
    found = {type(one) for one in heard(client, "meters/", "values/", "stream/")}
    assert found <= {StreamHealth, ValuesReply, StreamInfo}


def test_no_news_come_in_time(client: Client) -> None:
    with client.news("meters/9") as news:
        assert news.receive(0.01) is None


def test_a_server_that_does_not_say_where(client: Client) -> None:
    client.server = replace(client.server, pub_port=0)
    with pytest.raises(BadMessage, match="pub_port"):
        client.news("meters/")


def test_it_is_let_in_as_its_client_is(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", "client")
    own, server = (str(tmp_path / "keys" / one) for one in ("client.key_secret", "server.key"))
    with (
        serving(curve_dir=str(tmp_path / "keys")) as running,
        running.client(secret_key=own, server_key=server) as client,
    ):
        assert heard(client, "meters/")
        (tmp_path / "keys" / "client.key_secret").unlink()
        with pytest.raises(BadKeys):
            client.news("meters/")
