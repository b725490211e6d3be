"""AAC (ADTS), AC-3 and TrueHD without a container: frames end to end, so a cut one shows."""

from __future__ import annotations

from collections.abc import Callable

from daw_bridge.files.audio.mp3 import read_header, tag_bytes
from daw_bridge.files.audio.span import Look, Stretch
from daw_bridge.files.audio.survey import NO_END, PYAV, Part, Survey

_HEADER_BYTES = 7
_AC3_KBITS = (
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
)  # fmt: skip
_MLP_SYNC = b"\xf8\x72\x6f"
_CUT = "it ends within a frame"
#: So many frames in a row make a file one of this kind.
_ENOUGH = 3


def adts_size(head: bytes) -> int:
    """Bytes of the AAC frame with this header; 0 where it is none."""
    if len(head) < _HEADER_BYTES or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


def ac3_size(head: bytes) -> int:
    """Bytes of the AC-3 or E-AC-3 frame with this header; 0 where it is none."""
    if len(head) < _HEADER_BYTES or head[:2] != b"\x0b\x77":
        return 0
    if head[5] >> 3 > 10:
        return 2 * (((head[2] & 7) << 8 | head[3]) + 1)
    rate, code = head[4] >> 6, head[4] & 63
    if rate == 3 or code // 2 >= len(_AC3_KBITS):
        return 0
    kbits = _AC3_KBITS[code // 2]
    return 2 * (2 * kbits, 320 * kbits // 147 + code % 2, 3 * kbits)[rate]


def mlp_size(head: bytes) -> int:
    """Bytes of the TrueHD or MLP unit with this header."""
    return 2 * ((head[0] & 15) << 8 | head[1]) if len(head) > 1 else 0


def mpeg_size(head: bytes) -> int:
    """Bytes of the MP3 or MP2 frame with this header; 0 where it is none."""
    header = read_header(head[:4])
    return 0 if header is None else header.size


_SIZES = {"ac3": ac3_size, "eac3": ac3_size, "aac": adts_size} | dict.fromkeys(
    ("mp3", "mp3float", "mp2", "mp2float", "mp1", "mp1float"), mpeg_size
)


def frame_bytes(codec: str, head: bytes) -> int:
    """Bytes of the frame that begins with these eight; 0 where `codec` has no such header."""
    size_of = _SIZES.get(codec)
    return size_of(head) if size_of else 0


def survey_raw(look: Look) -> Survey | None:
    """What such a file holds, read by PyAV; None for others."""
    start = 0
    while tag := tag_bytes(look, start):
        start += tag
    is_mlp = look.at(start + 4, 3) == _MLP_SYNC
    for size_of in (mlp_size,) if is_mlp else (adts_size, ac3_size):
        frames, at, end = _walk(look, start, size_of)
        damage = _damage(look, at, size_of)
        if frames >= _ENOUGH or (frames and damage == _CUT):
            part = Part(Stretch(start, look.size if damage else end), PYAV)
            return Survey((part,), damage, () if damage else (NO_END,))
    return None


def _walk(look: Look, at: int, size_of: Callable[[bytes], int]) -> tuple[int, int, int]:
    """(whole frames, where they and the tags end, where the last frame ends)"""
    frames = end = 0
    while at < look.size:
        size = size_of(look.at(at, _HEADER_BYTES))
        step = size or tag_bytes(look, at)
        if step == 0 or at + step > look.size:
            break
        at += step
        if size:
            frames, end = frames + 1, at
    return frames, at, end


def _damage(look: Look, at: int, size_of: Callable[[bytes], int]) -> str:
    if at == look.size:
        return ""
    cut = size_of(look.at(at, _HEADER_BYTES)) or look.size - at < _HEADER_BYTES
    return _CUT if cut else f"what follows byte {at} is no frame"
