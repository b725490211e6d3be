"""ports.device.portaudio: what sounddevice lists, and what is said where it is missing."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from daw_bridge.errors import NoDevice, NoPortAudio
from daw_bridge.ports.device import portaudio


class FakeSound:
    """As much of sounddevice as portaudio.py uses."""

    class PortAudioError(Exception):
        """What PortAudio raises."""

    def __init__(self) -> None:
        self._initialized = 2
        self.fails = False

    def _terminate(self) -> None:
        self._initialized -= 1

    def _initialize(self) -> None:
        if self.fails:
            raise self.PortAudioError("no")
        self._initialized += 1

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return (
            {"name": "ALSA", "default_input_device": 0, "default_output_device": 1},
            {"name": "JACK", "default_input_device": -1, "default_output_device": -1},
        )

    def query_devices(self) -> list[dict[str, Any]]:
        latencies = {
            "default_low_input_latency": 0.0051234,
            "default_high_input_latency": 0.02,
            "default_low_output_latency": 0.01,
            "default_high_output_latency": 0.04,
        }
        form = {"default_samplerate": 44100.0, **latencies}
        return [
            {"index": 0, "name": "mic", "hostapi": 0, "max_input_channels": 1,
             "max_output_channels": 0, **form},
            {"index": 1, "name": "card", "hostapi": 0, "max_input_channels": 2,
             "max_output_channels": 8, **form},
        ]  # fmt: skip


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> FakeSound:
    fake = FakeSound()
    monkeypatch.setattr(portaudio, "load_sounddevice", lambda: fake)
    return fake


def test_devices_are_listed_with_their_audio_system(sound: FakeSound) -> None:
    mic, card = portaudio.list_devices()
    assert (mic.number, mic.name, mic.host, mic.inputs, mic.outputs) == (0, "mic", "ALSA", 1, 0)
    assert (mic.is_default_input, mic.is_default_output) == (True, False)
    assert (card.is_default_input, card.is_default_output) == (False, True)
    assert (card.rate_hz, card.outputs) == (44100.0, 8)
    assert (card.input_latency_ms, card.output_latency_ms) == ((5.12, 20.0), (10.0, 40.0))
    assert portaudio.list_hosts() == ("ALSA", "JACK")


def test_a_restart_is_complete_or_an_error_of_ours(sound: FakeSound) -> None:
    portaudio.restart_portaudio()
    assert sound._initialized == 1
    sound.fails = True
    with pytest.raises(NoDevice, match="PortAudio that starts"):
        portaudio.restart_portaudio()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("PortAudio library not found"), ("libportaudio2", "brew install portaudio")),
        (ImportError("No module named 'sounddevice'"), ("pip install sounddevice",)),
    ],
)
def test_without_portaudio_the_error_names_the_package(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: tuple[str, ...]
) -> None:
    def absent(name: str) -> None:
        raise error

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(NoPortAudio) as caught:
        portaudio.list_devices()
    assert all(one in caught.value.action for one in words)
