"""Containers of FFmpeg whose headers say how long the file is: MP4, Matroska, ASF, AVI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import NO_END, PYAV, Survey, whole

#: Boxes of the top level; anything else there is what somebody appended.
_MP4_BOXES = {
    b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp", b"free", b"skip", b"wide",
    b"pnot", b"uuid", b"meta", b"emsg", b"prft", b"ssix", b"udta",
}  # fmt: skip
_MAX_INDEX_BYTES = 1 << 20
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_EBML = bytes.fromhex("1a45dfa3")
_SEGMENT = bytes.fromhex("18538067")
_OPENED = (bytes.fromhex("1f43b675"),)
"""Clusters: what they hold is walked, too."""
_TEMPO = re.compile(rb"tmpo\0\0\0\x12data.{8}(..)", re.DOTALL)
_GAPLESS = re.compile(rb"iTunSMPB.{1,64}?data.{8}( [0-9A-Fa-f]{8}){3} ([0-9A-Fa-f]{16})", re.DOTALL)


@dataclass(frozen=True)
class Mp4Times:
    """Ticks a second of an MP4's edit lists; samples that iTunes' gapless tag states, or 0."""

    ticks_per_s: int
    gapless_samples: int


def survey_container(look: Look) -> Survey | None:
    """MP4, Matroska or WebM, ASF or WMA, AVI: read by PyAV. None for others."""
    if look.at(4, 4) in (b"ftyp", b"moov", b"mdat", b"wide", b"pnot"):
        return _survey(look, _mp4_damage(look))
    if look.at(0, 4) == _EBML:
        return _survey(look, _matroska_damage(look))
    if look.at(0, 16) == _ASF:
        return _survey(look, _asf_damage(look))
    if look.at(0, 4) == b"RIFF" and look.at(8, 4) == b"AVI ":
        return _survey(look, _avi_damage(look))
    return None


def _survey(look: Look, damage: str | None) -> Survey:
    """`damage` None: it looks whole, and would if it were cut at the right place."""
    return whole(look.size, PYAV, damage or "", (NO_END,) if damage is None else ())


def _bytes_of(look: Look, claimed: int) -> str:
    return f"it has {look.size} of {claimed} bytes" if claimed > look.size else ""


def _walk(look: Look) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, end) of each box of the top level, as its header says."""
    at = 0
    while at + 8 <= look.size and (kind := look.at(at + 4, 4)) in _MP4_BOXES:
        size = int.from_bytes(look.at(at, 4), "big")
        if size == 1:
            size = int.from_bytes(look.at(at + 8, 8), "big")
        end = at + size if size >= 8 else look.size
        yield kind, at, end
        at = end


def _boxes(look: Look) -> dict[bytes, tuple[int, int]]:
    """Kind -> (start, end) of the last such box."""
    return {kind: (start, end) for kind, start, end in _walk(look)}


def next_movie(look: Look) -> int:
    """Where another file begins, after one that has its index; -1 where none does."""
    indexed = False
    for kind, start, _ in _walk(look):
        if kind == b"ftyp" and indexed:
            return start
        indexed |= kind == b"moov"
    return -1


def _mp4_damage(look: Look) -> str | None:
    boxes = _boxes(look)
    if b"moov" not in boxes:
        return "its index (moov) is missing, so nothing of it can be read"
    in_fragments = b"moof" in boxes and b"mfra" not in boxes
    return _bytes_of(look, max(end for _, end in boxes.values())) or (None if in_fragments else "")


def mp4_times(look: Look) -> Mp4Times | None:
    """How exactly the file's edit list tells its length; None where it is no MP4."""
    index = _index(look)
    if not index:
        return None
    head = index.find(b"mvhd")
    wide = 8 if head >= 0 and index[head + 4 : head + 5] == b"\1" else 0
    ticks = int.from_bytes(index[head + 16 + wide : head + 20 + wide], "big") if head >= 0 else 0
    gapless = _GAPLESS.search(index)
    return Mp4Times(ticks, int(gapless[2], 16) if gapless else 0)


def _index(look: Look) -> bytes:
    """The moov box; nothing where there is none."""
    start, end = _boxes(look).get(b"moov", (0, 0))
    return b"".join(
        look.at(at, min(_MAX_INDEX_BYTES, end - at)) for at in range(start, end, _MAX_INDEX_BYTES)
    )


def mp4_tempo(path: Path) -> int:
    """Beats a minute that an M4A's tag `tmpo` states, which FFmpeg does not tell; 0: none."""
    try:
        with Look(path) as look:
            index = _index(look) if look.at(4, 4) == b"ftyp" else b""
    except OSError:  # whoever reads its audio says so
        return 0
    found = _TEMPO.search(index)
    return int.from_bytes(found[1], "big") if found else 0


def _number(look: Look, at: int) -> tuple[int | None, int]:
    """EBML's number of one to eight bytes, and how many; None where it is "unknown"."""
    first = look.at(at, 1)
    if not first or first[0] == 0:
        return None, 1
    length = 9 - first[0].bit_length()
    value = int.from_bytes(look.at(at, length), "big") & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), length


def _matroska_damage(look: Look) -> str | None:
    size, length = _number(look, 4)
    at = 4 + length + (size or 0)
    if look.at(at, 4) != _SEGMENT:
        return ""
    size, length = _number(look, at + 4)
    at += 4 + length
    return _live_damage(look, at) if size is None else _bytes_of(look, at + size)


def _live_damage(look: Look, at: int) -> str | None:
    """Of a segment without a size, as browsers record it: its elements, one after the other."""
    while at < look.size:
        kind_bytes = 9 - (look.at(at, 1)[0] or 1).bit_length()
        kind = look.at(at, kind_bytes)
        size, length = _number(look, at + kind_bytes)
        at += kind_bytes + length
        if kind not in _OPENED:
            at += size or 0
    return "it ends within a block" if at > look.size else None


def _asf_damage(look: Look) -> str | None:
    at = look.at(0, 1 << 16).find(_ASF_PROPERTIES)
    if at < 0:
        return ""
    claimed = int.from_bytes(look.at(at + 40, 8), "little")
    broadcast = look.at(at + 88, 1)[:1] == b"\1"
    return None if broadcast else _bytes_of(look, claimed)


def _avi_damage(look: Look) -> str:
    return _bytes_of(look, 8 + int.from_bytes(look.at(4, 4), "little"))
