"""OSCQuery over HTTP: who may ask, and what a path is answered."""

from __future__ import annotations

import json

import pytest

from daw_bridge.server.sockets.query_http import MAX_PATH, Door, answer
from daw_bridge.wire.query_tree import tree

ROOT = tree({"/dawbridge/stem/drums/gain": (-6.0,), "/dawbridge/load": (0.5,)})
OPEN = Door("127.0.0.1", "")
LOCKED = Door("127.0.0.1", "correct horse battery")


@pytest.mark.parametrize("host", [
    "127.0.0.1:17124", "localhost:17124", "localhost", "[::1]:17124", "192.168.1.5:80",
])  # fmt: skip
def test_addresses_and_localhost_may_be_asked(host: str) -> None:
    assert OPEN.refusal({"Host": host}, "/") is None


@pytest.mark.parametrize("host", ["evil.example:17124", "", "127.0.0.1.evil.example", "[", "a b"])
def test_a_name_that_is_not_ours_is_how_pages_reach_this_machine(host: str) -> None:
    found = OPEN.refusal({"Host": host}, "/")
    assert found is not None
    assert found.status == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "file://", "http://x.localhost"]
)
def test_a_page_of_another_host_may_not_ask(origin: str) -> None:
    found = OPEN.refusal({"Host": "localhost", "Origin": origin}, "/")
    assert found is not None
    assert found.status == 403


def test_a_page_of_this_machine_may_ask() -> None:
    assert OPEN.refusal({"Host": "localhost", "Origin": "http://127.0.0.1:8080"}, "/") is None


def test_the_name_that_the_server_is_bound_to_is_ours() -> None:
    assert Door("studio.local", "").refusal({"Host": "Studio.local:17124"}, "/") is None


def test_a_secret_is_given_in_a_header_or_in_the_address() -> None:
    here = {"Host": "localhost"}
    for headers, path in (
        (here | {"Authorization": "Bearer correct horse battery"}, "/"),
        (here, "/?token=correct%20horse%20battery"),
        (here, "/dawbridge?VALUE&token=correct+horse+battery"),
    ):
        assert LOCKED.refusal(headers, path) is None
    for headers, path in ((here, "/"), (here, "/?token=wrong"), (here, "/?token="),
                          (here | {"Authorization": "Bearer correct"}, "/")):  # fmt: skip
        found = LOCKED.refusal(headers, path)
        assert found is not None
        assert found.status == 401


@pytest.mark.parametrize(("path", "status"), [
    ("/", 200), ("/dawbridge/stem/drums/gain", 200), ("/dawbridge/stem/drums/gain?VALUE", 200),
    ("/dawbridge/stem/flute/gain", 404), ("/dawbridge?VALUE", 204), ("/?NONSENSE", 400),
    ("/?VALUE&RANGE", 400), ("/anything?HOST_INFO", 200), ("/" + MAX_PATH * "x", 414),
    ("/%2e%2e/etc", 404), ("//", 200), ("/?token=x", 200),
])  # fmt: skip
def test_what_a_path_is_answered(path: str, status: int) -> None:
    assert answer(path, ROOT, {"NAME": "x"}).status == status


def test_one_attribute_is_answered_alone() -> None:
    found = answer("/dawbridge/stem/drums/gain?VALUE", ROOT, {})
    assert json.loads(found.body) == {"VALUE": [-6.0]}
    assert json.loads(answer("/?HOST_INFO", ROOT, {"NAME": "x"}).body) == {"NAME": "x"}
