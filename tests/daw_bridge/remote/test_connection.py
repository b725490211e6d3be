"""Calls with a deadline, and patient ones that outlive an engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadCertificates, Cancelled, EngineGone, WrongEngine
from daw_bridge.remote import connection
from daw_bridge.remote.address import Address
from daw_bridge.remote.connection import Connection, Missed, connect, open_connections, within
from daw_bridge.remote.load import load_model
from daw_bridge.remote.tensors import request_of
from engines.errors import InferenceError
from engines.load import load_model as load_here
from engines.methods import one_pass
from engines.window import Control
from tests.daw_bridge.remote.test_window_form import separated
from tests.rigs.engines import engine_of
from tests.rigs.stream_tools import noise
from tests.rigs.tiny_models import make_model
from tests.rigs.window_tools import window


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("_PAUSE_S", 0.02), ("_POLL_S", 0.05), ("LIVES_S", 0.4)):
        monkeypatch.setattr(connection, name, seconds)


def soon(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_deadline_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    real = one_pass.Method.run

    def held(self: one_pass.Method, *args: object) -> object:
        if threading.current_thread().name.startswith("daw-bridge engine"):
            assert go.wait(10)
        return real(self, *args)

    with engine_of(path) as server:
        model = load_model(path, server.address.text)
        monkeypatch.setattr(one_pass.Method, "run", held)
        began = time.monotonic()
        with within(0.1), pytest.raises(Missed) as caught:
            model.method.run([window()], Control(1))
        assert caught.value.timed_out and 0.1 <= time.monotonic() - began < 2
        go.set()
        with within(5):
            assert model.method.run([window()], Control(1))
        counts = model.session.connection.counts
        assert dict(counts.failures) == {"DEADLINE_EXCEEDED": 1} and counts.calls >= 2


def test_a_file_waits_for_an_engine_that_is_started_again(path: Path) -> None:
    mix = noise(2, 6000)
    with engine_of(path) as server:
        port = server.port
        model = load_model(path, server.address.text)
    found: list[np.ndarray] = []
    thread = soon(lambda: found.append(separated(model, mix)))
    time.sleep(0.3)
    assert not found
    with engine_of(path, port=port):
        thread.join()
    assert np.array_equal(found[0], separated(load_here(path), mix))


def test_another_engine_at_its_place_is_not_believed(path: Path, tmp_path: Path) -> None:
    with engine_of(path) as server:
        port = server.port
        model = load_model(path, server.address.text)
    (tmp_path / "other").mkdir()
    make_model(tmp_path / "other/tiny.onnx", gains=(0.1, 0.1, 0.1, 0.1))
    errors: list[Exception] = []

    def work() -> None:
        with pytest.raises(WrongEngine) as caught:
            separated(model, noise(2, 3000))
        errors.append(caught.value)

    thread = soon(work)
    time.sleep(0.2)
    with engine_of(tmp_path / "other/tiny.onnx", port=port):
        thread.join()
    assert "another tiny" in str(errors[0])


def test_patience_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_S", 0.3)
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
    with pytest.raises(EngineGone, match="UNAVAILABLE"):
        separated(model, noise(2, 3000))


def test_a_wait_is_ended_by_who_waits(path: Path) -> None:
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
    asked: list[int] = []

    def proceed(done: int, steps: int) -> bool:
        asked.append(done)
        return len(asked) < 3

    with pytest.raises(Cancelled):
        model.method.run([window()], Control(1, proceed=proceed))
    assert asked == [0, 0, 0]


def test_an_engine_that_fails_is_not_asked_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
        calls = server.servicer.calls

        def failing(*args: object) -> object:
            raise InferenceError("a graph that fails", "one that does not", "mend it")

        monkeypatch.setattr(one_pass.Method, "run", failing)
        with pytest.raises(InferenceError, match="a graph that fails"):
            model.method.run([window()], Control(1))
        assert server.servicer.calls == calls + 1


def test_another_start_of_an_engine_is_another_engine(path: Path) -> None:
    with engine_of(path) as server:
        port = server.port
        model = load_model(path, server.address.text)
        there = model.session.connection
        again = load_model(path, server.address.text)
        assert there.is_proved(1.0) and again.session.connection is there
    with pytest.raises(EngineGone):
        there.is_proved(0.2)
    with engine_of(path, port=port):
        there.wait_until_there(5)
        assert not there.is_proved(1.0)
        # It has answered the checks of one model, not those of the others.
        third = load_model(path, there.address.text)
        assert not there.is_proved(1.0)
        there.check()
        assert there.is_proved(1.0) and third.session.connection is there


def test_questions_that_are_refused(path: Path) -> None:
    with engine_of(path) as server:
        one = connect(server.address)
        assert one.models() == ("tiny", "tiny.onnx") and one.lives()
        with pytest.raises(WrongEngine, match="no model"):
            one.infer(request_of("nothing", {"mix": np.zeros((1, 2, 8), np.float32)}), dict)
    assert not one.lives()
    with pytest.raises(EngineGone, match="daw-bridge engine"):
        one.wait_until_there(0.1)


def test_one_for_each_address_while_it_is_used(tmp_path: Path) -> None:
    address = Address("127.0.0.1", 1)
    one = connect(address)
    assert connect(address) is one and one in open_connections()
    del one
    assert all(found.address != address for found in open_connections())
    with pytest.raises(BadCertificates):
        Connection(Address("127.0.0.1", 1, tmp_path))


def test_no_proxy_for_browsers_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    with engine_of(path) as server:
        Connection(server.address).wait_until_there(5)


def test_a_call_that_is_too_large_is_not_asked_again(path: Path) -> None:
    with engine_of(path, most_mb=1) as server:
        model = load_model(path, server.address.text)
        long = replace(window(), mix=np.zeros((2, 200_000), np.float32))
        began = time.monotonic()
        with pytest.raises(WrongEngine, match="--max-message-mb"):
            model.method.run([long], Control(1))
        assert time.monotonic() - began < 5
