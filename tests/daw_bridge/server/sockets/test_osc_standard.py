"""OSC as its standard has it, over a real socket: address patterns, and bundles for later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daw_bridge.wire.osc_packets import AT_ONCE, build_message
from tests.rigs.osc_time import bundle, time_tag
from tests.rigs.server import OscEnd, Running, serving

SECRET = "correct horse battery"


@contextmanager
def two_streams() -> Iterator[OscEnd]:
    """An OSC client of a server with two open streams."""
    with (
        serving() as running, running.osc() as end, running.client() as client,
        client.stream(44100, 2), client.stream(44100, 2),
    ):  # fmt: skip
        yield end


def seed(value: int) -> bytes:
    return build_message("/dawbridge/refine/seed", (value,))


def gains(end: OscEnd, stream: int = 1) -> list[object]:
    stems = ("drums", "residual")
    base = "/dawbridge" if stream == 1 else f"/dawbridge/stream/{stream}"
    return [end.ask(f"{base}/stem/{stem}/gain")[0] for stem in stems]


def counts(running: Running) -> tuple[int, int]:
    with running.client() as client:
        status = client.status()
        return status.timed_requests, status.late_requests


def test_a_pattern_sets_every_stem() -> None:
    with two_streams() as end:
        end.send("/dawbridge/stem/*/gain", -6.0)
        end.settle()
        assert gains(end, 1) == [-6.0, -6.0] and gains(end, 2) == [0.0, 0.0]
        end.send("/dawbridge/stream/*/stem/{drums,kazoo}/gain", -12.0)
        end.settle()
        assert gains(end, 1) == [-12.0, -6.0] and gains(end, 2) == [-12.0, 0.0]
        end.send("/dawbridge/stream/2/stem/*/gain")  # asked: each answers at its own address
        for stem, wanted in (("drums", -12.0), ("residual", 0.0)):
            assert end.wait(f"/dawbridge/stream/2/stem/{stem}/gain") == (wanted,)
        assert not [one for one in end.calls if one.address.endswith("/fail")]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/dawbridge/stem/*/pan", "bad_value"),
        ("/dawbridge/stem/{drums/gain", "bad_value"),
        ("/dawbridge/stream/[3-9]/bypass", "unknown_stream"),
        ("/dawbridge/qui?", "bad_value"),  # no pattern reaches a command
        ("/daw*/bypass", "unknown_request"),
    ],
)
def test_what_a_pattern_does_not_find_is_said(address: str, code: str) -> None:
    with two_streams() as end:
        end.send(address, 1)
        assert end.wait("/dawbridge/fail")[:3] == (address, 0, code)


def test_a_bundle_is_done_at_its_time() -> None:
    with serving() as running, running.osc() as end:
        sent_s = time.time()
        end.raw(bundle(seed(7), build_message("/dawbridge/sync", (5,)), tag=time_tag(sent_s + 4.0)))
        end.raw(bundle(seed(3)))
        end.settle()
        assert end.ask("/dawbridge/refine/seed") == (3,)  # the one for later has not been done
        assert counts(running) == (2, 0)
        assert end.wait("/dawbridge/synced") == (5, 0)
        assert time.time() - sent_s >= 4.0
        assert end.ask("/dawbridge/refine/seed") == (7,)
        assert counts(running) == (0, 0)


def test_a_late_bundle_is_done_at_once_and_counted() -> None:
    with serving() as running, running.osc() as end:
        end.raw(bundle(seed(9), seed(11), tag=time_tag(time.time() - 1.0)))
        end.settle()
        assert end.ask("/dawbridge/refine/seed") == (11,)
        assert counts(running) == (0, 2)


def test_a_bundle_far_ahead_is_refused() -> None:
    with serving() as running, running.osc() as end:
        end.raw(bundle(seed(9), tag=time_tag(time.time() + 3600.0)))
        address, _, code, message = end.wait("/dawbridge/fail")
        assert (address, code) == ("/dawbridge/refine/seed", "bad_value")
        assert "clocks" in str(message)


def test_what_strangers_send_does_not_wait_and_is_seldom_answered(tmp_path: Path) -> None:
    """Or they would keep out who has given the secret, and be answered as often as they ask."""
    (tmp_path / "secret").write_text(SECRET)
    with serving(auth_file=str(tmp_path / "secret")) as running, running.osc() as end:
        for ahead_s in (50.0, 5000.0):
            for _ in range(30):
                end.raw(bundle(seed(9), tag=time_tag(time.time() + ahead_s)))
        end.send("/dawbridge/auth", SECRET)
        assert end.wait("/dawbridge/done")[0] == "auth"
        assert not len(running.server.sockets.osc.timed)
        assert len([one for one in end.calls if one.address.endswith("/fail")]) < 10
        end.raw(bundle(seed(9), tag=time_tag(time.time() + 50.0)))
        end.settle()
        assert len(running.server.sockets.osc.timed) == 1


def test_the_server_ends_while_messages_wait() -> None:
    with serving() as running, running.osc() as end:
        end.raw(bundle(seed(9), tag=time_tag(time.time() + 50.0)))
        end.settle()
        timed = running.server.sockets.osc.timed
        assert len(timed) == 1
    assert not len(timed)


def test_a_large_bundle_is_all_read() -> None:
    parts = b""
    for k in range(480):  # fewer than may wait, and the question behind them
        one = build_message("/dawbridge/stream/1/refine/seed", (k,))
        parts += len(one).to_bytes(4, "big") + one
    assert len(parts) > 20000  # python-osc's own server loses what is over 8,192 bytes
    with serving() as running, running.osc() as end:
        end.raw(b"#bundle\0" + AT_ONCE.to_bytes(8, "big") + parts)
        end.settle()
        assert end.ask("/dawbridge/refine/seed") == (479,)
