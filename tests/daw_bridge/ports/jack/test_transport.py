"""ports.jack.transport: what is a move of the playhead, and what is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.client import Client
from daw_bridge.ports.jack.transport import Playhead
from engines.spec import Preset
from tests.rigs.jack import JackProgram, JackServer
from tests.rigs.serve import ServeProcess
from tests.rigs.tiny_models import make_model

COUNT = 256
RATE, PERIOD = 48000, 1024
PRESET = Preset(window_samples=4096, hop_samples=2048, lookahead_samples=512, crossfade_samples=128)


def jumps(*cycles: tuple[bool, int, int]) -> list[bool]:
    """Of each cycle (rolls, frame, frame time)."""
    playhead = Playhead()
    return [playhead.jumps(rolls, frame, at, COUNT) for rolls, frame, at in cycles]


def test_rolling_and_standing_still_are_no_moves() -> None:
    rolling = [(True, COUNT * k, 9000 + COUNT * k) for k in range(4)]
    after = [(False, COUNT * 4, 9000 + COUNT * k) for k in range(4, 8)]
    again = [(True, COUNT * 4 + COUNT * k, 9000 + COUNT * (k + 8)) for k in range(4)]
    assert not any(jumps(*rolling, *after, *again))


@pytest.mark.parametrize("frame", [0, COUNT, 48_000, 2**32 - COUNT])
@pytest.mark.parametrize("rolls", [True, False])
def test_a_move_is_one_once(frame: int, rolls: bool) -> None:
    before = [(rolls, 9 * COUNT + COUNT * k * rolls, COUNT * k) for k in range(2)]
    after = [(rolls, frame + COUNT * k * rolls, COUNT * (2 + k)) for k in range(3)]
    assert jumps(*before, *after) == [False, False, True, False, False]


def test_lost_cycles_are_no_move_and_time_goes_round() -> None:
    end = 2**32 - 2 * COUNT
    lost = [(True, 0, end), (True, COUNT, end + COUNT), (True, 6 * COUNT, 4 * COUNT)]
    late = [(True, 7 * COUNT, 9 * COUNT), (True, 8 * COUNT, 10 * COUNT)]  # the driver began anew
    assert not any(jumps(*lost, *late))


class Listener(JackProgram):
    """Sends ones to the mix, and keeps what `dry_out_L` plays."""

    def __init__(self, server: str) -> None:
        super().__init__("listener", server)
        out, into = self.client.outports.register("out"), self.client.inports.register("in")
        self.heard: list[float] = []
        self.lock = threading.Lock()

        def process(frames: int) -> None:
            out.get_array()[:] = 1.0
            self.heard.append(float(np.abs(into.get_array()).min()))

        self.begin(process)
        self.client.connect(out, "daw-bridge:mix_in_L")
        self.client.connect("daw-bridge:dry_out_L", into)

    def settle(self) -> None:
        """Wait until the ones come back, ten periods in a row."""
        until(lambda: len(self.heard) > 10 and min(self.heard[-10:]) > 0.9)

    def silent_after(self, work: Callable[[], None]) -> int:
        """How many of the next 40 periods have silence in them."""
        self.settle()
        begin = len(self.heard)
        work()
        until(lambda: len(self.heard) >= begin + 40)
        return sum(one < 0.1 for one in self.heard[begin : begin + 40])

    def move(self, frame: int) -> None:
        self.client.transport_frame = frame


def until(holds: Callable[[], bool]) -> None:
    """The test's own time limit ends what never comes."""
    while not holds():
        time.sleep(0.02)


@contextmanager
def listening(jack: JackServer, model: Path, *flags: str) -> Iterator[Listener]:
    options = ["--model", model, "--device", "cpu", "--io", "jack", *flags]
    with (
        ServeProcess(*options, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
    ):
        until(lambda: bool(client.status().health))
        listener = Listener(jack.name)
        try:
            yield listener
        finally:
            listener.close()


@pytest.mark.jack
def test_where_the_transport_is_moved_the_stream_begins_anew(tmp_path: Path) -> None:
    model = tmp_path / "linear.onnx"
    make_model(model, live=PRESET)
    with JackServer(RATE, PERIOD) as jack:
        with listening(jack, model) as one:
            assert one.silent_after(lambda: one.move(1_000_000)) >= 3
            assert one.silent_after(one.client.transport_start) == 0
            assert one.silent_after(lambda: one.move(5_000_000)) >= 3
            assert one.silent_after(one.client.transport_stop) == 0
        with listening(jack, model, "--jack-transport", "ignore") as one:
            assert one.silent_after(lambda: one.move(1_000_000)) == 0
