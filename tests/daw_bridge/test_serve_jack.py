"""`daw-bridge serve --io device` with real JACK, PortAudio and OSC: the whole live path."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import NoAnswer
from daw_bridge.jack_probe import JackProbe
from daw_bridge.probe import NULL_DB, burst, level_db
from engines.spec import Preset
from tests.daw_bridge.jack_server import JackServer
from tests.daw_bridge.server_rig import OscEnd, program
from tests.tiny_models import GAINS, make_model

pytestmark = pytest.mark.jack

RATE, PERIOD = 48000, 1024
# Wide enough that two busy cores do not make a linear model late.
PRESET = Preset(
    window_samples=16384, hop_samples=8192, lookahead_samples=2048, crossfade_samples=512
)
PORTS = ("--osc-port", "0", "--zmq-port", "0", "--pub-port", "0")


def test_serve_with_a_device(tmp_path: Path) -> None:
    make_model(tmp_path / "linear.onnx", live=PRESET)
    options = ["--io", "device", "--model", str(tmp_path / "linear.onnx"), "--device", "cpu"]
    command = [sys.executable, "-m", "daw_bridge", "serve", *options, *PORTS, "--json"]
    with JackServer(RATE, PERIOD) as jack, program(*command, environment=jack.env) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline() or process.communicate()[1])
        (stream,) = ready["streams"]
        with OscEnd(ready["osc_port"]) as end:
            end.send("/dawbridge/stem/bass/mute", 1)
            end.settle()
            heard, late = _play(jack, end, stream["latency_samples"])
            end.send("/dawbridge/quit")
            end.wait("/dawbridge/done")
        _, complaints = process.communicate(timeout=20)
        assert process.returncode == 0, complaints
    if late:
        pytest.skip(f"{late} blocks were late on this machine")
    rows, sent = heard
    for row, gain in zip(rows, (GAINS[0], 0.0, *GAINS[2:]), strict=False):
        assert level_db(row - np.float32(gain) * sent) < NULL_DB


def _play(jack: JackServer, end: OscEnd, latency: int) -> tuple[tuple[np.ndarray, np.ndarray], int]:
    """((outputs, channels, n) heard, (channels, n) sent), and how many blocks were late."""
    signal_ = burst(RATE, 2)
    record = [[f"PortAudio:out_{column}"] for column in range(10)]
    before = _late(end)
    with JackProbe(["PortAudio:in_0", "PortAudio:in_1"], record, jack.name) as probe:
        try:
            heard = probe.play(signal_, latency + 2 * PERIOD)
        except NoAnswer as error:
            pytest.skip(f"this machine is too busy for JACK: {error}")
    late = _late(end) - before
    there = heard[:, latency : latency + signal_.shape[-1]]
    return (there.reshape(5, 2, -1), signal_), late


def _late(end: OscEnd) -> int:
    """Late blocks so far."""
    end.send("/dawbridge/status")
    return int(end.wait("/dawbridge/status.reply")[6])
