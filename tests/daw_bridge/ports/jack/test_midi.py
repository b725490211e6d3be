"""MIDI at `midi_in`: a fader in JACK moves a stem's gain."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from daw_bridge.client import Client
from daw_bridge.live.controls import CAPACITY, ControlChange, ControlRing
from daw_bridge.live.port_status import PortStatus
from daw_bridge.ports.jack.midi import MidiReader
from daw_bridge.wire.replies import Binding, MidiReply
from tests.rigs.jack import JackProgram, JackServer
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


class Faders(JackProgram):
    """Another client, which sends MIDI messages; `connects`: it connects itself to ours."""

    def __init__(self, server: str, connects: bool = True) -> None:
        super().__init__("faders", server)
        port = self.client.midi_outports.register("out")
        self._waiting: deque[bytes] = deque()

        def process(frames: int) -> None:
            port.clear_buffer()
            while self._waiting:
                port.write_midi_event(0, self._waiting.popleft())

        self.begin(process)
        if connects:
            self.client.connect(port, "daw-bridge:midi_in")

    def send(self, *messages: bytes) -> None:
        self._waiting.extend(messages)

    def move(self, *positions: int, controller: int = 7) -> bool:
        """A fader on channel 3. Falsy: it is moved in a condition, until a busy JACK loses none."""
        self.send(*(bytes([0xB2, controller, one]) for one in positions))
        return False


def until(holds: Callable[[], bool]) -> None:
    """The test's own time limit ends what never comes."""
    while not holds():
        time.sleep(0.02)


@dataclass
class Rig:
    """JACK, ours in it, a client to ask it and one for OSC."""

    jack: JackServer
    client: Client
    osc: OscEnd

    @property
    def state(self) -> str:
        return "".join(one.io_state for one in self.client.status().health)

    def value(self, name: str) -> object:
        return self.client.get(name)[name]

    def learn(self, name: str) -> None:
        self.osc.send("/dawbridge/midi/learn", name)
        assert self.osc.wait("/dawbridge/midi/learning") == (name,)

    @contextmanager
    def faders(self, connects: bool = True) -> Iterator[Faders]:
        one = Faders(self.jack.name, connects)
        try:
            yield one
        finally:
            one.close()


@contextmanager
def serving(tmp_path: Path, *flags: str) -> Iterator[Rig]:
    make_model(tmp_path / "tiny.onnx")
    options = ["--model", tmp_path / "tiny.onnx", "--device", "cpu", "--io", "jack", *flags]
    with (
        JackServer(RATE, PERIOD) as jack,
        ServeProcess(*options, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
        OscEnd(serve.ready()["osc_port"]) as osc,
    ):
        rig = Rig(jack, client, osc)
        until(lambda: "JACK client" in rig.state)
        yield rig


@pytest.mark.jack
def test_a_fader_moves_the_gain_it_has_been_learnt_for(tmp_path: Path) -> None:
    with serving(tmp_path) as rig, rig.faders() as faders:

        def gain() -> object:
            return rig.value("stem/drums/gain")

        rig.learn("stem/drums/gain")
        until(lambda: faders.move(1) or gain() == -60.0)  # a connection takes a cycle or two
        faders.send(b"\x92\x07\x40", b"\xf8", b"\xf0\x01\x02\x03\xf7")  # note, clock, SysEx
        others = [one for one in range(128) if one != 106]
        until(lambda: faders.move(*others, 106) or gain() == 0.0)  # quickly: the last one holds
        until(lambda: faders.move(0) or gain() == -120.0)
        faders.move(127, controller=8)  # of another fader
        rig.osc.send("/dawbridge/midi/list")
        assert rig.osc.wait("/dawbridge/midi.reply") == (3, 7, "stem/drums/gain")
        rig.osc.send("/dawbridge/midi/forget", "")
        rig.osc.wait("/dawbridge/done")
        faders.move(64)
        time.sleep(0.3)
        assert gain() == -120.0
        rig.osc.send("/dawbridge/midi/learn", "block/hop")
        assert "bad_value" in rig.osc.wait("/dawbridge/fail")
        (health,) = rig.client.status().health
        assert health.lost_controls == 0


@pytest.mark.jack
def test_bindings_and_connections_outlive_the_jack_server(tmp_path: Path) -> None:
    with serving(tmp_path) as rig:
        with rig.faders() as faders:
            rig.learn("bypass")
            until(lambda: faders.move(127) or rig.value("bypass") == 1)
            until(lambda: "connections: 1" in rig.state)  # what it has seen, it makes again
            rig.jack.kill()
        until(lambda: "waiting" in rig.state)
        rig.jack.restart(RATE, PERIOD)
        with rig.faders(connects=False) as faders:
            until(lambda: faders.move(0) or rig.value("bypass") == 0)


@pytest.mark.jack
def test_connect_names_the_midi_port(tmp_path: Path) -> None:
    with serving(tmp_path, "--connect", "midi_in=faders:*") as rig:
        assert rig.client.midi("learn", "bypass") == MidiReply((), "bypass")
        with rig.faders(connects=False) as faders:
            until(lambda: faders.move(127) or rig.value("bypass") == 1)
        assert rig.client.midi() == MidiReply((Binding(3, 7, "bypass"),), "")
        assert rig.client.midi("forget") == MidiReply((), "")
