"""`--io device` against a real JACK server: sound goes through PortAudio and comes back in time.

The stems of a linear model are g_k times the mix, so each of them must be exact, not only their
sum. The server runs in a process of its own; two JACK clients here send and hear.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daw_bridge.cli.ping.jack import ATTEMPTS, JackProbe
from daw_bridge.cli.ping.measure import NULL_DB, burst, compare, level_db
from engines.spec import Preset
from engines.types import Audio
from tests.rigs.jack import JackServer
from tests.rigs.serve import ROOT, ServeProcess
from tests.rigs.tiny_models import GAINS, STEMS, make_model

pytestmark = pytest.mark.jack

RATE, PERIOD = 48000, 1024
# Wide enough that two busy cores do not make a linear model late.
PRESET = Preset(
    window_samples=16384, hop_samples=8192, lookahead_samples=2048, crossfade_samples=512
)
OUTPUTS = (*STEMS, "residual")


@pytest.fixture(scope="module")
def jack_server() -> Iterator[JackServer]:
    """One dummy server for this file."""
    with JackServer(RATE, PERIOD) as server:
        yield server


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A linear model with a roomy live preset."""
    path = tmp_path / "linear.onnx"
    make_model(path, live=PRESET)
    return path


class Host:
    """The device host in a process of its own."""

    def __init__(self, server: JackServer, model: Path, *flags: str) -> None:
        command = [sys.executable, "-m", "tests.rigs.device_host", "--model", str(model)]
        self.process = subprocess.Popen(
            [*command, *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=server.env,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the host did not start"
        self.ready: dict[str, Any] = json.loads(line)

    def counters(self) -> dict[str, Any]:
        """What it has counted so far."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def finish(self) -> dict[str, Any]:
        """Close it; its counters."""
        out, _ = self.process.communicate(timeout=30)
        counters: dict[str, Any] = json.loads(out)
        return counters


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    """Hosts that are ended whatever happens."""
    running: list[Host] = []
    yield running
    for host in running:
        host.process.kill()
        with host.process:  # closes its pipes
            host.process.wait(10)


def heard_in_time(host: Host, server: JackServer, signal: Audio) -> Audio:
    """(10 device outputs, n + latency): a recording during which no block was late.

    Other programs can starve the worker here. The outputs must sum to the delayed input even so.
    """
    declared = host.ready["latency"]
    record = [[f"PortAudio:out_{column}"] for column in range(10)]
    for _ in range(ATTEMPTS):
        before = host.counters()["late_blocks"]
        with JackProbe(["PortAudio:in_0", "PortAudio:in_1"], record, server.name) as probe:
            heard = probe.play(signal, declared + 2 * PERIOD)
        if host.counters()["late_blocks"] == before:
            return heard
    pytest.fail(f"blocks were late in each of {ATTEMPTS} recordings")


def test_declared_latency_is_measured_and_every_stem_is_exact(
    jack_server: JackServer, model: Path, hosts: list[Host]
) -> None:
    hosts.append(host := Host(jack_server, model))
    declared = host.ready["latency"]
    assert host.ready["block"] == PERIOD
    assert tuple(host.ready["outputs"]) == OUTPUTS
    signal = burst(RATE * 2, 2)
    heard = heard_in_time(host, jack_server, signal)
    host.finish()
    rows = heard.reshape(5, 2, -1)
    result = compare(signal, rows.sum(axis=0), RATE, declared)
    assert result.measured_samples == declared
    assert result.null_db < NULL_DB
    there = rows[..., declared : declared + signal.shape[-1]]
    for row, gain in zip(there, GAINS, strict=False):
        assert level_db(row - np.float32(gain) * signal) < NULL_DB
    assert not heard[:, :declared].any()  # nothing comes early


def test_maps_choose_the_channels(jack_server: JackServer, model: Path, hosts: list[Host]) -> None:
    out_map = "drums=9-10,bass=1-2,other=none,vocals=none,residual=5-6"
    hosts.append(host := Host(jack_server, model, "--out-map", out_map))
    signal = burst(RATE, 2)
    heard = heard_in_time(host, jack_server, signal)
    host.finish()
    there = heard[:, host.ready["latency"] :][:, : signal.shape[-1]]
    assert level_db(there[8:10] - np.float32(GAINS[0]) * signal) < NULL_DB
    assert level_db(there[0:2] - np.float32(GAINS[1]) * signal) < NULL_DB
    assert level_db(there[4:6] - np.float32(1 - sum(GAINS)) * signal) < NULL_DB
    assert not there[[2, 3, 6, 7]].any()


def test_a_server_that_goes_away_is_reported(model: Path, hosts: list[Host]) -> None:
    with JackServer(RATE, PERIOD) as server:
        hosts.append(host := Host(server, model))
        server.kill()
        while host.counters()["fault"] != "no_device":
            time.sleep(0.2)  # the test's own time limit ends this
        assert host.finish()["fault"] == "no_device"


def test_serve_and_ping_through_jack_agree(jack_server: JackServer, model: Path) -> None:
    flags = ("--io", "device", "--in-device", "system", "--out-device", "system", "--model", model)
    with ServeProcess(*flags, environment=jack_server.env) as serve:
        command = [sys.executable, "-m", "daw_bridge", "ping", "--jack", "--seconds", "1", "--json"]

        def ping(*flags: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*command, *flags],
                capture_output=True,
                text=True,
                cwd=ROOT,
                env=jack_server.env,
                check=False,
            )

        right = ping("--endpoint", serve.endpoint)
        assert right.returncode == 0, right.stderr
        found = json.loads(right.stdout)
        assert found["measured_samples"] == found["declared_samples"] > PRESET.hop_samples
        wrong = ping("--declared", str(found["declared_samples"] + 1))
        assert wrong.returncode == 1, wrong.stderr
