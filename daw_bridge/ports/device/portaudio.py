"""PortAudio through sounddevice, loaded on first use, so that nothing else depends on it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType

from daw_bridge.errors import NoDevice, NoPortAudio

INSTALL = (
    "Install it: Debian and Ubuntu libportaudio2, Fedora and Arch portaudio, macOS "
    "`brew install portaudio`; on Windows it comes with `pip install sounddevice`"
)


@dataclass(frozen=True)
class SoundDevice:
    """A device as PortAudio lists it. Latencies are what the driver suggests, low and high."""

    number: int
    name: str
    host: str
    inputs: int
    outputs: int
    rate_hz: float
    input_latency_ms: tuple[float, float]
    output_latency_ms: tuple[float, float]
    is_default_input: bool
    is_default_output: bool


def load_sounddevice() -> ModuleType:
    """The sounddevice module. Raises NoPortAudio, naming the package to install."""
    try:
        return importlib.import_module("sounddevice")
    except ImportError as error:
        raise NoPortAudio(
            "no Python package sounddevice", "it, for sound devices", "pip install sounddevice",
        ) from error  # fmt: skip
    except OSError as error:
        raise NoPortAudio(f"no PortAudio ({error})", "the PortAudio library", INSTALL) from error


def restart_portaudio() -> None:
    """Restart PortAudio, which lists devices only when it starts. No stream may be open.

    Raises NoPortAudio, NoDevice where it does not start.
    """
    sound = load_sounddevice()
    try:
        while sound._initialized:  # sounddevice has no public names for these
            sound._terminate()
        sound._initialize()
    except sound.PortAudioError as error:
        raise NoDevice(
            f"PortAudio: {error}", "a PortAudio that starts", "Restart the server."
        ) from error


def list_hosts() -> tuple[str, ...]:
    """Names of the audio systems that PortAudio sees (ALSA, JACK, Core Audio, ...)."""
    return tuple(host["name"] for host in load_sounddevice().query_hostapis())


def list_devices() -> tuple[SoundDevice, ...]:
    """Every sound device. Raises NoPortAudio."""
    sound = load_sounddevice()
    hosts = sound.query_hostapis()
    default_in = {host["default_input_device"] for host in hosts}
    default_out = {host["default_output_device"] for host in hosts}
    return tuple(
        SoundDevice(
            number=one["index"],
            name=one["name"],
            host=hosts[one["hostapi"]]["name"],
            inputs=one["max_input_channels"],
            outputs=one["max_output_channels"],
            rate_hz=one["default_samplerate"],
            input_latency_ms=_latencies_ms(one, "input"),
            output_latency_ms=_latencies_ms(one, "output"),
            is_default_input=one["index"] in default_in,
            is_default_output=one["index"] in default_out,
        )
        for one in sound.query_devices()
    )


def _latencies_ms(device: dict[str, float], side: str) -> tuple[float, float]:
    low, high = device[f"default_low_{side}_latency"], device[f"default_high_{side}_latency"]
    return round(1000 * low, 2), round(1000 * high, 2)
