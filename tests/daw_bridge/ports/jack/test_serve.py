"""`daw-bridge serve --io jack` in a real JACK server (dummy driver): one server for all tests here.

Recordings are made while JACK freewheels, where no cycle is lost and no block is late however busy
the machine is; the stems of a linear model are g_k times the mix, so each of them must be exact.
It is the test of ports.jack's port, client and library, which do nothing without a server.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daw_bridge.cli.ping.jack import JackProbe
from daw_bridge.cli.ping.measure import NULL_DB, burst, level_db
from daw_bridge.client import Client
from daw_bridge.ports.jack.library import CAPTURE, PLAYBACK, latency_range, load_jack, open_client
from daw_bridge.ports.jack.port import TICK_S
from daw_bridge.wire.replies import StreamHealth, StreamInfo
from engines.spec import Preset
from tests.rigs.jack import JackServer
from tests.rigs.serve import ROOT, ServeProcess
from tests.rigs.tiny_models import GAINS, STEMS, make_model

pytestmark = pytest.mark.jack

RATE, PERIOD = 48000, 1024
PRESET = Preset(window_samples=4096, hop_samples=2048, lookahead_samples=512, crossfade_samples=128)
OUTPUTS = (*STEMS, "residual", "dry")
KNOWN = "kazoo"  # of no model here: it passes through


class Rig:
    """The JACK server, ours in it, and a client to ask it."""

    def __init__(self, jack: JackServer, serve: ServeProcess, client: Client) -> None:
        self.jack, self.serve, self.client = jack, serve, client
        self.endpoint = serve.endpoint

    @property
    def info(self) -> StreamInfo:
        return self.client.status().streams[0]

    @property
    def health(self) -> StreamHealth:
        (found,) = self.client.status().health or (StreamHealth(1, 0, 0),)
        return found

    def latency_in_jack(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of drums_out_L since capture and of mix_in_R until playback; zeros without the port."""
        gone = {"capture": (0, 0), "playback": (0, 0)}
        drums, mix = (
            gone | self.jack.latencies(f"daw-bridge:{name}") for name in ("drums_out_L", "mix_in_R")
        )
        return drums["capture"], mix["playback"]

    def links(self, port: str) -> list[str]:
        """What a port of ours is connected to; nothing where it is not there."""
        return self.jack.links(f"daw-bridge:{port}")

    def settle(self, rate_hz: int, period: int) -> int:
        """Wait until the stream runs in this form, and JACK knows its latency; returns it."""
        until(lambda: f"{rate_hz} Hz, blocks of {period}" in self.health.io_state)
        until(lambda: self.info.rate_hz == rate_hz)
        # The ports of a client that has just come back may not be there yet.
        until(lambda: self._agree(rate_hz), load_jack().JackError)
        return self.info.latency_samples

    def _agree(self, rate_hz: int) -> bool:
        told = self.info.latency_samples
        return self.latency_in_jack() == ((told, told), (told, told))

    def ping(self, *flags: str) -> dict[str, Any]:
        """What `daw-bridge ping --jack --freewheel` finds; its exit code as well."""
        command = ["ping", "--jack", "--freewheel", "--seconds", "0.5", "--json", *flags]
        done = subprocess.run(
            [sys.executable, "-m", "daw_bridge", *command, "--endpoint", self.endpoint],
            capture_output=True, text=True, cwd=ROOT, env=self.jack.env, check=False, timeout=90,
        )  # fmt: skip
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found | {"code": done.returncode}


def until(holds: Callable[[], bool], *but: type[Exception]) -> None:
    """Wait for a state; the test's own time limit ends what never comes."""
    while True:
        try:
            if holds():
                return
        except but:
            pass
        time.sleep(0.1)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One for this file."""
    model = tmp_path_factory.mktemp("model") / "linear.onnx"
    make_model(model, live=PRESET)
    with JackServer(RATE, PERIOD) as jack:
        flags = ["--model", str(model), "--device", "cpu", "--connect", "mix=later:*"]
        with (
            ServeProcess("--io", "jack", *flags, environment=jack.env) as serve,
            Client(serve.endpoint, 30) as client,
        ):
            yield Rig(jack, serve, client)


def test_every_port_is_exact_at_the_declared_latency(rig: Rig) -> None:
    latency = rig.settle(RATE, PERIOD)
    signal_ = burst(RATE // 2, 2)
    record = [[f"daw-bridge:{name}_out_{side}"] for name in OUTPUTS for side in "LR"]
    inputs = ["daw-bridge:mix_in_L", "daw-bridge:mix_in_R"]
    with JackProbe(inputs, record, rig.jack.name, freewheel=True) as probe:
        heard = probe.play(signal_, latency + PERIOD).reshape(6, 2, -1)
    there = heard[..., latency : latency + signal_.shape[-1]]
    for row, gain in zip(there, (*GAINS, 1 - sum(GAINS), 1.0), strict=True):
        assert level_db(row - np.float32(gain) * signal_) < NULL_DB
    assert not heard[..., :latency].any()  # nothing comes early
    # Our part of a cycle ends after our callback has begun: JACK's clock, in whole samples.
    assert rig.health.cycle_max_us >= rig.health.cycle_p999_us > 0


def test_ports_are_described_in_jacks_metadata(rig: Rig) -> None:
    rig.settle(RATE, PERIOD)
    jack, looker = load_jack(), open_client("look", rig.jack.name)
    end = time.monotonic() + 10  # ports are there before what is told of them
    while True:
        ports = looker.get_ports("^daw-bridge:")
        told = {port.shortname: jack.get_properties(port.uuid) for port in ports}
        if all(jack.METADATA_PRETTY_NAME in one for one in told.values()):
            break
        assert time.monotonic() < end, told
        time.sleep(0.05)
    looker.close()
    assert len(told) == 15
    right = told["drums_out_R"]
    assert right[jack.METADATA_PRETTY_NAME] == (b"Drums out right", "")
    assert right[jack.METADATA_PORT_GROUP] == told["drums_out_L"][jack.METADATA_PORT_GROUP]
    orders = [int(one[jack.METADATA_ORDER][0]) for one in told.values()]
    assert orders == list(range(15))


@pytest.mark.parametrize("period", [64, 4096])
def test_it_follows_the_block_size_and_ping_agrees(rig: Rig, period: int) -> None:
    changer = open_client("change", rig.jack.name)
    changer.blocksize = period
    changer.close()
    rig.settle(RATE, period)
    found = rig.ping()
    assert found["code"] == 0, found
    assert found["measured_samples"] == found["declared_samples"] == found["published_samples"]
    wrong = rig.ping("--declared", str(found["declared_samples"] + 1))
    assert wrong["code"] == 1


def test_a_change_of_the_stream_is_published(rig: Rig) -> None:
    before = rig.info.latency_samples
    rig.client.set({"block/hop": 1024})
    until(lambda: rig.info.latency_samples != before)
    until(lambda: rig.latency_in_jack()[0][0] == rig.info.latency_samples)
    assert rig.ping()["code"] == 0


@pytest.mark.parametrize(
    ("rate_hz", "period", "how"), [(96000, 256, signal.SIGTERM), (44100, 512, signal.SIGKILL)]
)
def test_it_outlives_the_server_and_follows_its_rate(
    rig: Rig, rate_hz: int, period: int, how: signal.Signals
) -> None:
    link = ("daw-bridge:bass_out_R", "system:playback_1")
    rig.jack.tool("jack_connect", *link)
    until(lambda: rig.health.io_state.endswith("connections: 1"))
    rig.jack.kill(how)
    until(lambda: rig.health.io_state == "JACK: waiting for the server")
    rig.jack.restart(rate_hz, period)
    until(lambda: rig.links("bass_out_R") == ["system:playback_1"])  # restored
    rig.jack.tool("jack_disconnect", *link)
    assert rig.settle(rate_hz, period) > 0
    found = rig.ping()
    assert found["code"] == 0 and found["rate_hz"] == rate_hz, found


def test_a_port_that_appears_later_is_connected_and_again_when_it_comes_back(rig: Rig) -> None:
    for _ in range(2):
        assert rig.links("mix_in_L") == []
        later = open_client("later", rig.jack.name)
        for name in ("left", "right"):
            later.outports.register(name)
        later.activate()
        until(lambda: rig.links("mix_in_L") == ["later:left"])
        until(lambda: rig.links("mix_in_R") == ["later:right"])
        later.close()
        until(lambda: rig.health.io_state.endswith("connections: 0"))


def test_a_port_whose_client_is_not_active_yet_is_connected_when_it_is(rig: Rig) -> None:
    later = open_client("later", rig.jack.name)
    later.outports.register("left")
    time.sleep(4 * TICK_S)  # JACK lists the port, and refuses to connect it
    assert rig.links("mix_in_L") == []
    later.activate()
    until(lambda: rig.links("mix_in_L") == ["later:left"])
    later.close()
    until(lambda: rig.health.io_state.endswith("connections: 0"))


def test_a_server_that_stands_still_is_left_and_taken_up_again(rig: Rig) -> None:
    rig.jack.stall(6.0)
    until(lambda: rig.health.io_state.endswith("connections: 0"))
    assert rig.ping()["code"] == 0


def test_xruns_are_counted(rig: Rig) -> None:
    before = rig.health.xruns
    rig.jack.stall(0.5)
    until(lambda: rig.health.xruns > before)


def test_latency_adds_up_along_the_chain(rig: Rig) -> None:
    latency = rig.info.latency_samples
    hand = open_client("hand", rig.jack.name)
    source, sink = (hand.get_port_by_name(f"system:{n}") for n in ("capture_1", "playback_1"))
    hand.connect(source, "daw-bridge:mix_in_L")
    hand.connect("daw-bridge:drums_out_R", sink)
    recorded, played = latency_range(source, CAPTURE)[0], latency_range(sink, PLAYBACK)[0]
    assert recorded > 0 and played > 0
    told = ((recorded + latency,) * 2, (played + latency,) * 2)
    until(lambda: rig.latency_in_jack() == told)
    hand.disconnect(source, "daw-bridge:mix_in_L")
    hand.disconnect("daw-bridge:drums_out_R", sink)
    hand.close()


def test_known_stems_pass_and_it_ends_cleanly(tmp_path: Path) -> None:
    make_model(tmp_path / "linear.onnx", live=PRESET)
    flags = ["--model", tmp_path / "linear.onnx", "--known", KNOWN, "--channels", 1]
    flags += ["--io", "jack", "--jack-name", "mono"]
    with JackServer(RATE, PERIOD) as jack, ServeProcess(*flags, environment=jack.env) as serve:
        looker = open_client("look", jack.name)
        names = [port.shortname for port in looker.get_ports("^mono:")]
        assert names[:3] == ["mix_in", f"known_{KNOWN}_in", "drums_out"]
        assert f"{KNOWN}_out" in names
        with Client(serve.endpoint, 30) as client:
            latency = client.status().streams[0].latency_samples
        sent = burst(RATE // 4, 2)
        inputs = ["mono:mix_in", f"mono:known_{KNOWN}_in"]
        with JackProbe(inputs, [["mono:dry_out"], [f"mono:{KNOWN}_out"]], jack.name, True) as probe:
            heard = probe.play(sent, latency)[:, latency:]
        assert level_db(heard - sent) < NULL_DB
        jack.kill()  # so that the server waits when it is asked to end
        looker.close()
        serve.process.terminate()
        assert serve.process.wait(30) == 0
