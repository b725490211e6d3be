"""Starting and stopping, as a program and as an object."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import pytest

from daw_bridge.cli import main
from daw_bridge.client import Client
from daw_bridge.containment import FAULTS
from daw_bridge.errors import (
    BadValue,
    Internal,
    NoAnswer,
    PortTaken,
    RemoteError,
    UnknownTransport,
    WriteFailed,
)
from daw_bridge.ports import load_port
from daw_bridge.server import server as server_module
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import Server
from daw_bridge.server.session.events import (
    Dumping,
    Measured,
    Received,
    Refused,
    Reshaped,
    Shutdown,
    Ticked,
)
from daw_bridge.settings.ports import port_names
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import StreamHealth
from daw_bridge.wire.requests import Version
from engines.errors import EngineError
from tests.rigs.server import PORTS, WAIT_S, OscEnd, model_file, program, ready_line, serve, serving
from tests.rigs.sounds import noise


def our_threads() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.name.startswith("daw-bridge")}


def test_stop_leaves_no_thread_and_no_port() -> None:
    before = our_threads()
    with serving() as running:
        assert our_threads() > before
        with running.client() as client:
            stream = client.stream(44100, 2)
            live = client.stream(44100, 2, mode="live")
            stream.process(noise(2, 500))
            live.process(noise(2, 500))
            running.server.stop()
    assert our_threads() <= before
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", running.ready.osc_port))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as two:
        two.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        two.bind(("127.0.0.1", running.ready.zmq_port))


def test_owners_are_told_that_it_ends() -> None:
    with serving() as running, running.dealer() as end:
        end.ask("open", rate_hz=44100, channels=2)
        running.server.stop()
        header, _ = end.receive()
        assert header["type"] == "close.reply" and "shutting down" in header["reason"]


def test_ready_says_where_and_what() -> None:
    with serving() as running:
        ready = json.loads(running.ready.to_json())
        assert ready["ready"] is True and ready["pid"] == os.getpid()
        assert ready["model"] == "tiny" and ready["provider"] == "CPUExecutionProvider"
        assert len({ready["osc_port"], ready["zmq_port"], ready["pub_port"]}) == 3


def test_a_taken_osc_port_leaves_nothing_open() -> None:
    before = our_threads()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken), serving(osc_port=port):
            pass
    assert our_threads() <= before


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"model": "no such model"}, EngineError),
        ({"device": "cuda"}, EngineError),
        ({"ready_file": "no such folder/ready.json"}, WriteFailed),
    ],
)
def test_what_is_missing_is_said_at_the_start(
    options: dict[str, str], error: type[Exception]
) -> None:
    before = our_threads()
    with pytest.raises(error), serving(**options):
        pass
    assert our_threads() <= before


def test_unknown_load_port() -> None:
    assert {"device", "jack", "reastream"} == set(port_names())
    with pytest.raises(UnknownTransport, match="device"):
        load_port("telepathy")


# The program.


@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP", "osc", "zmq"])
def test_the_program_stops_cleanly(how: str, tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    with serve("--json", "--ready-file", str(ready_file)) as process:
        ready = ready_line(process)
        assert json.loads(ready_file.read_text()) == ready
        endpoint = f"tcp://127.0.0.1:{ready['zmq_port']}"
        with Client(endpoint) as client:
            client.stream(44100, 2, mode="live").process(noise(2, 500))
            if how == "zmq":
                client.quit()
        if how == "osc":
            with OscEnd(ready["osc_port"]) as end:
                end.send("/dawbridge/quit")
                assert end.wait("/dawbridge/done") == ("quit", 0)
        if how.startswith("SIG"):
            process.send_signal(getattr(signal, how))
        said, complaints = process.communicate(timeout=20)
        assert process.returncode == 0, complaints
        assert said == "" and "Traceback" not in complaints
        assert not ready_file.exists()
        with pytest.raises(NoAnswer):
            Client(endpoint, timeout_s=0.2)


def test_a_killed_server_leaves_no_stuck_port() -> None:
    with serve("--json") as process:
        ready = ready_line(process)
        with Client(f"tcp://127.0.0.1:{ready['zmq_port']}", timeout_s=2.0) as client:
            stream = client.stream(44100, 2)
            process.kill()
            process.wait(20)
            with pytest.raises(NoAnswer):
                stream.process(noise(2, 500))
    names = ("osc_port", "zmq_port", "pub_port")
    same = [part for one in names for part in (f"--{one.replace('_', '-')}", str(ready[one]))]
    with serve("--json", *same) as process:
        again = ready_line(process)
        assert [again[one] for one in names] == [ready[one] for one in names]


def test_a_killed_client_takes_its_stream_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daw_bridge.server.server.HEARTBEAT_S", 0.1)
    code = (
        "import sys\nfrom daw_bridge.client import Client\n"
        "client = Client(sys.argv[1])\nclient.stream(44100, 2, mode='live')\n"
        "print('open', flush=True)\nsys.stdin.read()\n"
    )
    with (
        serving() as running,
        running.client() as client,
        program(sys.executable, "-c", code, running.endpoint, stdin=subprocess.PIPE) as other,
    ):
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        assert len(client.status().streams) == 1
        other.kill()
        other.wait(20)
        while client.status().streams:  # the test's own time limit ends this
            time.sleep(0.05)


@pytest.mark.usefixtures("heard_signals")
def test_the_program_says_for_people_where_it_listens() -> None:
    with serve() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    text = "".join(lines)
    assert "model    tiny on the CPU" in text
    assert "OSC      udp 127.0.0.1:" in text and "ZeroMQ   tcp 127.0.0.1:" in text
    assert "latency  223 samples at 44100 Hz (5.1 ms)" in text
    assert rest == "stopped\n"


def test_a_port_that_is_taken_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as running:
        taken = str(running.ready.zmq_port)
        ports = ["--osc-port", "0", "--zmq-port", taken, "--pub-port", "0", "--http-port", "0"]
        assert main(["serve", *ports, "--model", model_file(), "--device", "cpu"]) == 2
    assert f"ZeroMQ port 127.0.0.1:{taken}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--bind", "0.0.0.0"], "--curve-dir"),
        (["--device", "cuda"], "cuda"),
        (["--model", "nothing"], "nothing"),
        (["--hop", "100000"], "hop"),
        (["--allow-path", __file__], "--allow-path"),
        (["--allow-path", ""], "--allow-path ''"),
    ],
)
def test_bad_starts_are_exit_code_2(
    options: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *PORTS, "--model", model_file(), *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith("daw-bridge serve: ") and text in error and "Traceback" not in error


def test_wrong_flags_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["serve", "--osc-port", "99999"])
    assert caught.value.code == 2 and "0 to 65535" in capsys.readouterr().err


def test_options_are_checked_before_anything_is_opened() -> None:
    options = ServerOptions.of(bind="0.0.0.0")
    with pytest.raises(Exception, match="allow-path"):
        Server(options)


def test_a_stream_follows_its_audio_and_what_cannot_be_is_said() -> None:
    with (
        serving() as running,
        running.client() as client,
        client.stream(44100, 2, mode="live", block_samples=64) as stream,
        running.osc() as end,
    ):
        running.server._reshape(48000, 4096)
        while (info := client.status().streams[0]).rate_hz != 48000:
            time.sleep(0.05)  # the test's own time limit ends this
        assert info.latency_samples > stream.latency_samples
        end.send("/dawbridge/notify", 1)
        end.wait("/dawbridge/done")
        running.server._reshape(48000, 1 << 20)
        assert end.wait("/dawbridge/fail")[2] == "bad_value"
        assert client.status().streams[0].latency_samples == info.latency_samples


def test_a_server_that_cannot_start_leaves_the_ready_file_of_another(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with serving(ready_file=str(ready)) as running:
        taken = running.ready.osc_port
        with pytest.raises(PortTaken), serving(osc_port=taken, ready_file=str(ready)):
            pass
        assert json.loads(ready.read_text())["osc_port"] == taken
    assert not ready.exists()


@pytest.mark.parametrize("name", ["", "folder", "a\0b"])
def test_a_ready_file_that_cannot_be_is_an_error_and_leaves_nothing(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    path = f"{tmp_path}/{name}" if name else "/"
    with pytest.raises(WriteFailed, match="--ready-file"), serving(ready_file=path):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_a_job_that_ends_at_once_is_heard_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving() as running, running.client() as client:
        pool = running.server._jobs._pool
        submit = pool.submit

        def ended(*work: Any) -> Future[None]:
            future = submit(*work)
            wait([future], WAIT_S)
            return future

        monkeypatch.setattr(pool, "submit", ended)
        with pytest.raises(RemoteError, match="does not exist"):
            client.submit(tmp_path / "none.wav", tmp_path).wait()
        status = client.status()
        assert (status.jobs, status.failed_jobs, status.done_jobs) == (0, 1, 0)


def test_where_one_effect_fails_what_came_of_those_before_is_heard_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving() as running:
        heard = threading.Event()
        peer, news = Peer("zmq", b"nobody"), Refused(1, BadValue("a", "b", "c"))
        real = running.server._session.handle

        def handle(event: object) -> list[object]:
            if event is news:
                heard.set()
            if isinstance(event, Received):
                return [Dumping(True), Shutdown()]
            return list(real(event))

        def fails(server: Server, effect: object) -> None:
            raise ValueError("on purpose")

        effects = {Dumping: lambda server, effect: news, Shutdown: fails}
        monkeypatch.setattr(server_module, "_EFFECTS", {**server_module._EFFECTS, **effects})
        monkeypatch.setattr(running.server._session, "handle", handle)
        running.server._post(Received(peer, 0, Version()))
        running.server._post_result(Measured(StreamHealth(1, 48000, 0)))
        assert heard.wait(WAIT_S)


def test_a_thread_that_is_lost_ends_the_server_with_an_error() -> None:
    with serving() as running:
        error = Internal("thread 'daw-bridge osc' failed", "no such error", "Report it.")
        FAULTS.lose(error)
        assert running.server.wait(10) and running.server.failure is error


def test_options_of_live_audio_that_are_not_heeded_are_refused() -> None:
    for flag, options in (("--rate", {"rate": 48000}), ("--in-map", {"in_map": "mix=1-2"})):
        with pytest.raises(BadValue, match=f"{flag} with --io none"), serving(**options):
            pass
    with pytest.raises(BadValue, match="--connect with --io reastream"), serving(
        io="reastream", reastream_port=0, connect="mix=a"
    ):  # fmt: skip
        pass


def test_a_port_that_changes_its_form_never_waits_and_the_newest_is_followed() -> None:
    server = Server(
        ServerOptions.of(osc_port=0, zmq_port=0, pub_port=0, http_port=0, model=model_file())
    )
    while server._inbox.put_result(Ticked(0.0), 0.0):
        pass  # as if the session's thread could not keep up
    for rate_hz in (44100, 48000, 96000):
        server._reshape(rate_hz, 256)
    assert list(server._forms) == [Reshaped(1, 96000, 256)]


def test_a_stream_that_fails_again_and_again_does_not_fill_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving() as running, running.client() as client, client.stream(44100, 2):
        for _ in range(100):
            running.server._host.report(1, BadValue("a stem that is gone", "one", "Choose."))
            running.server._tell_health()
    assert 1 <= caplog.text.count("a stem that is gone") < 10
