"""A MIDI file becomes audio by Sonivox, Android's wavetable synthesiser: a library with its own
General MIDI sounds and no program that plays them.

`render` runs `python -m export wavetable`. The bank file holds the library's name. Calls and types
are those of its header eas.h (Debian: libsonivox-dev), where integers are C's long.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import mido
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from export.data.errors import DataError

#: eas.h: a module and its parameters.
REVERB, BYPASS, WET = 2, 0, 2
#: A reverb level of 1 as the library has it.
LOUDEST_WET = 32767
#: Seconds played after the last event.
TAIL_S = 1.0

_READ_AT = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int
)
_SIZE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _File(ctypes.Structure):
    _fields_ = (("handle", ctypes.c_void_p), ("read_at", _READ_AT), ("size", _SIZE))


class _Config(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_ulong), ("checked", ctypes.c_uint), ("voices", ctypes.c_long),
        ("channels", ctypes.c_long), ("rate_hz", ctypes.c_long), ("buffer", ctypes.c_long),
        ("filter", ctypes.c_uint), ("stamp", ctypes.c_ulong), ("guid", ctypes.c_char_p),
    )  # fmt: skip


class Synthesiser:
    """Plays the bytes of one MIDI file. Raises DataError("sonivox-missing"), and for calls that
    the library refuses DataError("sonivox-refused").
    """

    def __init__(self, library: str, midi: bytes) -> None:
        try:
            self._calls, self._midi = ctypes.CDLL(library), midi
        except OSError as error:
            text = f"{error}; install libsonivox3 (Debian)"
            raise DataError("sonivox-missing", text) from None
        self._calls.EAS_Config.restype = ctypes.POINTER(_Config)
        config = self._calls.EAS_Config().contents
        self.rate_hz, self.channels = int(config.rate_hz), int(config.channels)
        self._buffer = (ctypes.c_short * (config.buffer * config.channels))()
        self._samples = config.buffer
        self._data, self._stream = ctypes.c_void_p(), ctypes.c_void_p()
        # Kept here: the library calls them as long as it plays. A handle of 0 counts as none.
        self._file = _File(1, _READ_AT(self._read_at), _SIZE(lambda _: len(midi)))
        self._call("Init", ctypes.byref(self._data))

    def _call(self, name: str, *arguments: object) -> None:
        function = getattr(self._calls, f"EAS_{name}")
        function.restype = ctypes.c_long
        code = function(*arguments)
        if code != 0:
            raise DataError("sonivox-refused", f"EAS_{name} gave {code}; is it a MIDI file?")

    def _read_at(self, _: object, buffer: int, offset: int, size: int) -> int:
        part = self._midi[offset : offset + size]
        ctypes.memmove(buffer, part, len(part))
        return len(part)

    def set_reverb(self, level: float) -> None:
        """Level 0 to 1; 0 is none."""
        module = ctypes.c_long(REVERB)
        settings = ((BYPASS, int(level == 0)), (WET, round(level * LOUDEST_WET)))
        for parameter, value in settings if level else settings[:1]:
            name, given = ctypes.c_long(parameter), ctypes.c_long(value)
            self._call("SetParameter", self._data, module, name, given)

    def blocks(self, samples: int) -> Iterator[NDArray[np.int16]]:
        """The file as (n, channels) int16, `samples` in all or a few more."""
        self._call("OpenFile", self._data, ctypes.byref(self._file), ctypes.byref(self._stream))
        self._call("Prepare", self._data, self._stream)
        made, wanted = ctypes.c_long(), ctypes.c_long(self._samples)
        for _ in range(-(-samples // self._samples)):
            self._call("Render", self._data, self._buffer, wanted, ctypes.byref(made))
            played = np.frombuffer(self._buffer, np.int16).reshape(-1, self.channels)
            yield played[: made.value].copy()

    def close(self) -> None:
        """Give everything back."""
        if self._stream:
            self._call("CloseFile", self._data, self._stream)
        self._call("Shutdown", self._data)


def play(midi: Path, wav: Path, library: str, rate_hz: float, reverb_level: float) -> None:
    """Write (samples, channels) float32 at `rate_hz`, for the file's length and TAIL_S more."""
    synthesiser = Synthesiser(library, midi.read_bytes())
    try:
        synthesiser.set_reverb(reverb_level)
        wanted = round((mido.MidiFile(midi).length + TAIL_S) * synthesiser.rate_hz)
        audio = np.concatenate([*synthesiser.blocks(wanted)]).astype(np.float32) / 32768
    finally:
        synthesiser.close()
    if rate_hz != synthesiser.rate_hz:
        audio = soxr.resample(audio, synthesiser.rate_hz, rate_hz, "HQ")
    soundfile.write(wav, audio, round(rate_hz), "FLOAT")
