"""Which sound devices, at which rate and block: chosen and checked before audio runs."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass, replace

from daw_bridge.errors import NoDevice
from daw_bridge.ports.device.clock import check_clocks
from daw_bridge.ports.device.portaudio import SoundDevice, list_devices, load_sounddevice

DEFAULT_BLOCK_SAMPLES = 512
_JACK = "JACK"
_LIBJACK = {"darwin": "libjack.0.dylib", "win32": "libjack64.dll"}
_NO_START_SERVER = 1


@dataclass(frozen=True)
class DevicePair:
    """An input and an output of one audio system, and the form in which they will run.

    `requested_block` is what PortAudio is asked for: under JACK 0, its own choice.
    """

    source: SoundDevice
    sink: SoundDevice
    rate_hz: int
    block_samples: int
    requested_block: int

    def describe(self) -> str:
        """The devices, their audio system and the form of the audio."""
        one = self.source.name
        both = one if self.source == self.sink else f"{one} to {self.sink.name}"
        return f"{both}, {self.source.host}, {self.rate_hz} Hz, blocks of {self.block_samples}"


def choose(
    in_name: str, out_name: str, rate_hz: int, block_samples: int, one_clock: bool = False
) -> DevicePair:
    """The devices of these names or numbers; 0 Hz or samples: the device's own.

    "" is that of a JACK server that runs, else the system's own: never ALSA's plug-in for JACK,
    which opens a client by a way round.

    `one_clock`: the user vouches that two devices share a clock. Raises NoPortAudio, NoDevice.
    """
    source, sink = _pick_both(list_devices(), in_name, out_name)
    if source.host != sink.host:
        raise NoDevice(
            f"input {source.name!r} of {source.host} and output {sink.name!r} of {sink.host}",
            "both from one audio system",
            "Choose --in-device and --out-device together; see `daw-bridge devices`.",
        )
    if not one_clock:
        check_clocks(source, sink)
    rate = rate_hz or round(source.rate_hz)
    if source.host.startswith(_JACK):
        return _jack_pair(source, sink, rate, block_samples)
    block = block_samples or DEFAULT_BLOCK_SAMPLES
    _check_rate(source, sink, rate)
    return DevicePair(source, sink, rate, block, block)


def find_again(pair: DevicePair) -> DevicePair:
    """The same devices as they are listed now, by name and audio system. Raises NoDevice."""
    devices = list_devices()
    source, sink = _same(devices, pair.source), _same(devices, pair.sink)
    return replace(pair, source=source, sink=sink)


def _same(devices: tuple[SoundDevice, ...], gone: SoundDevice) -> SoundDevice:
    there = [one for one in devices if (one.name, one.host) == (gone.name, gone.host)]
    enough = [one for one in there if one.inputs >= gone.inputs and one.outputs >= gone.outputs]
    if not enough:
        raise NoDevice(
            f"no {gone.name!r} of {gone.host}", "the device that was used", "Plug it in."
        )
    return enough[0]


def _pick_both(
    devices: tuple[SoundDevice, ...], in_name: str, out_name: str
) -> tuple[SoundDevice, SoundDevice]:
    """A device without a name is of the other one's audio system."""
    if out_name and not in_name:
        sink = _pick(devices, out_name, "outputs")
        return _pick(devices, in_name, "inputs", sink.host), sink
    source = _pick(devices, in_name, "inputs")
    return source, _pick(devices, out_name, "outputs", source.host)


def _usual(fit: list[SoundDevice], side: str, host: str) -> list[SoundDevice]:
    """The device for "", of this audio system if there is one; [] where there is none."""
    default = "is_default_input" if side == "inputs" else "is_default_output"
    own = [one for one in fit if not _is_alsas_jack(one)]
    own = [one for one in own if one.host == host] or own
    jack = [one for one in own if one.host.startswith(_JACK) and getattr(one, default)]
    system = [one for one in own if getattr(one, default)]
    beside = {one.host for one in fit if _is_alsas_jack(one) and getattr(one, default)}
    return (jack or system or [one for one in own if one.host in beside])[:1]


def _is_alsas_jack(device: SoundDevice) -> bool:
    return device.host == "ALSA" and device.name == "jack"


def _pick(devices: tuple[SoundDevice, ...], name: str, side: str, host: str = "") -> SoundDevice:
    fit = [one for one in devices if getattr(one, side) > 0]
    if name.isdigit():
        found = [one for one in fit if one.number == int(name)]
    elif name:
        found = [one for one in fit if name.lower() in f"{one.name}, {one.host}".lower()]
        exact = [one for one in found if one.name.lower() == name.lower()]
        found = exact if len(exact) == 1 else found
    else:
        found = _usual(fit, side, host)
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} devices match" if found else "no device matches"
    seen = f"{many} {name!r} for {side}" if name else f"no default device for {side}"
    listed = "; ".join(f"{one.number}: {one.name}, {one.host}" for one in found or fit)
    raise NoDevice(
        seen,
        f"one of: {listed}" if listed else f"a device with {side} (PortAudio lists none)",
        "Give its number or more of its name. With JACK or PipeWire, start the server first.",
    )


def _check_rate(source: SoundDevice, sink: SoundDevice, rate_hz: int) -> None:
    sound = load_sounddevice()
    try:
        sound.check_input_settings(source.number, 1, "float32", samplerate=rate_hz)
        sound.check_output_settings(sink.number, 1, "float32", samplerate=rate_hz)
    except sound.PortAudioError as error:
        raise NoDevice(
            f"{rate_hz} Hz on {source.name!r} and {sink.name!r}: {error}",
            "a rate that both accept",
            f"Choose another --rate, such as {source.rate_hz:.0f}.",
        ) from error


def _jack_pair(source: SoundDevice, sink: SoundDevice, rate: int, block: int) -> DevicePair:
    if rate != round(source.rate_hz):
        raise NoDevice(
            f"{rate} Hz", f"{source.rate_hz:.0f} Hz, as the JACK server runs", "Change --rate."
        )
    period = _jack_period()
    if block not in (0, period):
        raise NoDevice(
            f"blocks of {block} samples",
            f"{period}, the JACK server's period",
            "Leave --block out, or change the server's period.",
        )
    return DevicePair(source, sink, rate, period, 0)


def _jack_period() -> int:
    """Asked of libjack, which PortAudio has loaded already, as PortAudio does not tell."""
    try:
        jack = ctypes.CDLL(_LIBJACK.get(sys.platform, "libjack.so.0"))
    except OSError as error:
        raise NoDevice(f"no libjack ({error})", "the JACK library", "Install jackd2.") from error
    jack.jack_client_open.restype = ctypes.c_void_p
    jack.jack_get_buffer_size.restype = ctypes.c_uint32
    for call in (jack.jack_get_buffer_size, jack.jack_client_close):
        call.argtypes = [ctypes.c_void_p]
    client = jack.jack_client_open(b"daw-bridge-look", _NO_START_SERVER, None)
    if not client:
        raise NoDevice("no answer from JACK", "a running JACK server", "Start it.")
    period = int(jack.jack_get_buffer_size(client))
    jack.jack_client_close(client)
    return period
