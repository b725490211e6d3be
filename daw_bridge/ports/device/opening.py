"""Opens only the device channels that a map names, as far as the audio system can.

ASIO and Core Audio open exactly these channels; WASAPI opens all, since its shared mode accepts no
other number; the others open the first ones, as many as are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from daw_bridge.ports.device.channels import Columns
from daw_bridge.ports.device.portaudio import SoundDevice


@dataclass(frozen=True)
class Opening:
    """How one side of a device is opened: `channels` of the stream, sounddevice's `extra` settings
    (or None), and at which column of the stream each device column (from 0) is found.
    """

    channels: int
    extra: Any
    places: dict[int, int]

    def at(self, columns: Columns) -> Columns:
        """Device columns as columns of the stream."""
        return tuple(self.places[one] for one in columns)


@dataclass(frozen=True)
class Side:
    """One side of a device: its `available` channels, those `wanted`, sorted, and its direction."""

    is_input: bool
    available: int
    wanted: Columns

    @property
    def packed(self) -> dict[int, int]:
        """Where the wanted columns are found if only they are opened."""
        return {column: place for place, column in enumerate(self.wanted)}


def open_input(sound: ModuleType, device: SoundDevice, columns: Iterable[int]) -> Opening:
    """For recording from these columns of a device."""
    return _opening(sound, device, True, device.inputs, columns)


def open_output(sound: ModuleType, device: SoundDevice, columns: Iterable[int]) -> Opening:
    """For playing to these columns of a device."""
    return _opening(sound, device, False, device.outputs, columns)


def _opening(
    sound: ModuleType, device: SoundDevice, is_input: bool, available: int, columns: Iterable[int]
) -> Opening:
    wanted = tuple(sorted(set(columns))) or (0,)  # a stream has at least one channel
    make = _OPENERS.get(device.host, _first_ones)
    return make(sound, Side(is_input, available, wanted))


def _asio(sound: ModuleType, side: Side) -> Opening:
    extra = sound.AsioSettings(channel_selectors=list(side.wanted))
    return Opening(len(side.wanted), extra, side.packed)


def _core_audio(sound: ModuleType, side: Side) -> Opening:
    """Inputs: the columns. Outputs: for each of the device's, the stream's column or -1."""
    packed = side.packed
    outputs = [packed.get(column, -1) for column in range(side.available)]
    chosen = list(side.wanted) if side.is_input else outputs
    return Opening(len(side.wanted), sound.CoreAudioSettings(channel_map=chosen), packed)


def _all(sound: ModuleType, side: Side) -> Opening:
    return Opening(side.available, None, {column: column for column in range(side.available)})


def _first_ones(sound: ModuleType, side: Side) -> Opening:
    count = 1 + side.wanted[-1]
    return Opening(count, None, {column: column for column in range(count)})


_OPENERS: dict[str, Callable[[ModuleType, Side], Opening]] = {
    "ASIO": _asio,
    "Core Audio": _core_audio,
    "Windows WASAPI": _all,
}
