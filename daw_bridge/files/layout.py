"""Which channels of a surround file belong together: pairs by the loudspeakers they are for.

A WAV may say so itself (the channel mask of WAVE_FORMAT_EXTENSIBLE); otherwise the usual order of
its format and its number of channels is taken.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from daw_bridge.files.audio.info import LIBSNDFILE, AudioInfo

#: Bits of a WAV's mask that are left and right of each other, from the lowest bit, 0, on.
_LEFT_RIGHT = {0: 1, 4: 5, 6: 7, 9: 10, 12: 14, 15: 17}
#: Front left and right, centre, LFE, then the others, as WAV, AIFF, FLAC and film have them.
_USUAL = {3: "1-2,3", 4: "1-2,3-4", 5: "1-2,3,4-5", 6: "1-2,3,4,5-6", 7: "1-2,3,4,5,6-7",
          8: "1-2,3,4,5-6,7-8"}  # fmt: skip
#: Ogg Vorbis and Opus: left, centre, right, then the others, the LFE last.
_OGG = {3: "1-3,2", 4: "1-2,3-4", 5: "1-3,2,4-5", 6: "1-3,2,4-5,6", 7: "1-3,2,4-5,6,7",
        8: "1-3,2,4-5,6-7,8"}  # fmt: skip
_EXTENSIBLE = 0xFFFE


def suggested_pairs(info: AudioInfo) -> str:
    """What `--pairs` may be for this file, e.g. `1-2,3,4,5-6` for 5.1."""
    by_mask = _by_mask(channel_mask(info.path), info.channels)
    in_ogg = info.decoder == LIBSNDFILE and info.encoding in ("OGG VORBIS", "OGG OPUS")
    order = _OGG if in_ogg else _USUAL  # FFmpeg, and FLAC in Ogg, have the usual one
    return by_mask or order.get(info.channels) or _twos(info.channels)


def _by_mask(mask: int, channels: int) -> str:
    """Pairs in the order of the bits; "" where the mask does not name every channel."""
    bits = [bit for bit in range(18) if mask >> bit & 1]
    if len(bits) != channels:
        return ""
    number = {bit: k for k, bit in enumerate(bits, 1)}
    rights = {_LEFT_RIGHT[bit] for bit in bits if _LEFT_RIGHT.get(bit) in number}
    return ",".join(
        f"{number[bit]}-{number[_LEFT_RIGHT[bit]]}" if _LEFT_RIGHT.get(bit) in number
        else str(number[bit])
        for bit in bits if bit not in rights
    )  # fmt: skip


def _twos(channels: int) -> str:
    twos = [f"{k}-{k + 1}" for k in range(1, channels, 2)]
    return ",".join(twos + ([str(channels)] if channels % 2 else []))


def channel_mask(path: Path) -> int:
    """The channel mask of a WAV's header; 0 for a file without one."""
    try:
        with path.open("rb") as file:
            return _mask(file)
    except OSError:  # it was read a moment ago: a suggestion is not worth an error
        return 0


def _mask(file: BinaryIO) -> int:
    head = file.read(12)
    if head[:4] not in (b"RIFF", b"RF64", b"BW64") or head[8:] != b"WAVE":
        return 0
    while len(chunk := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        if name == b"fmt ":
            body = file.read(min(size, 40))
            extended = len(body) >= 24 and body[:2] == struct.pack("<H", _EXTENSIBLE)
            return int(struct.unpack("<I", body[20:24])[0]) if extended else 0
        file.seek(size + size % 2, 1)
    return 0
