"""`daw-bridge ping` against a real server; through JACK: ports/jack/test_serve.py."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.ping import routes
from daw_bridge.cli.ping.measure import PingResult
from daw_bridge.errors import NoDevice
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import Server
from engines.spec import Preset
from tests.rigs.tiny_models import make_model

PRESET = Preset(
    window_samples=16384, hop_samples=8192, lookahead_samples=2048, crossfade_samples=512
)


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """A server with a linear model."""
    model = tmp_path / "linear.onnx"
    make_model(model, live=PRESET)
    server = Server(
        ServerOptions.of(model=str(model), osc_port=0, zmq_port=0, pub_port=0, http_port=0)
    )
    ready = server.start()
    yield f"tcp://127.0.0.1:{ready.zmq_port}"
    server.stop()


@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_declared_and_measured_latency_agree(
    endpoint: str, capsys: pytest.CaptureFixture[str], rate_hz: int
) -> None:
    command = ["ping", "--endpoint", endpoint, "--seconds", "0.5", "--json"]
    assert main([*command, "--rate", str(rate_hz), "--block", "512"]) == 0
    found = PingResult(**json.loads(capsys.readouterr().out))
    assert found.holds
    assert found.measured_samples == found.declared_samples > 8192
    assert found.rate_hz == rate_hz


def test_what_does_not_agree_is_said_and_exit_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = PingResult(48000, 1000, 1064, -30.0)
    monkeypatch.setattr(routes, "through_zmq", lambda *args: result)
    assert main(["ping"]) == 1
    text = capsys.readouterr().out
    assert "MISMATCH" in text
    assert "1064 samples  22.17 ms" in text


def test_no_server_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "ANSWERS_WITHIN_S", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
        assert main(["ping", "--endpoint", f"tcp://127.0.0.1:{port}"]) == 2
    assert "no_answer" in capsys.readouterr().err


def test_without_a_device_there_is_no_latency_to_ask_for(endpoint: str) -> None:
    with pytest.raises(NoDevice, match="serve --io jack"):
        routes.device_stream(endpoint)


@pytest.mark.parametrize(
    "flags", [("--block", "0"), ("--seconds", "-1"), ("--seconds", "nan"), ("--rate", "0")]
)
def test_what_cannot_be_sent_is_said(
    flags: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ping", *flags]) == 2
    assert " ".join(flags) in capsys.readouterr().err
