"""Containers that are packets end to end: MPEG-PS (VOB), MPEG-TS, FLV. Is the last one whole?"""

from __future__ import annotations

import struct

from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import NO_END, PYAV, Survey, whole

_TS_BYTES = (188, 192)
"""As it is broadcast; with a time in front of each packet, as cameras and Blu-ray have it."""
_TS_SYNC = b"G"
_PREFIX = b"\0\0\1"
_PACK, _PROGRAM_END, _FIRST_PACKET = 0xBA, 0xB9, 0xBB
_FLV_KINDS = (8, 9, 18)
_WITHIN = "it ends within a packet"
_SEARCH_BYTES = 1 << 16


def survey_packets(look: Look) -> Survey | None:
    """Such a file, read by PyAV; None for others."""
    if look.at(0, 4) == _PREFIX + bytes([_PACK]):
        damage, ends = _program(look)
        return whole(look.size, PYAV, damage, () if ends or damage else (NO_END,))
    if look.at(0, 4) == b"FLV\1":
        return _flv(look)
    for size in _TS_BYTES:
        first = size - _TS_BYTES[0]
        if all(look.at(at, 1) == _TS_SYNC for at in range(first, first + 5 * size, size)):
            damage = _WITHIN if look.size % size else ""
            return whole(look.size, PYAV, damage, () if damage else (NO_END,))
    return None


def _program(look: Look) -> tuple[str, bool]:
    """(what is missing, whether it says that it ends) of an MPEG program stream."""
    at, kind = 0, 0
    while at + 4 <= look.size:
        size = _unit_bytes(look, at)
        if size:
            kind = look.at(at + 3, 1)[0]
            at += size
        else:  # padding between sectors, or what does not belong here
            at = _next_unit(look, at + 1)
    return (_WITHIN if at != look.size else ""), kind == _PROGRAM_END


def _unit_bytes(look: Look, at: int) -> int:
    """Bytes of the pack's header or packet that begins here; 0 where none does."""
    head = look.at(at, 14).ljust(14, b"\0")
    if head[:3] != _PREFIX or head[3] < _PROGRAM_END:
        return 0
    if head[3] == _PROGRAM_END:
        return 4
    if head[3] == _PACK:
        return 14 + (head[13] & 7) if head[4] >> 6 == 1 else 12
    return 6 + int.from_bytes(head[4:6], "big")


def _next_unit(look: Look, at: int) -> int:
    """Where the next header or packet begins; the end of the file where none does."""
    while at + 4 <= look.size:
        found = look.at(at, _SEARCH_BYTES).find(_PREFIX)
        if found < 0:
            at += _SEARCH_BYTES - 2
        elif look.at(at + found + 3, 1) >= bytes([_PROGRAM_END]):
            return at + found
        else:
            at += found + 1
    return look.size


def _flv(look: Look) -> Survey:
    """Tags of 11 bytes and what they hold, each with its size behind it."""
    at = int.from_bytes(look.at(5, 4), "big") + 4
    claimed = _flv_bytes(look)
    while (kind := look.at(at, 1)) and kind[0] & 0x1F in _FLV_KINDS:
        at += 11 + int.from_bytes(look.at(at + 1, 3), "big") + 4
    if claimed > look.size:
        return whole(look.size, PYAV, f"it has {look.size} of {claimed} bytes")
    if at > look.size:
        return whole(look.size, PYAV, _WITHIN)
    return whole(look.size, PYAV, "", () if claimed else (NO_END,))


def _flv_bytes(look: Look) -> int:
    """The size that its first tag states, 0 where it states none."""
    key = b"\0\x08filesize\0"
    head = look.at(0, 1 << 16)
    at = head.find(key) + len(key)
    if at < len(key) or at + 8 > len(head):
        return 0
    (size,) = struct.unpack_from(">d", head, at)
    return int(size) if 0 < size < 2**53 else 0
