"""Floods of good, nearly good and bad messages: the server goes on for everybody else."""

from __future__ import annotations

import threading
import time
from itertools import islice

import psutil
import pytest

from daw_bridge.server.inbox import LEAST_BYTES
from tests.rigs import fuzz
from tests.rigs.server import Running, serving
from tests.rigs.sounds import noise

MESSAGES = 1500
MOST_BYTES = 150e6
"""What a server with a tiny model may grow by; its queues have room for far less."""


def still_well(running: Running, before: set[threading.Thread]) -> None:
    """Another client is served, every thread is there, and nothing unforeseen has happened."""
    with running.client() as client, running.dealer() as end:
        assert end.ask("sync", 4, number=4)["type"] == "sync.reply"
        mix = noise(2, 500)
        model = running.server.options.text("model")
        assert client.separate(mix, 44100, model=model)["residual"].shape == mix.shape
        assert client.status().internal_errors == 0
    assert all(one.is_alive() for one in before)


@pytest.mark.parametrize("seed", range(2))
def test_osc_of_every_kind(seed: int) -> None:
    grown, others = psutil.Process().memory_info().rss, set(threading.enumerate())
    with serving() as running:
        before = set(threading.enumerate()) - others
        with running.osc() as end:
            for data in islice(fuzz.datagrams(seed), MESSAGES):
                end.raw(data)
        still_well(running, before)
    assert psutil.Process().memory_info().rss - grown < MOST_BYTES


@pytest.mark.parametrize("seed", range(2))
def test_zmq_of_every_kind(seed: int) -> None:
    grown, others = psutil.Process().memory_info().rss, set(threading.enumerate())
    with serving() as running:
        before = set(threading.enumerate()) - others
        with running.dealer() as end:
            for frames in islice(fuzz.frames(seed), MESSAGES):
                end.raw(*frames)
            end.send("sync", 999_999, number=1)
            while end.receive()[0]["msg_id"] != 999_999:
                pass
        still_well(running, before)
    assert psutil.Process().memory_info().rss - grown < MOST_BYTES


def test_of_a_dial_over_osc_the_last_value_holds_however_fast_it_is_turned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daw_bridge.server.inbox.MAX_LANE_BYTES", 16 * LEAST_BYTES)
    with serving() as running, running.osc() as end:
        real = running.server._session.handle

        def slow(event: object) -> list[object]:
            time.sleep(0.002)
            return list(real(event))  # type: ignore[arg-type]

        monkeypatch.setattr(running.server._session, "handle", slow)
        for value in range(150):
            end.send("/dawbridge/refine/seed", value)
        time.sleep(0.1)
        while len(running.server._inbox):
            time.sleep(0.01)  # the test's own time limit ends this
        assert end.ask("/dawbridge/refine/seed") == (149,)
        assert not [one for one in end.calls if one.address.endswith("/fail")]
        assert running.server._inbox.superseded > 0
