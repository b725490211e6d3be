"""Calls are counted: of one's own functions only, on every thread, and as many each time."""

from __future__ import annotations

import sys
import threading

import pytest

from engines.gains import Ramp
from tests.bench import journeys
from tests.bench.journeys import Calls, count, numbers


def test_only_own_functions_count_on_all_threads() -> None:
    calls = Calls()

    def work() -> None:
        thread = threading.Thread(target=lambda: Ramp([1.0], 10), name="other")
        thread.start()
        thread.join()
        Ramp([1.0], 10).move_to([0.5])

    with calls.installed():
        found = calls.of(work)
        Ramp([1.0], 10)
    assert {(thread, code.co_name): n for (thread, code), n in found.items()} == {
        ("other", "__init__"): 1,
        (threading.current_thread().name, "__init__"): 1,
        (threading.current_thread().name, "move_to"): 1,
    }


def test_every_journey_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    found = {name: numbers(rounds) for name, rounds in count(rounds=3).items()}
    assert found["block"]["calls"][0] >= 5 and set(found["block"]["threads"]) == {journeys.MAIN}
    assert {"daw-bridge osc", "daw-bridge session"} < set(found["gain"]["threads"])
    assert found["job"]["calls"][0] > found["gain"]["calls"][0] > found["block"]["calls"][0]
    assert {journeys.MAIN, "daw-bridge zmq"} < set(found["zmq"]["threads"])


def test_it_prints_a_line_for_each(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["journeys", "--rounds", "1", "--functions"])
    journeys.main()
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert names == ["block", "gain", "job", "zmq"]
    assert any("BlockProcessor.__call__" in line for line in lines)
