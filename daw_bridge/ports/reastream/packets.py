"""ReaStream packets <-> frozen records: no sockets, no clock.

The layout is the one that Cockos published (reastream.txt) and that free receivers and senders
follow: UDP, port 58710, one block in each datagram, little-endian integers. An audio block:

| offset | bytes | what |
| --- | --- | --- |
| 0 | 4 | `MRSR` |
| 4 | 4 | int32, size of the packet: 47 + the bytes of samples |
| 8 | 32 | identifier, padded with zeros, the last byte always 0 |
| 40 | 1 | uint8, channels, 1 to 64 |
| 41 | 4 | int32, sample rate in Hz |
| 45 | 2 | int16, bytes of samples, at most 1200 |
| 47 | | float32, channel after channel |

Larger blocks are sent as several packets. There are no sequence numbers, positions or timestamps. A
MIDI block has `mRSR`, size, identifier and events; only its head is read here.

Where the published text is silent, we assume: the identifier is UTF-8 and ends at its first zero,
what follows is ignored, and the datagram is exactly as long as its size says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from daw_bridge.errors import BadMessage, BadValue
from engines.types import Audio

MAX_BLOCK_BYTES = 1200
MAX_CHANNELS = 64
MAX_RATE_HZ = 768_000
IDENTIFIER_BYTES = 32
LARGEST_DATAGRAM = 65_507

_HEAD = struct.Struct("<4si32s")
_AUDIO = struct.Struct("<Bih")
HEADER_BYTES = _HEAD.size + _AUDIO.size
_AUDIO_MARK, _MIDI_MARK = b"MRSR", b"mRSR"
_SAMPLE_BYTES = 4
_EXPECTED = "a ReaStream packet"
_ACTION = "Send with the ReaStream plug-in, or follow its published layout."


@dataclass(frozen=True, eq=False)
class AudioPacket:
    """One block: `audio` (channels, samples) float32."""

    identifier: str
    rate_hz: int
    audio: Audio

    @property
    def channels(self) -> int:
        """Channels of the block."""
        return int(self.audio.shape[0])

    @property
    def samples(self) -> int:
        """Samples of each channel."""
        return int(self.audio.shape[1])


@dataclass(frozen=True)
class MidiPacket:
    """A block of MIDI events; the events are ignored."""

    identifier: str


def decode(data: bytes) -> AudioPacket | MidiPacket:
    """One datagram. Raises BadMessage."""
    if len(data) < _HEAD.size:
        raise _bad(f"{len(data)} bytes", f"{_EXPECTED} of {_HEAD.size} or more")
    mark, size, name = _HEAD.unpack_from(data)
    if mark not in (_AUDIO_MARK, _MIDI_MARK):
        raise _bad(f"a datagram that begins with {mark!r}", "MRSR or mRSR")
    if size != len(data):
        raise _bad(f"{len(data)} bytes that declare {size}", "the same number")
    identifier = _identifier(name)
    if mark == _MIDI_MARK:
        return MidiPacket(identifier)
    if len(data) < HEADER_BYTES:
        raise _bad(f"{len(data)} bytes of audio packet", f"{HEADER_BYTES} or more")
    return _audio(data, identifier)


def _audio(data: bytes, identifier: str) -> AudioPacket:
    channels, rate_hz, size = _AUDIO.unpack_from(data, _HEAD.size)
    if not 1 <= channels <= MAX_CHANNELS:
        raise _bad(f"{channels} channels", f"1 to {MAX_CHANNELS}")
    if not 1 <= rate_hz <= MAX_RATE_HZ:
        raise _bad(f"{rate_hz} Hz", f"1 to {MAX_RATE_HZ}")
    if not 0 < size <= MAX_BLOCK_BYTES or size % (_SAMPLE_BYTES * channels):
        raise _bad(
            f"{size} bytes of {channels} channels",
            f"whole samples of every channel, at most {MAX_BLOCK_BYTES} bytes",
        )
    if HEADER_BYTES + size != len(data):
        raise _bad(f"{len(data) - HEADER_BYTES} bytes of samples", f"the {size} announced")
    audio = np.frombuffer(data, "<f4", offset=HEADER_BYTES).reshape(channels, -1)
    return AudioPacket(identifier, rate_hz, audio)


def _identifier(name: bytes) -> str:
    if name[-1]:
        raise _bad(f"the identifier {name!r}", "a zero as its last byte")
    try:
        return name.partition(b"\0")[0].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"the identifier {name!r}", "UTF-8") from error


def _bad(seen: str, expected: str) -> BadMessage:
    return BadMessage(seen, expected, _ACTION)


def check_identifier(text: str) -> str:
    """The text, if it can be an identifier. Raises BadValue."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        size = 0
    if not 0 < size < IDENTIFIER_BYTES or "\0" in text:
        raise BadValue(
            f"the ReaStream identifier {text!r}",
            f"1 to {IDENTIFIER_BYTES - 1} bytes of UTF-8 without a zero",
            "Choose a shorter one.",
        )
    return text


def largest_samples(channels: int) -> int:
    """Samples of each channel that fit one packet."""
    return MAX_BLOCK_BYTES // (_SAMPLE_BYTES * channels)


def encode(packet: AudioPacket) -> bytes:
    """The datagram of a packet of at most `largest_samples`."""
    data = packet.audio.astype("<f4", copy=False).tobytes()
    name = packet.identifier.encode("utf-8")
    head = _HEAD.pack(_AUDIO_MARK, HEADER_BYTES + len(data), name)
    return head + _AUDIO.pack(packet.channels, packet.rate_hz, len(data)) + data


def split(identifier: str, rate_hz: int, audio: Audio) -> Iterator[bytes]:
    """The datagrams of a block (channels, n) float32 of any length."""
    most = largest_samples(audio.shape[0])
    for first in range(0, audio.shape[1], most):
        yield encode(AudioPacket(identifier, rate_hz, audio[:, first : first + most]))
