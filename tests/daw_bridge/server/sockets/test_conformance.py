"""Every control transport keeps the same promises: the same tests, over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from daw_bridge.settings.parameters import STREAM_PARAMETERS, Value
from tests.rigs.server import OscEnd, Running, ZmqEnd, model_file, serving
from tests.rigs.sounds import noise, save


class End(Protocol):
    """One way of talking to the server."""

    def get(self, name: str) -> Value: ...
    def set(self, name: str, value: Value) -> str:
        """Set and wait for it; returns the failure's code, or nothing."""

    def bad(self) -> str:
        """Send what is no message; returns the failure's code."""

    def unknown(self) -> str:
        """Ask for what does not exist; returns the failure's code."""

    def models(self) -> list[str]: ...
    def job(self, source: str, out_dir: str, req: int = 1, cancel: bool = False) -> list[str]:
        """Separate a file; returns the stems, or the failure's code."""

    def quit(self) -> None: ...


@dataclass
class Osc:
    """OSC's."""

    end: OscEnd

    def get(self, name: str) -> Value:
        return self.end.ask(f"/dawbridge/{name}")[0]

    def set(self, name: str, value: Value) -> str:
        self.end.calls.clear()
        self.end.send(f"/dawbridge/{name}", value)
        self.end.settle()
        return next(
            (str(c.arguments[2]) for c in self.end.calls if c.address.endswith("/fail")), ""
        )

    def bad(self) -> str:
        self.end.raw(b"no osc at all")
        return str(self.end.wait("/dawbridge/fail")[2])

    def unknown(self) -> str:
        self.end.send("/dawbridge/nothing")
        return str(self.end.wait("/dawbridge/fail")[2])

    def models(self) -> list[str]:
        self.end.calls.clear()
        self.end.send("/dawbridge/models")
        self.end.wait("/dawbridge/done")
        return [str(c.arguments[0]) for c in self.end.calls if c.address.endswith("models.reply")]

    def job(self, source: str, out_dir: str, req: int = 1, cancel: bool = False) -> list[str]:
        self.end.calls.clear()
        self.end.send("/dawbridge/separate", req, source, out_dir)
        if cancel:
            self.end.send("/dawbridge/cancel", req)
        names = []
        while True:
            self.end.wait_any()
            call = self.end.calls[-1]
            if call.address == "/dawbridge/job/stem":
                names.append(str(call.arguments[1]))
            if call.address == "/dawbridge/fail":
                return [str(call.arguments[2])]
            if call.address == "/dawbridge/done" and call.arguments == ("separate", req):
                return names

    def quit(self) -> None:
        self.end.send("/dawbridge/quit")
        assert self.end.wait("/dawbridge/done")[0] == "quit"


@dataclass
class Zmq:
    """ZeroMQ's."""

    end: ZmqEnd

    def get(self, name: str) -> Value:
        value: Value = self.end.ask("get", names=[name])["values"][name]
        return value

    def set(self, name: str, value: Value) -> str:
        reply = self.end.ask("set", values={name: value})
        return str(reply.get("code", ""))

    def bad(self) -> str:
        self.end.raw(b"no message")
        return str(self.end.receive()[0]["code"])

    def unknown(self) -> str:
        return str(self.end.ask("sing")["code"])

    def models(self) -> list[str]:
        return [one["name"] for one in self.end.ask("models")["models"]]

    def job(self, source: str, out_dir: str, req: int = 1, cancel: bool = False) -> list[str]:
        self.end.send("separate", 8, req=req, source=source, out_dir=out_dir)
        if cancel:
            self.end.send("cancel", 9, req=req)
        names: list[str] = []
        while True:
            header: dict[str, Any] = self.end.receive()[0]
            if header["type"] == "job.stem":
                names.append(header["name"])
            if header["type"] in ("job.fail", "fail"):
                return [header["code"]]
            if header["type"] == "job.done":
                return names

    def quit(self) -> None:
        assert self.end.ask("quit")["type"] == "done"


ENDS: dict[str, Callable[[Running, ExitStack], End]] = {
    "osc": lambda running, stack: Osc(stack.enter_context(running.osc())),
    "zmq": lambda running, stack: Zmq(stack.enter_context(running.dealer())),
}


@pytest.fixture(params=sorted(ENDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def rig(kind: str) -> Iterator[tuple[Running, End]]:
    with ExitStack() as stack:
        running = stack.enter_context(serving())
        yield running, ENDS[kind](running, stack)


def test_values_are_set_and_read(rig: tuple[Running, End]) -> None:
    _, end = rig
    assert end.set("refine/steps", 7) == "" and end.get("refine/steps") == 7
    assert end.set("refine/steps", -7) == "bad_value" and end.get("refine/steps") == 7
    assert end.set("device", "cuda") == "fixed_at_start"
    assert end.set("stem/drums/gain", 0.0) == "unknown_stream"


def test_every_stream_parameter_answers(rig: tuple[Running, End]) -> None:
    running, end = rig
    with running.client() as client, client.stream(44100, 2):
        for one in STREAM_PARAMETERS:
            value = end.get(one.name.replace("<name>", "bass"))
            assert one.check(value) == pytest.approx(value), one.name


def test_what_is_set_is_heard(rig: tuple[Running, End]) -> None:
    running, end = rig
    with running.client() as client, client.stream(44100, 2) as stream:
        stream.process(noise(2, 1000))
        assert end.set("stem/drums/mute", 1) == ""
        stream.process(noise(2, 2000))
        out = stream.process(noise(2, 2000))
        assert not out["drums"].any() and out["bass"].any()


def test_bad_messages_are_answered(rig: tuple[Running, End]) -> None:
    _, end = rig
    assert end.bad() == "bad_message"
    assert end.unknown() == "unknown_request"
    assert end.get("refine/seed") == 0


def test_the_model_changes_and_a_bad_one_does_not(rig: tuple[Running, End], tmp_path: Path) -> None:
    running, end = rig
    other = model_file(name="other", gains=(0.1, 0.1, 0.1, 0.6))
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    with running.client() as client, client.stream(44100, 2) as stream:
        stream.process(noise(2, 3000))
        assert end.set("model", other) == ""
        assert end.set("model", str(tmp_path / "none.onnx")) == "model_not_found"
        assert end.set("model", str(broken)) == "model_file"
        assert end.get("model") == other
        mix = noise(2, 6000)
        drums = stream.process(mix)["drums"]
        stems = stream.flush()
        assert abs(float(drums[:, -500:].std() / mix.std()) - 0.1) < 0.02
        assert abs(float(stems["vocals"].std() / mix.std()) - 0.6) < 0.1


def test_grid_changes_and_a_bad_one_does_not(rig: tuple[Running, End]) -> None:
    running, end = rig
    with running.client() as client, client.stream(44100, 2):
        assert end.get("block/hop") == 128
        assert end.set("block/hop", 64) == "" and end.get("block/hop") == 64
        assert end.set("block/hop", 4000) == "settings" and end.get("block/hop") == 64


def test_jobs(rig: tuple[Running, End], tmp_path: Path) -> None:
    _, end = rig
    song = save(tmp_path / "song.wav", noise(2, 5000))
    stems = end.job(str(song), str(tmp_path / "out"))
    assert stems == ["drums", "bass", "other", "vocals", "residual"]
    assert {one.stem for one in (tmp_path / "out" / "song").glob("*.wav")} == set(stems)
    assert end.job(str(tmp_path / "none.wav"), str(tmp_path / "out"), req=2) == ["bad_file"]
    assert end.job(str(song), str(tmp_path / "out"), req=3) == ["file_exists"]


def test_a_cancelled_job_leaves_nothing(rig: tuple[Running, End], tmp_path: Path) -> None:
    _, end = rig
    song = save(tmp_path / "song.wav", noise(2, 3_000_000))
    assert end.job(str(song), str(tmp_path / "out"), cancel=True) == ["cancelled"]
    assert not (tmp_path / "out").exists()


def test_models_are_listed(rig: tuple[Running, End]) -> None:
    from engines.load import list_models

    _, end = rig
    assert end.models() == list(list_models())


def test_quit(rig: tuple[Running, End]) -> None:
    running, end = rig
    end.quit()
    assert running.server.wait(10)
