"""`daw-bridge serve --io device` with real JACK, PortAudio and OSC: the whole live path."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.ping.jack import JackProbe
from daw_bridge.cli.ping.measure import NULL_DB, burst, level_db
from engines.spec import Preset
from tests.rigs.jack import JackServer
from tests.rigs.server import OscEnd, program
from tests.rigs.tiny_models import GAINS, make_model

pytestmark = pytest.mark.jack

RATE, PERIOD = 48000, 1024
#: Two shared cores disturb a pass now and then, never this many in a row.
ATTEMPTS = 20
# Wide enough that two busy cores do not make a linear model late.
PRESET = Preset(
    window_samples=16384, hop_samples=8192, lookahead_samples=2048, crossfade_samples=512
)
PORTS = ("--osc-port", "0", "--zmq-port", "0", "--pub-port", "0", "--http-port", "0")


def test_serve_with_a_device(tmp_path: Path) -> None:
    make_model(tmp_path / "linear.onnx", live=PRESET)
    options = ["--io", "device", "--model", str(tmp_path / "linear.onnx"), "--device", "cpu"]
    options += ["--in-device", "system", "--out-device", "system"]
    command = [sys.executable, "-m", "daw_bridge", "serve", *options, *PORTS, "--json"]
    with JackServer(RATE, PERIOD) as jack, program(*command, environment=jack.env) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline() or process.communicate()[1])
        (stream,) = ready["streams"]
        with OscEnd(ready["osc_port"]) as end:
            end.send("/dawbridge/stem/bass/mute", 1)
            end.settle()
            rows, sent = _undisturbed(jack, end, stream["latency_samples"])
            end.send("/dawbridge/quit")
            end.wait("/dawbridge/done")
        _, complaints = process.communicate(timeout=20)
        assert process.returncode == 0, complaints
    for row, gain in zip(rows, (GAINS[0], 0.0, *GAINS[2:]), strict=False):
        assert level_db(row - np.float32(gain) * sent) < NULL_DB


def _undisturbed(jack: JackServer, end: OscEnd, latency: int) -> tuple[np.ndarray, np.ndarray]:
    """(outputs, channels, n) heard and (channels, n) sent, of a pass in which nothing was late."""
    signal_ = burst(RATE, 2)
    record = [[f"PortAudio:out_{column}"] for column in range(10)]
    troubles = []
    with JackProbe(["PortAudio:in_0", "PortAudio:in_1"], record, jack.name) as probe:
        for _ in range(ATTEMPTS):
            before = _late(end)
            heard, whole = probe.try_once(signal_, latency + 2 * PERIOD)
            late = _late(end) - before
            if whole and not late:
                there = heard[:, latency : latency + signal_.shape[-1]]
                return there.reshape(5, 2, -1), signal_
            troubles.append(f"{late} blocks late" if whole else "JACK lost periods")
    pytest.fail(f"no pass of {ATTEMPTS} was undisturbed: {troubles}")


def _late(end: OscEnd) -> int:
    """Late blocks so far."""
    end.send("/dawbridge/status")
    return int(end.wait("/dawbridge/status.reply")[6])
