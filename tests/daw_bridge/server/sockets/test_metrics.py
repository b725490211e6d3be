"""Metrics of a real server, scraped over HTTP: equal to what its status says."""

from __future__ import annotations

import http.client
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families

from daw_bridge.cli import main
from daw_bridge.client import Client
from daw_bridge.containment import FAULTS
from daw_bridge.errors import NoMetrics, PortTaken, UnsafeBind
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import Server
from daw_bridge.server.sockets import metric_families, metrics
from daw_bridge.server.sockets.metric_families import STREAM, metrics_of, value_of
from daw_bridge.wire.health import StreamHealth
from tests.rigs.server import OscEnd, Running, model_file, serving

WAIT_S = 10.0
SECRET = "correct horse battery"


def get(port: int, path: str = "/metrics", **headers: str) -> tuple[int, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    try:
        link.request("GET", path, headers=headers)
        reply = link.getresponse()
        return reply.status, reply.read().decode()
    finally:
        link.close()


def scrape(running: Running) -> dict[tuple[str, ...], float]:
    """(name, label values in order of their names) -> value."""
    status, text = get(running.ready.metrics_port)
    assert status == 200, text
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(text) for one in family.samples
    }  # fmt: skip


def until(true: Callable[[], object]) -> None:
    end_s = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def test_a_scrape_says_what_status_says() -> None:
    with serving(metrics=-1, meter_rate=100.0) as running, running.client() as client:
        before = scrape(running)
        assert ("dawbridge_stream_blocks_total", "1") not in before
        with client.stream(44100, 2, mode="live") as stream:
            noise = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 512)).astype(np.float32)
            noise[0, 7] = np.nan
            for _ in range(30):
                stream.process(noise)
            until(lambda: client.status().health and client.status().health[0].blocks == 30)
            until(lambda: at_rest(client))
            with running.osc() as osc:
                osc.send("/dawbridge/notify", 1)
                osc.settle()
                found, status = scrape(running), client.status()
                osc.send("/dawbridge/status")
                told = osc.wait("/dawbridge/status.reply")
            labels = (str(told[1]), str(told[0]))
            server = ("dawbridge_info", *labels), ("dawbridge_jobs",), ("dawbridge_clients",)
            assert [found[one] for one in server] == [1, told[3], told[4]]
            assert found["dawbridge_stream_late_blocks_total", "1"] == told[6]
            compare(found, status.health[0])
            assert found["dawbridge_clients",] == status.clients == 1
            assert found["dawbridge_info", status.model, status.server_version] == 1
            [info] = status.streams
            assert found["dawbridge_stream_info", info.mode, info.model, info.provider, "1"] == 1
            assert found["dawbridge_stream_nonfinite_samples_total", "1"] == 30


def at_rest(client: Client) -> bool:
    """Whether all that was sent has gone through the model."""
    before = client.status().health[0].windows
    time.sleep(0.1)
    return client.status().health[0].windows == before


def compare(found: dict[tuple[str, ...], float], health: StreamHealth) -> None:
    """Counts that have come to rest are equal; the others are there."""
    moving = {"load", "callback_p999_us", "callback_max_us"}
    for one in metrics_of(StreamHealth, STREAM):
        value = found[one.name, str(health.stream)]
        if one.field not in moving:
            assert value == value_of(health, one.field), one
    for level in health.levels:
        assert ("dawbridge_stream_output_peak_dbfs", level.name, "1") in found


def test_the_process_is_shown_and_openmetrics_is_spoken() -> None:
    with serving(metrics=-1) as running:
        found = scrape(running)
        if sys.platform == "linux":
            assert found["process_resident_memory_bytes",] > 1e6
        kind = "application/openmetrics-text; version=1.0.0"
        status, text = get(running.ready.metrics_port, Accept=kind)
        assert status == 200 and text.endswith("# EOF\n")
        names = {one.name for one in read_openmetrics(text)}
        assert {"dawbridge_jobs", "dawbridge_dropped_replies"} <= names


def test_health_is_ok_until_a_loop_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(metrics=-1) as running:
        assert get(running.ready.metrics_port, "/health") == (200, "ok\n")
        osc: Any = running.server.sockets.osc
        osc.stop()
        osc.turned_s -= 60.0
        status, text = get(running.ready.metrics_port, "/health")
        assert status == 503 and text.startswith("osc has not turned for 6")
        assert get(running.ready.metrics_port)[0] == 200


def test_every_loop_turns_by_itself() -> None:
    with serving(metrics=-1, http_port=-1) as running:
        began_s = time.monotonic()
        until(lambda: min(running.server.sockets.turned_s.values()) > began_s)
        assert set(running.server.sockets.turned_s) == {"osc", "zmq", "web", "metrics"}
        until(lambda: not running.server.stalled(2.0))


def test_a_session_that_does_not_answer_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "ANSWER_S", 0.1)
    with serving(metrics=-1) as running:
        own: Any = running.server.sockets.metrics
        own._post = lambda event: None  # it is lost
        status, text = get(running.ready.metrics_port)
        assert status == 503 and "[busy]" in text
        assert not own._waiting


def test_a_defect_is_500_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(record: object, field: str) -> float:
        raise ZeroDivisionError

    with serving(metrics=-1) as running:
        monkeypatch.setattr(metric_families, "value_of", broken)
        before = FAULTS.count
        assert get(running.ready.metrics_port)[0] == 500
        assert FAULTS.count == before + 1
        monkeypatch.undo()
        assert scrape(running)["dawbridge_internal_errors_total",] == 1


def test_other_paths_names_and_methods_are_refused() -> None:
    with serving(metrics=-1) as running:
        port = running.ready.metrics_port
        assert get(port, "/")[0] == 404
        assert get(port, "/metrics?x=1")[0] == 200
        assert get(port, "/metrics", Host="evil.example")[0] == 403
        assert get(port, "/metrics", Origin="https://evil.example")[0] == 403
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        link.request("POST", "/metrics", body="x")
        assert link.getresponse().status == 501
        link.close()
        link.request("HEAD", "/metrics")
        reply = link.getresponse()
        assert reply.status == 200 and reply.read() == b""
        link.close()


def test_whoever_connects_and_says_nothing_keeps_nobody_out() -> None:
    with serving(metrics=-1) as running:
        port = running.ready.metrics_port
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(metrics.MOST + 3)]
        try:
            found = scrape(running)
            assert found["dawbridge_dropped_scrapes_total",] == 4
            silent[0].settimeout(WAIT_S)
            assert silent[0].recv(1) == b""  # cut off
        finally:
            for one in silent:
                one.close()
        until(lambda: not running.server.sockets.metrics.http._open)  # type: ignore[union-attr]


def test_a_system_without_room_for_threads_costs_those_scrapes_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def no_room(*about: object, **named: object) -> threading.Thread:
        thread = threading.Thread()
        monkeypatch.setattr(thread, "start", refuse)
        return thread

    def refuse() -> None:
        raise RuntimeError("can't start new thread")

    with serving(metrics=-1) as running:
        with monkeypatch.context() as patch:
            patch.setattr(metrics, "watched", no_room)
            for _ in range(metrics.MOST_THREADS + 1):
                with pytest.raises((http.client.HTTPException, OSError)):
                    get(running.ready.metrics_port)
        found = scrape(running)
        assert found["dawbridge_dropped_scrapes_total",] == metrics.MOST_THREADS + 1
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("garbage", [b"\r\n\r\n", b"\x00\xff" * 40000, b"GET / HTTP/9.9\r\n\r\n"])
def test_garbage_is_refused_and_stops_nothing(
    garbage: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(metrics=-1) as running:
        with socket.create_connection(("127.0.0.1", running.ready.metrics_port)) as one:
            one.settimeout(WAIT_S)
            with suppress(ConnectionError):  # closed with garbage unread
                one.sendall(garbage)
                while one.recv(65536):
                    pass
        found = scrape(running)
        assert found["dawbridge_internal_errors_total",] == 0
    assert "Traceback" not in capfd.readouterr().err


def test_a_server_that_stops_waits_for_nobody() -> None:
    with serving(metrics=-1) as running:
        silent = socket.create_connection(("127.0.0.1", running.ready.metrics_port))
        until(lambda: running.server.sockets.metrics.http._open)  # type: ignore[union-attr]
        began_s = time.monotonic()
        running.server.stop()
        assert time.monotonic() - began_s < metrics.ANSWER_S
        silent.close()


def test_with_a_secret_only_those_who_know_it_may_ask(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with serving(metrics=-1, auth_file=str(tmp_path / "secret")) as running:
        port = running.ready.metrics_port
        assert get(port)[0] == get(port, Authorization="Bearer wrong")[0] == 401
        assert get(port, "/health") == (200, "ok\n")
        assert get(port, "/health", Host="evil.example")[0] == 403
        bearer = f"Bearer {SECRET}"
        assert get(port, Authorization=bearer)[0] == 200
        assert get(port, Authorization=bearer, Host="studio.example")[0] == 200


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(PortTaken, match="--metrics"), serving(metrics=taken):
            pass


def test_beyond_loopback_it_wants_what_the_other_ports_want() -> None:
    with pytest.raises(UnsafeBind):
        Server(ServerOptions.of(metrics=-1, bind="0.0.0.0", model=model_file()))


def test_without_its_library_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(NoMetrics, match="metrics"), serving(metrics=-1):
        pass
    ports = ("--osc-port", "0", "--zmq-port", "0", "--pub-port", "0", "--http-port", "0")
    code = main(["serve", "--metrics", "-1", "--model", model_file(), *ports])
    assert code == 2 and "[no_metrics]" in capsys.readouterr().err


def test_it_is_off_unless_asked_for() -> None:
    with serving() as running, OscEnd(running.ready.osc_port):
        assert running.ready.metrics_port == 0
        assert running.server.sockets.metrics is None
