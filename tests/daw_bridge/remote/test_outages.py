"""A live stream in real time, whose engine is killed, started again, frozen and thawed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import EngineGone
from daw_bridge.remote import connection as connections
from daw_bridge.remote.load import load_model
from daw_bridge.server.streams.live import LiveEngine
from engines.types import Audio
from tests.rigs.engines import EngineProcess, engine_of
from tests.rigs.live import delayed, noise
from tests.rigs.plans import live_plan
from tests.rigs.tiny_models import GAINS, LIVE, make_model

RATE, BLOCK, HOP = 44100, 1024, 8192
GRID = replace(LIVE, window_samples=2 * HOP, hop_samples=HOP, lookahead_samples=128)


class Song:
    """Plays noise through a stream in real time, and keeps what comes out."""

    def __init__(self, engine: LiveEngine) -> None:
        self._live = engine.live
        self._mix, self._out = [], []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._play)
        self._thread.start()

    def _play(self) -> None:
        due, count = time.monotonic(), 0
        while not self._stop.is_set():
            mix = noise(BLOCK, count)
            out = np.empty((len(self._live.outputs), 2, BLOCK), np.float32)
            self._live.process(mix, out)
            self._mix.append(mix)
            self._out.append(out)
            due, count = due + BLOCK / RATE, count + 1
            time.sleep(max(0.0, due - time.monotonic()))

    @property
    def seconds(self) -> float:
        return len(self._mix) * BLOCK / RATE

    def wait(self, holds: Callable[[], bool], seconds: float = 20.0) -> None:
        """Until it holds."""
        give_up = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < give_up
            time.sleep(0.01)

    def end(self) -> tuple[Audio, Audio]:
        self._stop.set()
        self._thread.join()
        return np.concatenate(self._mix, axis=-1), np.concatenate(self._out, axis=-1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", live=GRID)
    return tmp_path / "tiny.onnx"


@pytest.fixture
def opened(path: Path) -> Iterator[tuple[EngineProcess, LiveEngine]]:
    with EngineProcess(path) as process:
        model = load_model(path, process.device)
        engine = LiveEngine(1, model, live_plan(BLOCK), 0.7)
        yield process, engine
        engine.stop()


def up(engine: LiveEngine) -> Callable[[], bool]:
    return lambda: engine.health().engine == "up"


def down(engine: LiveEngine) -> Callable[[], bool]:
    return lambda: engine.health().engine == "down"


def hears_drums(engine: LiveEngine) -> Callable[[], bool]:
    def holds() -> bool:
        return {one.name: one.peak_db for one in engine.health().levels}["drums"] > -60

    return holds


def test_killed_started_frozen_thawed(opened: tuple[EngineProcess, LiveEngine], path: Path) -> None:
    process, engine = opened
    song = Song(engine)
    song.wait(hears_drums(engine))
    process.kill()
    song.wait(down(engine))
    missed = engine.health().engine_missed
    song.wait(lambda: engine.health().engine_missed >= missed + 2)
    with EngineProcess(path, port=process.port) as second:
        song.wait(up(engine))
        song.wait(hears_drums(engine))
        late, gone = engine.health().late_samples, song.seconds
        second.freeze()
        song.wait(down(engine))
        missed = engine.health().engine_missed
        song.wait(lambda: engine.health().engine_missed >= missed + 4)
        frozen_s, late = song.seconds - gone, engine.health().late_samples - late
        second.thaw()
        song.wait(up(engine))
        calls = engine.health().engine_calls
        song.wait(lambda: engine.health().engine_calls >= calls + 6)
        song.wait(hears_drums(engine))
        health = engine.health()
        mix, out = song.end()
    latency = engine.info.latency_samples
    assert np.abs(out.sum(axis=0) - delayed(mix, latency)).max() < 1e-6
    # One deadline was waited for, whatever the freeze: nothing piles up behind it.
    assert late / RATE < 0.5 * frozen_s and late <= 2 * HOP
    assert health.engine_openings >= 2 and health.failures == 0
    assert health.engine_call_us > 0 and health.engine_p99_us > 0
    drums = delayed(GAINS[0] * mix, latency)
    right = np.abs(out[0] - drums).max(axis=0) < 1e-6
    edges = np.flatnonzero(np.diff(right.astype(np.int8), prepend=0, append=0))
    stretches = (edges[1::2] - edges[::2]) >= HOP // 2
    assert stretches.sum() >= 3  # before it was killed, between, and after it was thawed
    silent = ~out[:-1].any(axis=(0, 1))
    assert silent[latency + HOP :].sum() > 4 * HOP  # stems were silent, and are nowhere wrong
    fades = ~(right | silent)
    assert fades[latency + HOP :].mean() < 0.2


def test_a_stream_of_an_engine_that_is_gone_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.2)
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
    with pytest.raises(EngineGone):
        LiveEngine(1, model, live_plan(BLOCK), 0.7)
