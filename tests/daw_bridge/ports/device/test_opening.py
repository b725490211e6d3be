"""daw_bridge/ports/device/opening.py against the settings objects of sounddevice itself."""

from __future__ import annotations

import os
from typing import Any

import pytest

from daw_bridge.errors import NoPortAudio
from daw_bridge.ports.device.opening import open_input, open_output
from daw_bridge.ports.device.portaudio import SoundDevice, load_sounddevice

MS = (5.0, 10.0)


def device(host: str) -> SoundDevice:
    return SoundDevice(1, "card", host, 8, 6, 48000.0, MS, MS, False, False)


@pytest.fixture
def sound() -> Any:
    try:
        return load_sounddevice()
    except NoPortAudio as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


class MacLibrary:
    """The library as on macOS: two calls that only its PortAudio has, and the rest."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.mapped: list[list[int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def PaMacCore_SetupStreamInfo(self, info: Any, flags: int) -> None: ...

    def PaMacCore_SetupChannelMap(self, info: Any, channels: Any, count: int) -> None:
        self.mapped.append([channels[place] for place in range(count)])


def test_asio_selects_channels(sound: Any) -> None:
    found = open_input(sound, device("ASIO"), (6, 7, 2, 3))
    assert found.channels == 4 and isinstance(found.extra, sound.AsioSettings)
    assert list(found.extra._selectors[0:4]) == [2, 3, 6, 7]
    assert found.at((6, 7)) == (2, 3) and found.at(()) == ()


def test_core_audio_maps_inputs_and_outputs_its_two_ways(
    sound: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = MacLibrary(sound._lib)
    monkeypatch.setattr(sound, "_lib", library)
    inward = open_input(sound, device("Core Audio"), (4, 5))
    outward = open_output(sound, device("Core Audio"), (4, 1))
    assert library.mapped == [[4, 5], [-1, 0, -1, -1, 1, -1]]
    assert isinstance(outward.extra, sound.CoreAudioSettings)
    assert (inward.channels, outward.channels) == (2, 2)
    assert outward.at((4,)) == (1,)


@pytest.mark.parametrize(
    ("host", "ins", "outs"),
    [("Windows WASAPI", 8, 6), ("ALSA", 4, 2), ("JACK Audio Connection Kit", 4, 2), ("MME", 4, 2)],
)
def test_the_others_have_no_choice(sound: Any, host: str, ins: int, outs: int) -> None:
    inward, outward = (
        open_input(sound, device(host), (2, 3)),
        open_output(sound, device(host), (1,)),
    )
    assert (inward.channels, inward.extra, inward.at((2, 3))) == (ins, None, (2, 3))
    assert (outward.channels, outward.extra, outward.at((1,))) == (outs, None, (1,))


@pytest.mark.parametrize("host", ["ASIO", "ALSA"])
def test_nothing_played_opens_one_channel(sound: Any, host: str) -> None:
    assert open_output(sound, device(host), ()).channels == 1
