"""OSC over a real UDP socket."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from daw_bridge.errors import PortTaken
from daw_bridge.server.session.peers import MAX_CLIENTS
from daw_bridge.server.sockets import osc as osc_module
from daw_bridge.server.sockets.osc import OscTransport
from daw_bridge.settings.parameters import STREAM_PARAMETERS, Value
from daw_bridge.wire.osc_packets import build_message
from tests.rigs.server import program, serving
from tests.rigs.sounds import noise


def test_status_and_version() -> None:
    with serving() as running, running.osc() as end:
        end.send("/dawbridge/version")
        assert end.wait("/dawbridge/version.reply") == ("0.1.0", 1)
        end.send("/dawbridge/status")
        version, model, streams, jobs, clients, load, late = end.wait("/dawbridge/status.reply")
        assert (version, streams, jobs, clients, load, late) == ("0.1.0", 0, 0, 0, 0.0, 0)
        assert str(model).endswith("tiny.onnx")


def test_notify_gives_everything_and_goes_on() -> None:
    with serving(meter_rate=50.0) as running, running.osc() as end:
        with running.client() as client, client.stream(44100, 2) as stream:
            end.send("/dawbridge/notify", 1)
            assert end.wait("/dawbridge/done") == ("notify", 0)
            assert end.wait("/dawbridge/latency")[0] == stream.latency_samples
            end.wait("/dawbridge/load/target")
            asked = {call.address for call in end.calls}
            for one in STREAM_PARAMETERS:
                assert f"/dawbridge/{one.name}".replace("<name>", "drums") in asked
            stream.process(noise(2, 4000))
            peak_db, rms_db = end.wait("/dawbridge/meter/drums")
            while rms_db == -120.0:
                peak_db, rms_db = end.wait("/dawbridge/meter/drums")
            assert -60 < rms_db < peak_db < 0
            end.wait("/dawbridge/late")
        assert end.wait("/dawbridge/closed") == ("close",)


def test_replies_go_to_the_port_that_was_registered() -> None:
    with serving() as running, running.osc() as end, running.osc() as ear:
        end.send("/dawbridge/notify", 1, ear.port)
        assert ear.wait("/dawbridge/done") == ("notify", 0)
        end.send("/dawbridge/nothing")
        assert ear.wait("/dawbridge/fail")[2] == "unknown_request"


def test_the_second_stream_has_its_own_addresses() -> None:
    with (
        serving() as running,
        running.osc() as end,
        running.client() as client,
        client.stream(44100, 2) as one,
        client.stream(44100, 2) as two,
    ):
        assert (one.info.stream, two.info.stream) == (1, 2)
        end.send("/dawbridge/stream/2/stem/drums/gain", -6.0)
        end.settle()
        assert end.ask("/dawbridge/stream/2/stem/drums/gain") == (-6.0,)
        assert end.ask("/dawbridge/stem/drums/gain") == (0.0,)


def test_dump_logs_messages(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with serving() as running, running.osc() as end:
        end.send("/dawbridge/dump", 1)
        end.settle()
        end.send("/dawbridge/refine/steps", 3)
        end.settle()
        assert any("refine/steps" in one.message for one in caplog.records if "dump" in one.message)


def test_senders_elsewhere_must_give_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery\n")
    monkeypatch.setattr(osc_module, "is_loopback", lambda host: False)
    with serving(auth_file=str(secret)) as running, running.osc() as end:
        wrong = "a guess that is as long as the error that answers it: " + 200 * "x"
        for arguments, size in ((("/dawbridge/quit",), 20), (("/dawbridge/auth", wrong), 400)):
            end.send(*arguments)
            found = end.wait("/dawbridge/fail")
            assert len(build_message("/dawbridge/fail", found)) <= size
            assert found == () or found[2] == "auth_required"
            end.send("/dawbridge/nothing")  # one answer a second
            running.server._tick()
        end.send("/dawbridge/auth", "correct horse battery")
        assert end.wait("/dawbridge/done") == ("auth", 0)
        assert end.ask("/dawbridge/refine/steps") == (0,)
        with running.osc() as other:  # a patch that is opened again sends from another port
            assert other.ask("/dawbridge/refine/steps") == (0,)
        assert not running.server.wait(0)


def test_clients_that_have_gone_lock_nobody_out() -> None:
    with serving(meter_rate=50.0) as running, running.osc() as end:
        for _ in range(3 * MAX_CLIENTS):
            with running.osc() as gone:
                gone.send("/dawbridge/notify", 1)
        end.send("/dawbridge/notify", 1)
        assert end.wait("/dawbridge/done") == ("notify", 0)
        end.send("/dawbridge/clients")
        while end.wait("/dawbridge/done")[0] != "clients":
            pass
        rows = [one for one in end.calls if one.address.endswith("/clients.reply")]
        assert (f"osc 127.0.0.1:{end.port}", 1) in {
            (one.arguments[0], one.arguments[3]) for one in rows
        }
        assert len(rows) <= MAX_CLIENTS


def test_a_client_of_the_first_second_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that has run for days, too."""
    monkeypatch.setattr("daw_bridge.server.server.monotonic", lambda: 1e6 + time.monotonic())
    with serving() as running, running.osc() as end, running.client() as client:
        end.send("/dawbridge/notify", 1)
        end.wait("/dawbridge/done")
        running.server._tick()
        end.settle()
        assert client.status().clients == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say who has gone")
def test_a_client_that_has_gone_is_noticed_by_what_it_does_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daw_bridge.server.session.peers.GONE_S", 0.2)
    monkeypatch.setattr("daw_bridge.server.server.TICK_S", 0.05)
    monkeypatch.setattr("daw_bridge.server.sockets.unheard.PAUSE_S", 0.05)
    with serving(meter_rate=50.0) as running, running.client() as client, running.osc() as end:
        end.send("/dawbridge/notify", 1)
        end.wait("/dawbridge/done")
        with running.osc() as gone:
            gone.send("/dawbridge/notify", 1)
            gone.wait("/dawbridge/done")
            assert client.status().clients == 2
        with client.stream(44100, 2):  # its meters find nobody
            while client.status().clients > 1:
                time.sleep(0.02)  # the test's own time limit ends this
        end.send("/dawbridge/version")
        assert end.wait("/dawbridge/version.reply")  # nothing is lost for the one that is there


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/dawbridge/stream/1/block/hop", (-1,)),
        ("/dawbridge/gibbs/steps", (-1,)),
        ("/dawbridge/stream/7/model", ("x",)),
        ("/dawbridge/notify", ("x",)),
        ("/dawbridge/model", ("no such model",)),
        ("/dawbridge/separate", (4, "in.wav", "out", "tempo", 1)),
        ("/dawbridge/separate", (4, "no such file.wav", "out")),
        ("/dawbridge/cancel", (9,)),
        ("/dawbridge/nothing/here", ()),
        ("/elsewhere", ()),
    ],
)
def test_fail_names_the_address_as_it_was_sent(address: str, arguments: tuple[Value, ...]) -> None:
    with serving() as running, running.osc() as end:
        end.send(address, *arguments)
        assert end.wait("/dawbridge/fail")[0] == address


def test_fail_names_the_address_of_arguments_that_cannot_be_read() -> None:
    with serving() as running, running.osc() as end:
        end.raw(b"/dawbridge/bypass\0\0\0,b\0\0\0\0\0\0")
        command, _, code, _ = end.wait("/dawbridge/fail")
        assert (command, code) == ("/dawbridge/bypass", "bad_message")


def test_a_stray_fader_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with serving() as running, running.osc() as end:
        for _ in range(10):
            for _ in range(30):  # fewer than a socket's buffer holds anywhere
                end.send("/1/fader", 0.5)
            end.settle()
    lines = [one.message for one in caplog.records if "'/1/fader'" in one.message]
    assert 1 <= len(lines) <= 10


@pytest.mark.parametrize("error", [OSError(105, "No buffer space available"), ValueError("odd")])
def test_the_reading_thread_outlives_what_nobody_foresaw(error: Exception) -> None:
    with serving() as running, running.osc() as end:
        real, failures = running.server.sockets.osc._socket, [error]

        class Failing:
            def recvfrom(self, most: int) -> object:
                if failures:
                    raise failures.pop()
                return real.recvfrom(most)

            def __getattr__(self, name: str) -> object:
                return getattr(real, name)

        running.server.sockets.osc._socket = Failing()  # type: ignore[assignment]
        end.send("/dawbridge/version")
        end.settle()
        assert not failures
        with running.client() as client:
            assert client.status().internal_errors == 1


def test_it_stops_where_no_socket_is_left_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*arguments: object) -> socket.socket:
        raise OSError(24, "Too many open files")

    transport = OscTransport("127.0.0.1", 0, lambda event: None)
    transport.start()
    monkeypatch.setattr(osc_module.socket, "socket", none_left)
    transport.stop()
    assert not transport._thread.is_alive()


def test_with_a_secret_senders_on_this_machine_give_it_too(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery\n")
    with serving(auth_file=str(secret)) as running, running.osc() as end:
        end.send("/dawbridge/refine/steps")
        end.wait("/dawbridge/fail")  # cut: it is not larger than the question
        end.send("/dawbridge/auth", "correct horse battery")
        assert end.wait("/dawbridge/done") == ("auth", 0)
        assert end.ask("/dawbridge/refine/steps") == (0,)
        with running.osc() as other:  # another user's, perhaps
            running.server._tick()  # one answer a second
            other.send("/dawbridge/quit")
            other.wait("/dawbridge/fail")
        assert not running.server.wait(0)


def test_a_taken_port_says_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}.*--osc-port"):
            OscTransport("127.0.0.1", port, lambda event: None)
    with pytest.raises(PortTaken):
        OscTransport("no such host.invalid", 0, lambda event: None)


@pytest.mark.liblo
def test_oscsend_and_oscdump() -> None:
    """liblo's tools against a running server: set, ask, fail, notify, and quit."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        ear = one.getsockname()[1]
    oscdump = [str(shutil.which("oscdump")), "-L", str(ear)]
    with serving() as running, program(*oscdump) as dump:
        time.sleep(0.3)  # oscdump does not say when it listens

        def send(*words: str) -> None:
            port = str(running.ready.osc_port)
            subprocess.run(["oscsend", "127.0.0.1", port, *words], check=True, timeout=10)

        send("/dawbridge/notify", "ii", "1", str(ear))
        send("/dawbridge/refine/steps", "i", "3")
        send("/dawbridge/refine/seed", "s", "wrong")
        send("/dawbridge/quit")
        assert running.server.wait(10)
        time.sleep(0.2)
        dump.terminate()
        said = dump.communicate(timeout=10)[0]
    assert '/dawbridge/done si "notify" 0' in said
    assert '/dawbridge/model s "' in said
    assert "/dawbridge/refine/steps i 3" in said  # from another sender, so it is told


def test_dump_does_not_show_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with serving() as running, running.osc() as end:
        end.send("/dawbridge/dump", 1)
        end.settle()
        end.send("/dawbridge/auth", "correct horse battery")
        end.wait("/dawbridge/fail")
        dumped = [one.message for one in caplog.records if "dump" in one.message]
        assert any("/dawbridge/auth" in one for one in dumped)
        assert not any("horse" in one for one in dumped)


def test_the_server_does_not_talk_to_itself() -> None:
    with serving() as running, running.osc() as end:
        end.send("/dawbridge/notify", 1, running.ready.osc_port)
        command, _, code, message = end.wait("/dawbridge/fail")
        assert code == "bad_value" and "the server's own" in str(message)
        assert command == "/dawbridge/notify"


def test_nor_by_its_address_in_the_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """News that it gets itself would be set, and be news again, without end."""
    monkeypatch.setattr(osc_module, "is_loopback", lambda host: False)
    (tmp_path / "secret").write_text("correct horse battery")
    with serving(auth_file=str(tmp_path / "secret")) as running, running.osc() as end:
        end.send("/dawbridge/auth", "correct horse battery")
        end.wait("/dawbridge/done")
        end.send("/dawbridge/notify", 1, running.ready.osc_port)
        assert "the server's own" in str(end.wait("/dawbridge/fail")[3])
        assert not running.server.sockets.osc._is_ours("192.0.2.1")  # of no machine


def test_answers_are_not_answered(caplog: pytest.LogCaptureFixture) -> None:
    with serving() as running, running.osc() as end:
        end.send("/dawbridge/fail", "set", 0, "busy", "elsewhere")
        end.send("/dawbridge/done", "set", 0)
        end.settle()
        assert not [one for one in end.calls if one.address == "/dawbridge/fail"]
        ignored = [one.message for one in caplog.records if "ignored" in one.message]
        assert len(ignored) == 2


def test_a_controllers_snapshot_sends_back_what_it_was_told_and_nothing_changes() -> None:
    with (
        serving() as running,
        running.client() as client,
        client.stream(44100, 2, known=("drums",)),
        running.osc() as ear,
        running.osc() as end,
    ):
        ear.send("/dawbridge/notify", 1)
        assert ear.wait("/dawbridge/pinned") == ()
        before = client.status().streams
        end.send("/dawbridge/get")
        end.settle()
        snapshot = [one for one in end.calls if one.address != "/dawbridge/synced"]
        assert len(snapshot) > 20
        for one in snapshot:
            end.send(one.address, *one.arguments)
        end.settle()
        assert not [one for one in end.calls if one.address == "/dawbridge/fail"]
        assert client.status().streams == before


def test_a_preset_clears_the_grid_that_was_asked_for() -> None:
    with serving() as running, running.client() as client, running.osc() as end, client.stream(
        44100, 2
    ):  # fmt: skip
        usual = client.status().streams[0]
        end.send("/dawbridge/block/hop", 64)
        assert end.wait("/dawbridge/done")[0] == "block/hop"
        assert client.status().streams[0].pinned == ("block/hop",)
        end.send("/dawbridge/block/preset", "balanced")
        assert end.wait("/dawbridge/done")[0] == "block/preset"
        assert client.status().streams[0] == usual


def test_a_menu_that_is_run_through_ends_on_the_last_entry() -> None:
    with serving() as running, running.client() as client, running.osc() as end, client.stream(
        44100, 2
    ):  # fmt: skip
        hops = [32 + k for k in range(60)]
        for hop in hops:
            end.send("/dawbridge/block/hop", hop)
        end.settle()
        assert client.status().streams[0].hop_samples == hops[-1]
        done = [one for one in end.calls if one.address == "/dawbridge/done"]
        assert len(done) == len(hops)
        assert not [one for one in end.calls if one.address == "/dawbridge/fail"]


def test_stopping_works_where_the_network_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address it listens at may be one of an interface that is down by then."""

    class Unreachable(socket.socket):
        def sendto(self, *given: object) -> int:
            raise OSError(101, "Network is unreachable")

    transport = OscTransport("127.0.0.1", 0, lambda event: None)
    transport.start()
    monkeypatch.setattr(osc_module.socket, "socket", Unreachable)
    transport.stop()
    assert not transport._thread.is_alive()
