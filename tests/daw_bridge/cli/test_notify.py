"""What a service manager hears at a real datagram socket: ready, alive, stopping."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from daw_bridge.cli import notify
from daw_bridge.cli.notify import Notifier
from tests.rigs.server import PORTS, model_file, program, serving

WAIT_S = 20.0
pytestmark = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="needs sockets of the family AF_UNIX"
)


@contextmanager
def manager(name: str) -> Iterator[socket.socket]:
    """The manager's end; `name` as in NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind("\0" + name[1:] if name.startswith("@") else name)
        one.settimeout(WAIT_S)
        yield one


def heard(one: socket.socket) -> list[str]:
    return one.recv(4096).decode().split("\n")


def nothing(one: socket.socket) -> bool:
    one.settimeout(0.05)
    try:
        return not one.recv(4096)
    except TimeoutError:
        return True
    finally:
        one.settimeout(WAIT_S)


@pytest.fixture(params=["path", "abstract"])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "path":
        return str(tmp_path / "notify")
    if sys.platform != "linux":
        pytest.skip("names that are no paths are Linux's own")
    return f"@daw-bridge-{secrets.token_hex(8)}"


def test_the_server_as_a_service(tmp_path: Path, heard_signals: None) -> None:
    name = str(tmp_path / "notify")
    told = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "400000"}
    command = (sys.executable, "-m", "daw_bridge", "serve", "--model", model_file(), *PORTS)
    with (
        manager(name) as one,
        program(*command, environment=os.environ | told) as process,
    ):
        ready = heard(one)
        assert ready[0] == "READY=1" and ready[1].startswith("STATUS=model tiny")
        began_s = time.monotonic()
        assert [heard(one) for _ in range(6)] == [["WATCHDOG=1"]] * 6
        assert 0.3 < time.monotonic() - began_s < WAIT_S / 2
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.2)
        while not nothing(one):
            pass
        time.sleep(0.5)
        assert nothing(one)  # a frozen process says nothing
        process.send_signal(signal.SIGCONT)
        assert heard(one) == ["WATCHDOG=1"]
        process.send_signal(signal.SIGTERM)
        while (last := heard(one)) == ["WATCHDOG=1"]:
            pass
        assert last[0] == "STOPPING=1"
        assert process.wait(WAIT_S) == 0


def test_both_kinds_of_names_are_reached(name: str) -> None:
    with manager(name) as one:
        notifier = Notifier({"NOTIFY_SOCKET": name})
        notifier.ready("model\nsong")
        assert heard(one) == ["READY=1", "STATUS=model song"]
        notifier.alive(lambda most_s: [])
        assert nothing(one)  # no watchdog was asked for


def test_no_watchdog_while_the_session_stands_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notify, "LEAST_S", 0.0)
    name = str(tmp_path / "notify")
    with manager(name) as one, serving() as running:
        notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "4000000"}, _jumping())
        notifier.alive(running.server.stalled)
        assert heard(one) == ["WATCHDOG=1"]
        session: Any = running.server._session
        going_on = threading.Event()
        handle = session.handle
        monkeypatch.setattr(session, "handle", lambda event: going_on.wait() and handle(event))
        late: list[str] = []
        until_s = time.monotonic() + WAIT_S
        while not late and time.monotonic() < until_s:
            time.sleep(0.1)
            late = running.server.stalled(2.0)
        assert late and all(one.startswith("session has not turned for") for one in late)
        notifier.alive(running.server.stalled)
        [status] = heard(one)
        assert status.startswith("STATUS=session has not turned for")
        assert "no word to the watchdog" in caplog.text
        going_on.set()
        while running.server.stalled(2.0):
            time.sleep(0.05)
        notifier.alive(running.server.stalled)
        assert heard(one) == ["WATCHDOG=1", "STATUS=all loops turn again"]
        assert nothing(one)


def _jumping() -> Any:
    """A clock on which every word to the watchdog is due."""
    ticks = iter(range(0, 10**6, 100))
    return lambda: float(next(ticks))


def test_words_to_the_watchdog_come_four_times_in_its_time(tmp_path: Path) -> None:
    name, now_s = str(tmp_path / "notify"), 0.0
    with manager(name) as one:
        told = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "8000000", "WATCHDOG_PID": str(os.getpid())}
        notifier = Notifier(told, lambda: now_s)
        asked: list[float] = []

        def stalled(most_s: float) -> list[str]:
            asked.append(most_s)
            return []

        for at_s in (0.0, 0.5, 1.9, 2.0, 2.1, 4.0):
            now_s = at_s
            notifier.alive(stalled)
        assert asked == [notify.LEAST_S] * 3
        assert [heard(one) for _ in asked] == [["WATCHDOG=1"]] * 3
        assert notifier.pause_s(0.5) == 0.5 and notifier.pause_s(5.0) == 1.0
        assert told == {}


def test_the_watchdog_of_another_process_is_not_ours(tmp_path: Path) -> None:
    told = {"NOTIFY_SOCKET": str(tmp_path / "x"), "WATCHDOG_USEC": "8000", "WATCHDOG_PID": "1"}
    assert Notifier(told).watchdog_s == 0.0


@pytest.mark.parametrize("name", ["vsock:2:1234", "relative", " "])
def test_a_socket_that_is_none_is_told_of(name: str, caplog: pytest.LogCaptureFixture) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000"})
    assert "expected a path or @NAME" in caplog.text
    notifier.ready("here")
    assert notifier.watchdog_s == 0.0


@pytest.mark.parametrize("usec", ["0", "-5", "1e6", "x", "٣"])
def test_a_time_that_is_none_is_told_of(
    usec: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"NOTIFY_SOCKET": str(tmp_path / "x"), "WATCHDOG_USEC": usec}
    assert Notifier(told).watchdog_s == 0.0
    assert "expected microseconds" in caplog.text


def test_a_manager_that_has_gone_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    with caplog.at_level(logging.WARNING):
        notifier.ready("here")
        notifier.stopping()
    assert caplog.text.count("was not told READY=1") == 1


def test_without_a_manager_nothing_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    notifier = Notifier({})
    notifier.ready("here")
    notifier.alive(lambda most_s: ["session"])
    notifier.stopping()
    assert notifier.pause_s(0.5) == 0.5 and not caplog.text
