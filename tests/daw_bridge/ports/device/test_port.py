"""ports.device.port and stream, with a PortAudio that calls back when the test says so."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from daw_bridge.errors import BadChannels, NoDevice
from daw_bridge.live import quiet_interpreter
from daw_bridge.live.stream import LiveStream
from daw_bridge.ports import AudioOptions
from daw_bridge.ports.device import choice as device_choice
from daw_bridge.ports.device import port as device
from daw_bridge.ports.device import stream as device_stream
from daw_bridge.ports.device.choice import DevicePair
from daw_bridge.ports.device.portaudio import SoundDevice
from daw_bridge.settings.ports import port_names
from engines.types import Audio
from tests.rigs.live import GAINS, RATE, delayed, level_db, noise, settings_of, tiny

BLOCK = 64
CARD = SoundDevice(3, "card", "ALSA", 8, 12, RATE, (5.0, 5.0), (5.0, 5.0), True, True)


class FakeStream:
    """A PortAudio stream that runs when told to."""

    def __init__(self, **form: Any) -> None:
        self.form, self.latency = form, (0.005, 0.010)
        self.callback: Callable[..., None] = form["callback"]
        self.running = False

    def start(self) -> None:
        self.running = True

    def abort(self) -> None:
        self.running = False

    def close(self) -> None:
        assert not self.running

    def run(self, mix: Audio, status: int = 0) -> Audio:
        """(inputs, n) -> (outputs, n), as the device hears and plays it."""
        ins, outs = self.form["channels"]
        assert mix.shape[0] == ins
        out = np.full((mix.shape[-1], outs), np.nan, np.float32)
        self.callback(np.ascontiguousarray(mix.T), out, mix.shape[-1], None, status)
        return out.T


class Sound:
    """As much of sounddevice as the transport uses."""

    class PortAudioError(Exception):
        """What PortAudio raises."""

    refuse = False

    def __init__(self, card: SoundDevice = CARD) -> None:
        self.card = card
        self.streams: list[FakeStream] = []

    def AsioSettings(self, channel_selectors: list[int]) -> list[int]:
        return channel_selectors

    def restart(self) -> None:
        raise NoDevice("no device", "one", "plug it in")

    def _exit_handler(self) -> None: ...

    def Stream(self, **form: Any) -> FakeStream:
        if self.refuse:
            raise self.PortAudioError("Device unavailable")
        self.streams.append(FakeStream(**form))
        return self.streams[-1]


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Sound:
    """PortAudio with one card."""
    fake = Sound()
    monkeypatch.setattr(device_stream, "load_sounddevice", lambda: fake)
    pair = DevicePair(fake.card, fake.card, RATE, BLOCK, BLOCK)
    monkeypatch.setattr(device, "choose", lambda *args: pair)
    monkeypatch.setattr(device, "restart_portaudio", fake.restart)
    return fake


@pytest.fixture
def opened(sound: Sound) -> Iterator[Callable[..., tuple[LiveStream, device.DevicePort]]]:
    """Makes a connected and started port, and stops it in the end."""
    ports: list[device.DevicePort] = []

    def make(**options: Any) -> tuple[LiveStream, device.DevicePort]:
        port = device.prepare(AudioOptions(**options))
        model = tiny()
        live = LiveStream(model, settings_of(model, known=port.known), port.block_samples)
        port.connect(live)
        port.start()
        ports.append(port)
        return live, port

    yield make
    for port in ports:
        port.stop()


def until(holds: Callable[[], bool]) -> None:
    """Waits for the supervisor thread; the test's own time limit ends it."""
    while not holds():
        time.sleep(0.005)


def play(live: LiveStream, stream: FakeStream, inputs: Audio) -> Audio:
    """Block by block, the worker in time."""
    parts = []
    for start in range(0, inputs.shape[-1], BLOCK):
        parts.append(stream.run(inputs[:, start : start + BLOCK]))
        while live.control.step():
            pass
    return np.concatenate(parts, axis=-1)


def test_it_is_one_of_the_port_names() -> None:
    assert "device" in port_names()


def test_channels_go_where_the_maps_say(sound: Sound, opened: Any) -> None:
    live, _ = opened(
        in_map="mix=3-4", out_map="drums=11-12,bass=1-2,other=none,vocals=none,residual=5-6"
    )
    assert sound.streams[0].form["channels"] == (4, 12)
    inputs = noise(6400, channels=4)
    out = play(live, sound.streams[0], inputs)
    there = delayed(inputs[2:4], live.latency_samples)
    assert level_db(out[10:12] - np.float32(GAINS[0]) * there) < -120
    assert level_db(out[0:2] - np.float32(GAINS[1]) * there) < -120
    assert not out[[2, 3, 6, 7, 8, 9]].any()
    assert out[4:6].any()


def test_asio_opens_the_channels_of_the_maps_only(
    monkeypatch: pytest.MonkeyPatch, sound: Sound, opened: Any
) -> None:
    card = replace(CARD, host="ASIO")
    monkeypatch.setattr(device, "choose", lambda *args: DevicePair(card, card, RATE, BLOCK, BLOCK))
    live, _ = opened(
        in_map="mix=7-8,drums=3-4",
        out_map="drums=11-12,bass=1-2,other=none,vocals=none,residual=none",
    )
    form = sound.streams[0].form
    assert form["extra_settings"] == ([2, 3, 6, 7], [0, 1, 10, 11])
    assert form["channels"] == (4, 4)
    inputs = noise(6400, channels=4)
    out = play(live, sound.streams[0], inputs)
    drums, mix = delayed(inputs[0:2], live.latency_samples), inputs[2:4] - inputs[0:2]
    assert np.array_equal(out[2:4], drums)
    there = delayed(mix, live.latency_samples)
    assert level_db(out[0:2] - np.float32(GAINS[1]) * there) < -120


def test_known_stems_are_routed_in(sound: Sound, opened: Any) -> None:
    live, port = opened(in_map="mix=1-2,drums=5-6")
    assert port.known == ("drums",)
    inputs = noise(6400, channels=6)
    out = play(live, sound.streams[0], inputs)
    assert np.array_equal(out[0:2], delayed(inputs[4:6], live.latency_samples))
    total = out.reshape(5, 2, -1).sum(0)
    assert level_db(total - delayed(inputs[0:2], live.latency_samples)) < -120


def test_blocks_longer_than_a_piece_are_served(sound: Sound, opened: Any) -> None:
    live, _ = opened()
    mix = noise(20_000)
    out = sound.streams[0].run(mix).reshape(5, 2, -1)
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120


def test_flags_are_counted_as_xruns(sound: Sound, opened: Any) -> None:
    live, _ = opened()
    sound.streams[0].run(noise(BLOCK), status=4)
    sound.streams[0].run(noise(BLOCK))
    assert live.control.counters.xruns == 1


def test_an_error_in_the_callback_is_reported_and_not_swallowed(
    sound: Sound, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, port = opened()
    monkeypatch.setattr(live, "process", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sound.streams[0].run(noise(BLOCK))
    sound.streams[0].form["finished_callback"]()
    until(lambda: isinstance(live.control.fault, NoDevice))
    assert "ZeroDivisionError" in live.control.fault.seen and "Restart" in live.control.fault.action
    until(lambda: not port._supervisor.is_alive())  # a defect of ours is not tried again
    assert live.port_status.state.startswith("stopped")


def test_a_device_that_stops_by_itself_is_reported(sound: Sound, opened: Any) -> None:
    live, port = opened()
    sound.streams[0].form["finished_callback"]()
    until(lambda: live.control.fault is not None)
    assert "the device stopped" in live.control.fault.seen
    until(lambda: live.port_status.state == "waiting for the device: the device stopped")
    other, port = opened()
    port.stop()
    sound.streams[1].form["finished_callback"]()
    assert other.control.fault is None  # it was asked to


def test_a_device_that_comes_back_is_taken_up_under_its_new_number(
    sound: Sound, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "RETRY_S", 0.01)
    listed: list[tuple[SoundDevice, ...]] = []
    monkeypatch.setattr(device, "restart_portaudio", lambda: listed.append(there))
    monkeypatch.setattr(device_choice, "list_devices", lambda: there)
    headphones = replace(CARD, number=3, name="headphones")
    there: tuple[SoundDevice, ...] = (headphones,)
    live, port = opened()
    before = play(live, sound.streams[0], noise(6400))
    sound.streams[0].form["finished_callback"]()
    until(lambda: len(listed) > 3)
    assert len(sound.streams) == 1  # another device is not its own
    there = (headphones, replace(CARD, number=7))
    until(lambda: len(sound.streams) == 2)
    assert sound.streams[1].form["device"] == (7, 7)
    until(lambda: live.port_status.state == port.describe())
    mix = noise(6400, 5)
    after = play(live, sound.streams[1], mix).reshape(5, 2, -1)
    there_later = delayed(mix, live.latency_samples)
    assert level_db((after.sum(0) - there_later)[:, 1000:]) < -120
    assert before.any() and live.control.counters.late_blocks == 0


def test_a_portaudio_that_does_not_close_is_the_end(
    sound: Sound, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_stream, "CLOSES_WITHIN_S", 0.05)
    live, _ = opened()
    hanging, stream = threading.Event(), sound.streams[0]

    def abort() -> None:
        hanging.wait()
        stream.running = False

    monkeypatch.setattr(stream, "abort", abort)
    sound.streams[0].form["finished_callback"]()
    until(lambda: live.port_status.state == "stopped: the device stopped")
    assert "Restart the server" in live.control.fault.action
    hanging.set()


def test_a_device_without_blocks_is_reported(
    sound: Sound, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "STALLED_S", 0.01)
    live, _ = opened()
    until(lambda: live.control.fault is not None)
    assert "no callback" in live.control.fault.seen


def test_one_that_does_not_open_says_so(sound: Sound, opened: Any) -> None:
    sound.refuse = True
    with pytest.raises(NoDevice, match="card, ALSA, 44100 Hz, blocks of 64: Device unavailable"):
        opened()


def test_the_interpreter_is_as_before_when_it_is_closed(sound: Sound, opened: Any) -> None:
    before = sys.getswitchinterval()
    _, port = opened()
    assert sys.getswitchinterval() == pytest.approx(quiet_interpreter.SWITCH_S)
    assert gc.get_freeze_count() > 0
    assert "driver's latency 5.0 ms in, 10.0 ms out" in port.describe()
    port.stop()
    port.stop()
    assert sys.getswitchinterval() == pytest.approx(before)
    assert gc.get_freeze_count() == 0


def test_a_map_that_does_not_fit_the_model_is_refused(sound: Sound, opened: Any) -> None:
    with pytest.raises(BadChannels, match="no vocals"):
        opened(out_map="drums=1-2,bass=3-4,other=5-6,residual=7-8")
    assert not sound.streams
    assert device_choice.DEFAULT_BLOCK_SAMPLES == 512
