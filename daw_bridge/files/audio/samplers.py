"""Kinds of samplers, laboratories and old computers: the size that their headers state.

Big-endian WAV (RIFX) is one of them. libsndfile reads them, and takes one that was cut for a
shorter one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from daw_bridge.files.audio.span import Look, Stretch
from daw_bridge.files.audio.survey import ANY, NO_END, Part, Survey, whole
from daw_bridge.files.audio.wav import chunks

_MAT4 = (b"\0\0\0\0\1\0\0\0\1\0\0\0", b"\0\0\x03\xe8\0\0\0\1\0\0\0\1")
_MAT4_BYTES = (8, 4, 4, 2, 2, 1)
"""Of a number, by the tens of a matrix's type."""
_NO_SIZE = (b" paf", b"fap ", b"PVF1")
_IRCAM = re.compile(rb"\x64\xa3[\1-\4]\0|\0[\1-\4]\xa3\x64", re.DOTALL)


def survey_samplers(look: Look) -> Survey | None:
    """Such a file; None for others."""
    head = look.at(0, 16)
    if head[:4] in _NO_SIZE or _IRCAM.match(head):
        return whole(look.size, ANY, "", (NO_END,))
    for mark, at, claimed_by in _KINDS:
        if head[at : at + len(mark)] == mark:
            claimed = claimed_by(look)
            damage = f"it has {look.size} of {claimed} bytes" if claimed > look.size else ""
            frames = _sds_frames(look) if damage and claimed_by is _sds else None
            part = Part(Stretch(0, look.size), ANY, frames)
            return Survey((part,), damage, () if claimed else (NO_END,))
    return None


def _big(look: Look, at: int, count: int = 4) -> int:
    return int.from_bytes(look.at(at, count), "big")


def _little(look: Look, at: int, count: int = 4) -> int:
    return int.from_bytes(look.at(at, count), "little")


def _avr(look: Look) -> int:
    channels = 2 if _big(look, 12, 2) else 1
    return 128 + _big(look, 26) * channels * (_big(look, 14, 2) // 8)


def _svx(look: Look) -> int:
    size = _big(look, 4)
    return 8 + size if size < 0x7FFFF000 else 0


def _rifx(look: Look) -> int:
    return next((one.end for one in chunks(look, 12, "big") if one.name == b"data"), 0)


def _mpc(look: Look) -> int:
    return 42 + _little(look, 30) * 2 * (1 + (_little(look, 21, 1) != 0))


def _nist(look: Look) -> int:
    """A header in words; of speech that is packed it does not tell the bytes."""
    text = look.at(0, 1024)
    numbers = [
        re.search(rb"\n" + name + rb" -i (\d{1,12})", text)
        for name in (b"sample_count", b"channel_count", b"sample_n_bytes")
    ]
    size = re.match(rb"NIST_1A\n *(\d{1,6})", text)
    if size is None or b"shorten" in text or any(one is None for one in numbers):
        return 0
    count, channels, wide = (int(one[1]) for one in numbers if one)
    return int(size[1]) + count * channels * wide


def _psion(look: Look) -> int:
    return 32 + _big(look, 18)


def _xi(look: Look) -> int:
    """A header of 40 bytes for each sample; libsndfile itself writes no length."""
    count = _little(look, 296, 2)
    size = sum(_little(look, 298 + 40 * k) for k in range(count))
    return 298 + 40 * count + size if size else 0


def _sds(look: Look) -> int:
    frames = sum((one & 127) << 7 * k for k, one in enumerate(look.at(10, 3)))
    return 21 + -(-frames // _sds_samples(look)) * 127


def _sds_samples(look: Look) -> int:
    """Samples of a packet, which is 120 bytes of 7 bits: 8 to 14 bits take two, and so on."""
    return 120 // max(2, -(-_little(look, 6, 1) // 7))


def _sds_frames(look: Look) -> int:
    """Those of the whole packets that are there; libsndfile makes up the others."""
    return max(0, look.size - 21) // 127 * _sds_samples(look)


def _mat4(look: Look) -> int:
    at, order = 0, _little if look.at(0, 1) == b"\0" and look.at(4, 1) == b"\1" else _big
    while at + 20 <= look.size:
        kind, rows, columns, _, name = (order(look, at + 4 * k) for k in range(5))
        wide = _MAT4_BYTES[kind // 10 % 10] if kind // 10 % 10 < len(_MAT4_BYTES) else 0
        at += 20 + name + rows * columns * wide
    return at


def _mat5(look: Look) -> int:
    """libsndfile itself states eight bytes more than it writes."""
    order = _little if look.at(126, 2) == b"IM" else _big
    at = 128
    while at + 8 <= look.size:
        at += 8 + order(look, at + 4)
    return at - 8


_KINDS: tuple[tuple[bytes, int, Callable[[Look], int]], ...] = (
    (b"2BIT", 0, _avr), (b"8SVX", 8, _svx), (b"16SV", 8, _svx), (b"\1\4", 0, _mpc),
    (b"RIFX", 0, _rifx),
    (b"NIST_1A\n", 0, _nist), (b"ALawSoundFile**", 0, _psion), (b"Extended Instrum", 0, _xi),
    (b"\xf0\x7e", 0, _sds), (_MAT4[0], 0, _mat4), (_MAT4[1], 0, _mat4),
    (b"MATLAB 5.0", 0, _mat5),
)  # fmt: skip
"""The first bytes of a kind, where they stand, and the bytes that its header states."""
