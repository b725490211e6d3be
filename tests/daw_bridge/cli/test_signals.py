"""cli.signals: the first signal asks, the second one ends; nothing runs inside a handler."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.signals import AGAIN_S, Interrupted, StopSignals

ROOT = Path(__file__).parents[3]
NUMBERS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX"),
    pytest.mark.usefixtures("heard_signals"),
]


def until(holds: Callable[[], object]) -> None:
    """The test's own time limit ends what never comes."""
    while not holds():
        time.sleep(0.001)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_first_asks_once_and_the_second_ends(number: int) -> None:
    now_s, asked, left = 10.0, list[str](), list[int]()
    before = signal.getsignal(number)
    with StopSignals(
        lambda: asked.append(threading.current_thread().name), leave=left.append,
        clock=lambda: now_s,
    ) as signals:  # fmt: skip
        assert signals.number == 0
        os.kill(os.getpid(), number)
        until(lambda: asked)
        assert (signals.number, signals.exit_code) == (number, 128 + number)
        now_s += AGAIN_S / 2  # of the same press, passed on by another program
        os.kill(os.getpid(), number)
        now_s += AGAIN_S
        os.kill(os.getpid(), signal.SIGTERM)
        until(lambda: left)
    assert asked == ["daw-bridge signals"]
    assert set(left) == {128 + signal.SIGTERM} or left[-1] == 128 + signal.SIGTERM
    assert signal.getsignal(number) == before
    assert signal.set_wakeup_fd(-1) == -1


def test_work_that_does_not_ask_is_interrupted_once() -> None:
    with pytest.raises(Interrupted) as caught, StopSignals(raising=True, leave=lambda code: None):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # tidying up is not interrupted
            time.sleep(2 * AGAIN_S)
    assert caught.value.exit_code == 143
    assert isinstance(caught.value, KeyboardInterrupt)


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0.05)
            assert signals.number == 0
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


STUCK = """
import sys, threading, time
from daw_bridge.cli.signals import StopSignals
held = threading.Lock()
with held, StopSignals():
    print("ready", flush=True)
    {what}
"""


@contextmanager
def stuck(what: str) -> Iterator[subprocess.Popen[str]]:
    """A program that does not stop when it is asked to."""
    command = [sys.executable, "-c", STUCK.format(what=what)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("what", ["time.sleep(600)", "held.acquire()", "while True: pass"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_second_one_ends_whatever_hangs(what: str, number: int) -> None:
    with stuck(what) as process:
        process.send_signal(number)
        time.sleep(4 * AGAIN_S)
        assert process.poll() is None
        process.send_signal(number)
        assert process.wait(30) == 128 + number


def test_bench_stops_with_the_signals_own_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(args: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)

    monkeypatch.setattr("daw_bridge.cli.commands.bench._measure", work)
    assert main(["bench", "--quick"]) == 143
    assert capsys.readouterr().err == "daw-bridge bench: stopped\n"
