"""daw_bridge/ports/device/clock.py: pairs of devices, by the names that PortAudio gives them."""

from __future__ import annotations

import pytest

from daw_bridge.errors import NoDevice
from daw_bridge.ports.device.clock import check_clocks, share_a_clock
from daw_bridge.ports.device.portaudio import SoundDevice

MS = (5.0, 10.0)


def device(number: int, name: str, host: str) -> SoundDevice:
    return SoundDevice(number, name, host, 2, 2, 48000.0, MS, MS, False, False)


@pytest.mark.parametrize(
    ("host", "source", "sink", "shared"),
    [
        ("ALSA", "ALC295: Analog (hw:0,0)", "ALC295: HDMI (hw:0,3)", True),
        ("ALSA", "USB Audio (hw:1,0)", "ALC295: Analog (hw:0,0)", False),
        ("ALSA", "pulse", "default", False),
        ("Core Audio", "MacBook Microphone", "MacBook Speakers", False),
        ("JACK Audio Connection Kit", "system", "another", True),
        ("Windows WASAPI", "Mic (Realtek(R) Audio)", "Speakers (Realtek(R) Audio)", True),
        ("Windows WASAPI", "Mic (USB Audio Device)", "Speakers (Realtek(R) Audio)", False),
        ("MME", "Microsoft Sound Mapper - Input", "Microsoft Sound Mapper - Output", False),
    ],
)
def test_cards_by_name(host: str, source: str, sink: str, shared: bool) -> None:
    one, other = device(1, source, host), device(2, sink, host)
    assert share_a_clock(one, other) == shared
    assert share_a_clock(one, one)
    if shared:
        check_clocks(one, other)
    else:
        with pytest.raises(NoDevice, match="--one-clock"):
            check_clocks(one, other)
