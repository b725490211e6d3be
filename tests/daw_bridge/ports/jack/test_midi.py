"""MIDI at `midi_in`: a fader in JACK moves a stem's gain."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from daw_bridge.client import Client
from daw_bridge.live.controls import CAPACITY, ControlChange, ControlRing
from daw_bridge.live.port_status import PortStatus
from daw_bridge.ports.jack.library import open_client
from daw_bridge.ports.jack.midi import MidiInput, MidiReader, MidiSources
from daw_bridge.ports.jack.port import TICK_S
from tests.rigs.jack import JackServer
from tests.rigs.serve import ServeProcess
from tests.rigs.server import OscEnd
from tests.rigs.tiny_models import make_model

RATE, PERIOD = 48000, 256


def test_the_reader_hands_on_the_last_value_and_tells_what_was_lost() -> None:
    ring, status = ControlRing(), PortStatus()
    moved: list[tuple[ControlChange, ...]] = []
    status.control = moved.append
    reader = MidiReader(ring)
    reader.hand_on(status)
    ring.write(bytes([0x90, 60, 100]))
    reader.hand_on(status)
    assert not moved
    for k in range(CAPACITY + 9):
        ring.write(bytes([0xB0, 7, k % 100]))
    reader.hand_on(status)
    assert moved == [(ControlChange(1, 7, (CAPACITY + 8) % 100),)]
    assert status.lost_controls == 9


def test_it_begins_and_ends_more_than_once() -> None:
    ring, status, heard = ControlRing(), PortStatus(), threading.Event()
    status.control = lambda changes: heard.set()
    reader = MidiReader(ring)
    for _ in range(2):
        heard.clear()
        reader.start(status)
        ring.write(bytes([0xB0, 7, 1]))
        assert heard.wait(10)
        reader.stop()
    reader.stop()
    ring.write(bytes([0xB0, 7, 2]))
    assert len(ring.take()) == 1


class FakeInput:
    """A MidiInput in a server with these ports."""

    def __init__(self, *there: str) -> None:
        self.there, self.sources = there, set[str]()

    def connect(self, source: str) -> bool:
        if source in self.there:
            self.sources.add(source)
        return source in self.there


def test_connections_come_back_with_the_server_but_not_what_the_user_removed() -> None:
    memory, first = MidiSources(), FakeInput("a", "b")
    first.sources = {"a", "b"}
    memory.update(cast(MidiInput, first))
    first.sources = {"a"}  # by the user
    memory.update(cast(MidiInput, first))
    memory.server_gone()
    second = FakeInput("b")
    memory.update(cast(MidiInput, second))
    assert second.sources == set()
    second.there = ("a", "b")  # it appears later
    memory.update(cast(MidiInput, second))
    assert second.sources == {"a"}
    second.sources = set()
    memory.update(cast(MidiInput, second))
    assert second.sources == set()


class Faders:
    """Another client, which sends MIDI messages; `connects`: it connects itself to ours."""

    def __init__(self, server: str, connects: bool = True) -> None:
        self.client: Any = open_client("faders", server)
        port = self.client.midi_outports.register("out")
        self._waiting: deque[bytes] = deque()

        def process(frames: int) -> None:
            port.clear_buffer()
            while self._waiting:
                port.write_midi_event(0, self._waiting.popleft())

        self.client.set_process_callback(process)
        self.client.activate()
        if connects:
            self.client.connect(port, "daw-bridge:midi_in")

    def send(self, *messages: bytes) -> None:
        self._waiting.extend(messages)

    def move(self, *positions: int, controller: int = 7) -> bool:
        """A fader on channel 3. Falsy, so that it can be moved in a condition."""
        self.send(*(bytes([0xB2, controller, one]) for one in positions))
        return False


def until(holds: Callable[[], bool]) -> None:
    """The test's own time limit ends what never comes."""
    while not holds():
        time.sleep(0.02)


@pytest.mark.jack
def test_a_fader_moves_the_gain_it_has_been_learnt_for(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    options = ["--model", tmp_path / "tiny.onnx", "--device", "cpu", "--io", "jack"]
    with (
        JackServer(RATE, PERIOD) as jack,
        ServeProcess(*options, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
        OscEnd(serve.ready()["osc_port"]) as osc,
    ):

        def gain() -> object:
            return client.get("stem/drums/gain")["stem/drums/gain"]

        until(lambda: bool(client.status().health))
        faders = Faders(jack.name)
        try:
            osc.send("/dawbridge/midi/learn", "stem/drums/gain")
            assert osc.wait("/dawbridge/midi/learning") == ("stem/drums/gain",)
            until(lambda: faders.move(1) or gain() == -60.0)  # a connection takes a cycle or two
            faders.send(b"\x92\x07\x40", b"\xf8", b"\xf0\x01\x02\x03\xf7")  # note, clock, SysEx
            faders.move(*range(128), *reversed(range(106, 128)))  # quickly: the last one holds
            until(lambda: gain() == 0.0)
            faders.move(0)
            until(lambda: gain() == -120.0)
            faders.move(127, controller=8)  # of another fader
            osc.send("/dawbridge/midi/list")
            assert osc.wait("/dawbridge/midi.reply") == (3, 7, "stem/drums/gain")
            osc.send("/dawbridge/midi/forget", "")
            osc.wait("/dawbridge/done")
            faders.move(64)
            time.sleep(0.3)
            assert gain() == -120.0
            osc.send("/dawbridge/midi/learn", "block/hop")
            assert "bad_value" in osc.wait("/dawbridge/fail")
            (health,) = client.status().health
            assert health.lost_controls == 0
        finally:
            faders.client.close()


@pytest.mark.jack
def test_bindings_and_connections_outlive_the_jack_server(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    options = ["--model", tmp_path / "tiny.onnx", "--device", "cpu", "--io", "jack"]
    with (
        JackServer(RATE, PERIOD) as jack,
        ServeProcess(*options, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
        OscEnd(serve.ready()["osc_port"]) as osc,
    ):

        def state() -> str:
            return "".join(one.io_state for one in client.status().health)

        until(lambda: "JACK client" in state())
        faders = Faders(jack.name)
        osc.send("/dawbridge/midi/learn", "bypass")
        osc.wait("/dawbridge/midi/learning")
        until(lambda: faders.move(127) or client.get("bypass")["bypass"] == 1)
        time.sleep(3 * TICK_S)  # the supervisor looks at the connections now and then
        jack.kill()
        faders.client.close()
        until(lambda: "waiting" in state())
        jack.restart(RATE, PERIOD)
        faders = Faders(jack.name, connects=False)
        until(lambda: faders.move(0) or client.get("bypass")["bypass"] == 0)
        faders.client.close()
