"""Live streams whose windows a remote engine makes: in time, or silent stems; never a sample less.

Driven by hand here, without a clock; in real time, with an engine that is killed, frozen and
started again: test_outages.py.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import FilesOnly
from daw_bridge.live.stream import LiveStream
from daw_bridge.remote import breaker, live_method
from daw_bridge.remote.breaker import MOST_LATE
from daw_bridge.remote.connection import Connection, connect
from daw_bridge.remote.counters import Tally
from daw_bridge.remote.live import DEADLINE_SHARE, engine_counts, for_live, runs_there
from daw_bridge.remote.live_method import LiveMethod, connection_of
from daw_bridge.remote.load import load_model
from daw_bridge.remote.serving.engine import EngineServer
from engines.load import Model
from engines.load import load_model as load_here
from engines.methods import one_pass
from engines.settings import StreamSettings, stream_settings
from engines.window import Control
from tests.rigs.engines import engine_of
from tests.rigs.live import delayed, noise, offline, run
from tests.rigs.needing import write_mean, write_stacked
from tests.rigs.tiny_models import GAINS, LIVE, make_model
from tests.rigs.window_tools import window

BLOCK = 128
TARGET = 0.7
# A hop of half a second: no busy machine misses its deadline.
SLOW = replace(LIVE, window_samples=44100, hop_samples=22016, lookahead_samples=96)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", live=SLOW)
    return tmp_path / "tiny.onnx"


@pytest.fixture
def server(path: Path) -> Iterator[EngineServer]:
    with engine_of(path) as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PROBE_S", 0.02)


def settings_of(model: Model, **changes: object) -> StreamSettings:
    return replace(stream_settings(model.spec, 44100, 2), **changes)


def stream_of(model: Model, caller: Tally) -> LiveStream:
    settings = settings_of(model)
    return LiveStream(for_live(model, settings, TARGET, caller), settings, 4096, TARGET)


def missed(caller: Tally) -> int:
    return caller.read(True, "").missed_windows


def wait_for(connection: Connection, is_open: bool) -> None:
    for _ in range(1000):
        if connection.breaker.is_open == is_open:
            return
        threading.Event().wait(0.01)
    raise AssertionError(connection.breaker.reason)


@pytest.mark.parametrize("write", [make_model, write_stacked, write_mean])
def test_the_bits_of_a_stream_here(write: object, tmp_path: Path) -> None:
    if write is make_model:
        make_model(tmp_path / "one.onnx", domain="stft", conditional=True, couple=0.2)
        path = tmp_path / "one.onnx"
    else:
        path = write(tmp_path)
    here, mix = load_here(path), noise(4000)
    with engine_of(path) as server:
        there, caller = load_model(path, server.address.text), Tally()
        settings = settings_of(there)
        # Tiny hops of 3 ms: nothing is measured here, so a deadline of their own is in the way.
        live = LiveStream(for_live(there, settings, 1000.0, caller), settings, BLOCK, TARGET)
        found = run(live, mix, BLOCK)
    wanted = delayed(offline(here, settings_of(here), mix), live.latency_samples)
    assert missed(caller) == 0
    assert np.array_equal(found, wanted)


def test_an_engine_that_goes_and_comes_back(path: Path) -> None:
    caller, mix = Tally(), noise(16 * 22016)
    with engine_of(path) as server:
        port = server.port
        model = load_model(path, server.address.text)
        live, connection = stream_of(model, caller), connection_of(model)
        parts = [run(live, mix[:, : 4 * 22016], 4096)]
    parts.append(run(live, mix[:, 4 * 22016 : 8 * 22016], 4096))
    assert connection.breaker.is_open and missed(caller) in (3, 4, 5)
    counts = engine_counts(model, caller)
    assert counts is not None and not counts.up and "UNAVAILABLE" in counts.reason
    assert counts.openings == 1 and counts.missed_windows == missed(caller)
    assert counts.failed < missed(caller) + counts.openings * 50
    with engine_of(path, port=port):
        wait_for(connection, is_open=False)
        parts.append(run(live, mix[:, 8 * 22016 :], 4096))
    found = np.concatenate(parts, axis=-1)
    latency = live.latency_samples
    assert np.isfinite(found).all()
    assert np.abs(found.sum(axis=0) - delayed(mix, latency)).max() < 1e-6
    drums, at = delayed(GAINS[0] * mix, latency), latency + 22016
    np.testing.assert_allclose(found[0][:, at : 3 * 22016], drums[:, at : 3 * 22016], atol=1e-6)
    np.testing.assert_allclose(found[0][:, -22016:], drums[:, -22016:], atol=1e-6)
    gone = found[:-1, :, 7 * 22016 : 8 * 22016]
    assert not gone.any()
    assert live.control.counters.failures == 0
    connected = engine_counts(model, caller)
    assert connected is not None and connected.up and connected.reason == ""


def held_until(go: threading.Event, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Windows are made once that is set; whether it was, of each that was made."""
    real, computed = one_pass.Method.run, []

    def held(self: one_pass.Method, *args: object) -> object:
        computed.append(go.wait(20))
        return real(self, *args)

    monkeypatch.setattr(one_pass.Method, "run", held)
    return computed


def test_a_late_call_costs_its_own_window_alone(
    path: Path, server: EngineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is asked for while the late one is still computed: no check waits behind it."""
    model, caller = load_model(path, server.address.text), Tally()
    method = for_live(model, settings_of(model), TARGET, caller).method
    go, control = threading.Event(), Control(1, proceed=lambda done, steps: True)
    computed = held_until(go, monkeypatch)
    for count in (1, 2):
        method.deadline_s = 0.05
        (found,) = method.run([window()], control)
        assert not found.stems.any()
        wait_for(connection_of(model), is_open=False)
        assert missed(caller) == count and not computed
    go.set()
    method.deadline_s = 10.0
    (found,) = method.run([window()], control)
    assert found.stems.any() and missed(caller) == 2
    assert caller.read(True, "").openings == 2


def test_an_engine_that_hangs_costs_few_deadlines(
    path: Path, server: EngineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, caller = load_model(path, server.address.text), Tally()
    method = for_live(model, settings_of(model), TARGET, caller).method
    assert isinstance(method, LiveMethod)
    assert method.deadline_s == pytest.approx(TARGET * DEADLINE_SHARE * 22016 / 44100)
    method.deadline_s = 0.1
    go = threading.Event()
    computed = held_until(go, monkeypatch)
    control, found = Control(4, proceed=lambda done, steps: True), []
    for k in range(6):
        found += method.run([window(known=("bass",))], control)
        if k < MOST_LATE - 1:
            wait_for(connection_of(model), is_open=False)
    # From then on a check waits for the engine.
    assert missed(caller) == 6
    assert [one.network_calls for one in found] == [4, 4, 4, 0, 0, 0]
    assert all(one.steps == 0 and not one.stems[0].any() for one in found)
    assert all(one.stems[1].any() for one in found)  # what is known is known
    counts = engine_counts(model, caller)
    assert counts is not None and counts.openings == MOST_LATE
    assert dict(counts.failures)["DEADLINE_EXCEEDED"] >= MOST_LATE
    go.set()
    wait_for(connection_of(model), is_open=False)
    method.deadline_s = 10.0  # no matter how busy this machine is
    (again,) = method.run([window()], control)
    assert again.stems.any() and computed


def test_streams_count_their_own_calls_and_stop_together(
    path: Path, server: EngineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, callers = load_model(path, server.address.text), (Tally(), Tally())
    first, second = (
        for_live(model, settings_of(model), TARGET, caller).method for caller in callers
    )
    control = Control(1, proceed=lambda done, steps: True)
    for method in (first, first, second):
        method.deadline_s = 10.0
        method.run([window()], control)
    go, well = threading.Event(), threading.Event()
    monkeypatch.setattr(Connection, "is_proved", lambda self, seconds: well.wait(20))
    held_until(go, monkeypatch)
    first.deadline_s = 0.05
    first.run([window()], control)
    second.run([window()], control)  # not asked
    go.set()
    counts = [engine_counts(model, caller) for caller in callers]
    assert [(one.calls, one.failed, one.openings, one.missed_windows) for one in counts if one] == [
        (2, 1, 1, 1), (1, 0, 0, 1),
    ]  # fmt: skip
    assert not any(one.up for one in counts if one)
    well.set()
    whole = connection_of(model).counts
    assert whole.openings == 1 and whole.missed_windows == 2 and whole.calls >= 3
    wait_for(connection_of(model), is_open=False)


def test_models_of_one_stream_share_a_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that both nearly miss a hop of it would miss the hop itself."""
    path, used_s, left = write_stacked(tmp_path), 0.25, []
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
        made = for_live(model, settings_of(model), TARGET, Tally())
        first, last = made.firsts[0][1].method, made.method
        assert isinstance(first, LiveMethod) and isinstance(last, LiveMethod)
        for method in (first, last):
            method.deadline_s = 0.4

    @contextmanager
    def within(seconds: float) -> Iterator[None]:
        left.append(seconds)
        now[0] += used_s
        yield

    now = [0.0]
    monkeypatch.setattr(live_method, "within", within)
    monkeypatch.setattr(live_method.time, "monotonic", lambda: now[0])
    for method in (first, last):
        monkeypatch.setattr(method, "_method", Kept())
    control = Control(1, proceed=lambda done, steps: True)
    for method in (first, last, first, last, last):
        method.run([window()], control)
    np.testing.assert_allclose(left, [0.4, 0.15, 0.4, 0.15, 0.4])


class Kept:
    """A method without an answer."""

    def run(self, windows: object, control: object) -> list[object]:
        return []


def test_a_warm_up_waits_and_fails_as_elsewhere(
    path: Path, server: EngineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(path, server.address.text)
    method = for_live(model, settings_of(model), TARGET, Tally()).method
    method.deadline_s = 1e-6
    (found,) = method.run([window()], Control(1))
    assert found.stems.any()


def test_another_model_there_is_not_heard(path: Path, tmp_path: Path) -> None:
    """Its answers would be those of other stems."""
    with engine_of(path) as server:
        port = server.port
        model = load_model(path, server.address.text)
    (tmp_path / "other").mkdir()
    make_model(tmp_path / "other/tiny.onnx", live=SLOW, gains=(0.1, 0.2, 0.3, 0.4))
    method = for_live(model, settings_of(model), TARGET, Tally()).method
    control = Control(1, proceed=lambda done, steps: True)
    with engine_of(tmp_path / "other/tiny.onnx", port=port) as server:
        assert not method.run([window()], control)[0].stems.any()
        connection = connect(server.address)
        for _ in range(500):
            if "another tiny" in connection.breaker.reason:
                break
            threading.Event().wait(0.01)
        assert connection.breaker.is_open and "another tiny" in connection.breaker.reason
        assert not method.run([window()], control)[0].stems.any()


def test_models_of_this_machine_stay_as_they_are(path: Path) -> None:
    model = load_here(path)
    assert not runs_there(model) and engine_counts(model, Tally()) is None
    assert for_live(model, settings_of(model), TARGET, Tally()) is model


def test_models_that_sample_their_stems_are_for_files(models: dict[str, Path], device: str) -> None:
    model = load_model(models["sampled"], device)
    settings = stream_settings(model.spec, 8000, 1)
    with pytest.raises(FilesOnly, match="samples its stems"):
        for_live(model, settings, TARGET, Tally())
