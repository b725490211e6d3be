"""Whether an input and an output run on one clock.

Two clocks drift apart: sooner or later samples are missing or too many. Such a pair is refused,
unless the user vouches for it with --one-clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from daw_bridge.errors import NoDevice
from daw_bridge.ports.device.portaudio import SoundDevice

_ALSA_CARD = re.compile(r"\(hw:(\d+),\d+\)")
_WINDOWS_CARD = re.compile(r"\(([^()]+(?:\([^()]*\)[^()]*)*)\)\s*$")


def check_clocks(source: SoundDevice, sink: SoundDevice) -> None:
    """Raise NoDevice for an input and an output that are not known to share a clock."""
    if share_a_clock(source, sink):
        return
    raise NoDevice(
        f"input {source.name!r} and output {sink.name!r}, two devices with a clock each",
        "one device, or two on one clock: drift would lose samples every few minutes",
        "Use one device for both (macOS: make an aggregate device; JACK and PipeWire resample), or "
        "add --one-clock if they share a word clock.",
    )


def share_a_clock(source: SoundDevice, sink: SoundDevice) -> bool:
    """Whether they are one device, or by their names on one card."""
    if source.number == sink.number:
        return True
    card = _CARDS.get(source.host, _no_card)
    found = card(source.name)
    return bool(found) and found == card(sink.name)


def _no_card(name: str) -> str:
    return ""


def _alsa_card(name: str) -> str:
    """`ALC295 Analog (hw:0,0)` -> `0`; a virtual device has none."""
    found = _ALSA_CARD.search(name)
    return found[1] if found else ""


def _windows_card(name: str) -> str:
    """`Microphone (Realtek(R) Audio)` -> `Realtek(R) Audio`."""
    found = _WINDOWS_CARD.search(name)
    return found[1] if found else ""


def _jack(name: str) -> str:
    return "JACK"


_CARDS: dict[str, Callable[[str], str]] = {
    "ALSA": _alsa_card,
    "JACK Audio Connection Kit": _jack,
    "MME": _windows_card,
    "Windows DirectSound": _windows_card,
    "Windows WASAPI": _windows_card,
    "Windows WDM-KS": _windows_card,
}
