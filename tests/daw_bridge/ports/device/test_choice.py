"""daw_bridge/ports/device/choice.py, with a PortAudio that has the devices we say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from daw_bridge.errors import NoDevice
from daw_bridge.ports.device import choice as device_choice
from daw_bridge.ports.device.choice import choose, find_again
from daw_bridge.ports.device.portaudio import SoundDevice

MS = (5.0, 10.0)


def device(number: int, name: str, host: str, ins: int, outs: int, **more: Any) -> SoundDevice:
    """One entry of PortAudio's list."""
    default = more.get("default", False)
    return SoundDevice(number, name, host, ins, outs, 48000.0, MS, MS, default, default)


DEVICES = (
    device(0, "Built-in Microphone", "Core Audio", 1, 0),
    device(1, "BlackHole 16ch", "Core Audio", 16, 16, default=True),
    device(2, "BlackHole 2ch", "Core Audio", 2, 2),
    device(3, "system", "JACK Audio Connection Kit", 2, 10),
    device(4, "BlackHole", "Core Audio", 64, 64),
)


class Sound:
    """As much of sounddevice as the choice uses; takes 48 kHz only."""

    class PortAudioError(Exception):
        """What PortAudio raises."""

    def check_input_settings(self, number: int, channels: int, dtype: str, samplerate: int) -> None:
        if samplerate != 48000:
            raise self.PortAudioError("Invalid sample rate")

    check_output_settings = check_input_settings


@pytest.fixture(autouse=True)
def _devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_choice, "list_devices", lambda: DEVICES)
    monkeypatch.setattr(device_choice, "load_sounddevice", Sound)
    monkeypatch.setattr(device_choice, "_jack_period", lambda: 256)


def test_devices_by_number_part_of_a_name_or_the_systems() -> None:
    assert choose("1", "2", 0, 0, True).sink.number == 2
    assert choose("16ch", "blackhole 2ch", 0, 0, True).source.number == 1
    assert choose("BlackHole", "BlackHole", 0, 0).source.number == 4  # the exact name wins


ALSA = (
    device(0, "HDA Intel: ALC295 (hw:0,0)", "ALSA", 2, 2),
    device(1, "jack", "ALSA", 2, 2, default=True),
    device(2, "default", "ALSA", 32, 32),
    device(3, "system", "JACK Audio Connection Kit", 2, 10, default=True),
    device(4, "other", "JACK Audio Connection Kit", 2, 2),
)


@pytest.mark.parametrize(
    ("there", "number"),
    [
        (ALSA, 3),  # JACK runs
        (ALSA[:3], 0),  # it does not, and ALSA's plug-in is the default
        ((*ALSA[:2], replace(ALSA[2], is_default_input=True, is_default_output=True)), 2),
        (DEVICES, 1),
    ],
)
def test_a_device_without_a_name_is_jacks_or_the_systems_and_never_alsas_plug_in(
    there: tuple[SoundDevice, ...], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_choice, "list_devices", lambda: there)
    pair = choose("", "", 0, 0)
    assert pair.source.number == pair.sink.number == number


def test_beside_a_named_device_the_other_is_of_its_audio_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alsa = tuple(replace(one, is_default_input=one.number > 1, is_default_output=one.number > 1)
                 for one in ALSA)  # fmt: skip
    monkeypatch.setattr(device_choice, "list_devices", lambda: alsa)
    assert choose("hw:0", "", 0, 0, True).sink.number == 2
    assert choose("", "hw:0", 0, 0, True).source.number == 2
    assert choose("", "other", 0, 0).source.number == 3
    assert choose("jack", "jack", 0, 0).sink.number == 1  # whoever asks for it gets it


@pytest.mark.parametrize("name", ["tuba", "9", "2ch, jack", "black"])
def test_no_device_or_many_lists_what_there_is(name: str) -> None:
    with pytest.raises(NoDevice) as caught:
        choose(name, "2", 0, 0)
    assert "BlackHole" in caught.value.expected


def test_no_default_device_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_choice, "list_devices", tuple)
    with pytest.raises(
        NoDevice, match=r"no default device for inputs; expected a device with inputs \("
    ):
        choose("", "", 0, 0)


def test_an_output_is_not_found_among_inputs() -> None:
    with pytest.raises(NoDevice, match=r"no device matches .* for outputs"):
        choose("1", "Microphone", 0, 0)


def test_rate_and_block_are_the_devices_own_unless_given() -> None:
    pair = choose("1", "1", 0, 0)
    assert (pair.rate_hz, pair.block_samples, pair.requested_block) == (48000, 512, 512)
    assert choose("1", "1", 48000, 64).requested_block == 64
    with pytest.raises(NoDevice, match=r"44100 Hz.*Invalid sample rate"):
        choose("1", "1", 44100, 0)


def test_both_ends_are_of_one_audio_system() -> None:
    with pytest.raises(NoDevice, match="one audio system"):
        choose("1", "system", 0, 0)


def test_two_devices_need_one_clock() -> None:
    with pytest.raises(NoDevice, match=r"two devices with a clock each.*aggregate"):
        choose("1", "2", 0, 0)


def test_devices_are_found_again_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = choose("1", "1", 0, 0)
    moved = tuple(replace(one, number=one.number + 5) for one in reversed(DEVICES))
    monkeypatch.setattr(device_choice, "list_devices", lambda: moved)
    again = find_again(pair)
    assert again.source.number == again.sink.number == 6
    assert replace(again, source=pair.source, sink=pair.sink) == pair
    monkeypatch.setattr(device_choice, "list_devices", lambda: moved[-1:])
    with pytest.raises(NoDevice, match="no 'BlackHole 16ch'"):
        find_again(pair)


def test_under_jack_the_block_is_its_period() -> None:
    pair = choose("system", "system", 0, 0)
    assert (pair.block_samples, pair.requested_block) == (256, 0)
    assert choose("3", "3", 48000, 256).block_samples == 256
    with pytest.raises(NoDevice, match=r"blocks of 512.*expected 256"):
        choose("3", "3", 0, 512)
    with pytest.raises(NoDevice, match="44100 Hz; expected 48000"):
        choose("3", "3", 44100, 0)
