"""Lossless streams whose windows a remote engine makes: they wait for it, and lose nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import Cancelled
from daw_bridge.remote import connection
from daw_bridge.remote.load import load_model
from daw_bridge.server.streams.sync import SyncEngine
from engines.load import load_model as load_here
from engines.types import Audio
from tests.daw_bridge.server.streams.test_sync import Feeder
from tests.rigs.engines import engine_of
from tests.rigs.live import noise
from tests.rigs.plans import sync_plan
from tests.rigs.tiny_models import make_model

BLOCK, BLOCKS = 700, 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", domain="stft", conditional=True, couple=0.3)
    return tmp_path / "tiny.onnx"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, seconds in (("_PAUSE_S", 0.02), ("_POLL_S", 0.05)):
        monkeypatch.setattr(connection, name, seconds)
    yield


def fed(feeder: Feeder, first: int, last: int) -> None:
    for k in range(first, last):
        feeder.feed(noise(BLOCK, k))


def here(path: Path) -> Audio:
    feeder = Feeder(SyncEngine(1, load_here(path), sync_plan()))
    fed(feeder, 0, BLOCKS)
    return feeder.finish()


def test_the_bits_of_a_stream_here_whatever_becomes_of_the_engine(path: Path) -> None:
    with engine_of(path) as server:
        port = server.port
        stream = SyncEngine(1, load_model(path, server.address.text), sync_plan())
        feeder = Feeder(stream)
        fed(feeder, 0, 4)
        health = stream.health()
        assert health.engine == "up" and health.engine_calls > 0
    thread = threading.Thread(target=fed, args=(feeder, 4, BLOCKS))
    thread.start()
    while stream.health().engine != "down":
        time.sleep(0.01)
    with engine_of(path, port=port):
        thread.join()
        found = feeder.finish()
        health = stream.health()
    assert np.array_equal(found, here(path))
    assert health.engine == "up" and health.engine_failures > 0 and health.engine_missed == 0


def test_each_stream_counts_its_own_calls(path: Path) -> None:
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
        streams = [SyncEngine(1, model, sync_plan()) for _ in range(3)]
        fed(Feeder(streams[0]), 0, 4)
        feeder = Feeder(streams[1])
        fed(feeder, 0, 4)
        before = streams[1].health().engine_calls
        feeder.finish()
        calls = [one.health().engine_calls for one in streams]
    assert calls[0] == before > 0 and calls[1] > before and calls[2] == 0


def test_one_that_waits_can_be_closed(path: Path) -> None:
    with engine_of(path) as server:
        stream = SyncEngine(1, load_model(path, server.address.text), sync_plan())
    ends: list[Exception] = []

    def work() -> None:
        try:
            fed(Feeder(stream), 0, BLOCKS)
        except Cancelled as error:
            ends.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while stream.health().engine != "down":
        time.sleep(0.01)
    stream.abandon()
    thread.join(10)
    assert len(ends) == 1
