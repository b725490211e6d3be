"""`daw-bridge doctor`: what it says when something works, is missing or is taken."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.cli import diagnosis, main
from daw_bridge.cli.diagnosis import FAILURE, OK, WARNING, Check, diagnose
from daw_bridge.errors import NoPortAudio
from engines import load
from engines.errors import DeviceError
from engines.providers import (
    COREML,
    CPU,
    CUDA,
    DML,
    MIGRAPHX,
    OPENVINO,
    PROVIDERS,
    TENSORRT,
)
from tests.rigs.needing import write_mean
from tests.rigs.tiny_models import make_model


@pytest.fixture(autouse=True)
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default model, installed."""
    monkeypatch.setattr(load, "MODELS", tmp_path)
    make_model(tmp_path / "song.onnx", name="song")
    return tmp_path


def checks() -> dict[str, Check]:
    return {one.name: one for one in diagnose()}


def test_all_that_is_needed_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "FAIL" not in text and "device cpu: works: CPUExecutionProvider" in text
    assert "model song: drums, bass, other, vocals; 44100 Hz, 2 channels" in text
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["state"] for one in found} <= {OK, WARNING}
    assert {"numpy", "device cuda", "JACK", "libsndfile", "sound devices"} <= {
        one["name"] for one in found
    }


def test_a_default_model_that_is_missing_or_broken(song: Path) -> None:
    (song / "song.onnx").write_bytes(b"no graph")
    assert checks()["model song"].state == FAILURE
    (song / "song.onnx").unlink()
    assert checks()["model song"].state == FAILURE
    assert main(["doctor"]) == 1


def test_a_model_that_needs_one_that_is_gone(song: Path) -> None:
    write_mean(song)
    assert checks()["model both"].state == OK
    (song / "gibbs.onnx").unlink()
    found = checks()["model both"]
    assert found.state == FAILURE and "needs the model 'gibbs'" in found.detail


def test_ports_that_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as one:
            one.bind(("127.0.0.1", 0))
            number = one.getsockname()[1]
            option = diagnosis.parameter("osc_port")
            other = type(option)(**{**vars(option), "default": number})
            with monkeypatch.context() as patch:
                patch.setattr(
                    diagnosis, "parameter",
                    lambda key, other=other: other if key == "osc_port" else _parameter(key),
                )  # fmt: skip
                taken = diagnosis._port("osc_port", kind)
                assert taken.state == WARNING and "--osc-port" in taken.action
                one.close()
                assert diagnosis._port("osc_port", kind).state == OK


_parameter = diagnosis.parameter


def test_both_runtimes_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_version", lambda name: "1.0")
    assert diagnosis._runtimes().state == FAILURE
    monkeypatch.setattr(diagnosis, "_version", lambda name: None)
    assert diagnosis._runtimes().state == FAILURE
    assert diagnosis._needed("numpy") == Check(
        "numpy", FAILURE, "not installed", "pip install numpy"
    )


def test_every_device_is_tried_or_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "has", lambda row: row in (CPU, OPENVINO, TENSORRT))

    def probe(device: str) -> str:
        if device == TENSORRT.name:
            raise DeviceError("no TensorRT: no GPU", "one", "install what is missing")
        return f"{device} itself"

    monkeypatch.setattr(diagnosis, "probe", probe)
    found = {row: diagnosis._provider(row) for row in PROVIDERS}
    assert found[CPU].detail == "works: cpu itself; tested (Linux, x86-64)"
    assert found[OPENVINO].detail.startswith("works: openvino itself; tested (onnxruntime-openvino")
    assert found[TENSORRT] == Check(
        "device tensorrt", WARNING, "no TensorRT: no GPU; untested", "install what is missing"
    )
    for row in (CUDA, COREML, DML, MIGRAPHX):
        words = f"not in this onnxruntime; package {row.package} has it, on {row.systems}; untested"
        assert found[row] == Check(f"device {row.name}", OK, words)
    assert {f"device {row.name}" for row in PROVIDERS} <= set(checks())


def test_no_portaudio_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise NoPortAudio("no PortAudio", "its library", "Install libportaudio2")

    monkeypatch.setattr(diagnosis, "load_sounddevice", missing)
    found = checks()["sound devices"]
    assert (found.state, found.action) == (WARNING, "Install libportaudio2")


@pytest.fixture
def jack_server() -> Iterator[str]:
    name = f"daw-bridge-test-{os.getpid()}"
    command = ["jackd", "--name", name, "-d", "dummy", "-p", "1024"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        yield name
        process.terminate()


@pytest.mark.jack
def test_jack_is_asked(jack_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def state(name: str) -> str:
        code = "from daw_bridge.cli import diagnosis; print(diagnosis._jack().detail)"
        environment = {**os.environ, "JACK_DEFAULT_SERVER": name}
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, text=True, capture_output=True,
            check=True, cwd=Path(__file__).parents[3],
        )  # fmt: skip
        return run.stdout.strip()

    deadline = time.monotonic() + 20
    while not (found := state(jack_server)).endswith("is running"):
        assert time.monotonic() < deadline, found
    assert state("daw-bridge-no-such-server").endswith("is not running")
