"""A flood keeps neither the end of the server nor other clients waiting."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daw_bridge.server.inbox import LEAST_BYTES
from daw_bridge.wire.osc_packets import build_message
from tests.rigs.server import OscEnd, Running, ready_line, serve, serving


@pytest.mark.usefixtures("heard_signals")
def test_stopping_drops_what_waits(tmp_path: Path) -> None:
    """A flood that goes on while the server stops does not keep it."""
    with serve("--json") as process:
        ready = ready_line(process)
        ended = threading.Event()

        def flood() -> None:
            with OscEnd(ready["osc_port"]) as end:
                while not ended.is_set():
                    for number in range(100):
                        end.send("/dawbridge/models")
                        end.send("/dawbridge/separate", number, "/dev/null", str(tmp_path))

        flooding = threading.Thread(target=flood)
        flooding.start()
        try:
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            ended.set()
            flooding.join()


def test_a_flood_keeps_nobody_else_waiting() -> None:
    with serving() as running, running.osc() as flood, running.dealer() as end:
        real = running.server._session.handle

        def slow(event: object) -> list[object]:
            time.sleep(0.01)
            return list(real(event))

        running.server._session.handle = slow  # type: ignore[assignment, method-assign]
        for _ in range(400):
            flood.send("/dawbridge/status")
        assert end.ask("sync", 3, number=1)["type"] == "sync.reply"
        assert len(running.server._inbox) > 50  # the flood is far from done


@contextmanager
def busy(running: Running) -> Iterator[None]:
    """The session's thread is at one event for as long as this lasts."""
    real, go_on, at_it = running.server._session.handle, threading.Event(), threading.Event()

    def waits(event: object) -> list[object]:
        at_it.set()
        assert go_on.wait(60)
        return list(real(event))  # type: ignore[arg-type]

    running.server._session.handle = waits  # type: ignore[assignment, method-assign]
    assert at_it.wait(10)  # the meters' thread sends the time
    try:
        yield
    finally:
        running.server._session.handle = real  # type: ignore[method-assign]
        go_on.set()


def waiting(running: Running, count: int) -> None:
    """Wait until so many messages of peers wait."""
    limit_s = time.monotonic() + 10
    while running.server._inbox._count < count:
        assert time.monotonic() < limit_s, f"{running.server._inbox._count} of {count}"
        time.sleep(0.005)


def test_a_bundle_has_room_whatever_its_size() -> None:
    """Each of its messages counts for itself, and not for the whole datagram."""
    one = build_message("/dawbridge/stem/drums/gain", ())
    with serving() as running, running.osc() as end, busy(running):
        end.raw(b"#bundle\0" + b"\xff" * 8 + 450 * (len(one).to_bytes(4, "big") + one))
        waiting(running, 450)
        assert running.server._inbox.refused == 0


def test_a_refused_request_about_a_job_names_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daw_bridge.server.inbox.MAX_LANE_BYTES", LEAST_BYTES)
    with serving() as running, running.osc() as end, busy(running):
        end.send("/dawbridge/version")
        end.send("/dawbridge/separate", 7, "in.wav", "out")
        assert end.wait("/dawbridge/fail")[:3] == ("/dawbridge/separate", 7, "busy")


def test_a_request_that_has_to_make_room_is_refused_with_those_it_stands_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MAX_LANE_BYTES", "MAX_ALL_BYTES"):
        monkeypatch.setattr(f"daw_bridge.server.inbox.{name}", 2 * LEAST_BYTES)
    with serving() as running, running.dealer() as end, running.osc() as other, busy(running):
        for msg_id, name in ((1, "seed"), (2, "steps"), (3, "seed")):
            end.send("set", msg_id, values={f"refine/{name}": msg_id})
        waiting(running, 2)
        while not running.server._inbox.superseded:
            time.sleep(0.005)  # the test's own time limit ends this
        other.send("/dawbridge/version")
        refused = [end.receive()[0] for _ in range(2)]
        assert [(one["msg_id"], one["code"]) for one in refused] == [(1, "busy"), (3, "busy")]


def test_a_full_session_answers_busy_and_each_request_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daw_bridge.server.inbox.MAX_LANE_BYTES", 2 * LEAST_BYTES)
    with serving() as running, running.dealer() as end:
        with busy(running):
            for number in range(100):
                end.send("version", number)
            refused = [end.receive()[0] for _ in range(98)]
        answered = [end.receive()[0] for _ in range(2)]
        assert [one["msg_id"] for one in answered + refused] == list(range(100))
        assert {one["code"] for one in refused} == {"busy"}
