"""WAV, RF64, W64, AIFF, CAF, AU: programs that crashed, or wrote to a pipe, leave wrong sizes.

libsndfile reads what the header says. A header without a size is read as one with the right size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daw_bridge.files.audio.info import LIBSNDFILE
from daw_bridge.files.audio.span import Look, Patch, Stretch
from daw_bridge.files.audio.survey import ANY, PYAV, Part, Survey

#: Sizes that mean "not known": what programs write into a pipe, and 0 until they end.
_UNKNOWN_SIZES = (range(0x7FFFF000, 0x80000000), range(0xFFFFF000, 0x100000000))
W64_RIFF = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_W64_DATA = bytes.fromhex("64617461f3acd3118cd100c04f8edb8a")
#: Encodings of WAV that libsndfile reads; others are PyAV's (MP3, AC-3, WMA, ...).
_WAV_TAGS = {1, 2, 3, 6, 7, 0x11, 0x31, 0x40, 0x64, 0x65, 0xFFFE}
_CAF_CODEC = 28
"""Where its code stands, in the first chunk."""
_CAF_PACKED = (b"alac", b"aac ", b"opus", b".mp3", b"flac")
_CAF_CHUNKS = {
    b"desc", b"data", b"pakt", b"chan", b"kuki", b"free", b"info", b"uuid", b"midi", b"mark",
    b"regn", b"inst", b"strg", b"umid", b"ovvw", b"peak", b"edct",
}  # fmt: skip
_MAX_32_BIT = 2**32 - 1


@dataclass(frozen=True)
class Chunk:
    """A chunk: its name, where its header begins, where its content begins, the stated size."""

    name: bytes
    head: int
    start: int
    size: int

    @property
    def end(self) -> int:
        """Where it ends, as its header says."""
        return self.start + self.size


def survey_wav(look: Look) -> Survey | None:
    """What a RIFF, RF64, W64, AIFF, CAF or AU file holds; None for others."""
    head = look.at(0, 16)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return _riff(look)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _aiff(look)
    if head[:4] == b"caff":
        return _caf(look)
    if head[:4] == b".snd":
        return _au(look)
    return _w64(look) if head == W64_RIFF else None


def chunks(look: Look, at: int, order: str = "little") -> Iterator[Chunk]:
    """The chunks from `at` on, up to one whose name is no name."""
    while at + 8 <= look.size:
        name = look.at(at, 4)
        if not all(32 <= one < 127 for one in name):
            return
        size = int.from_bytes(look.at(at + 4, 4), "big" if order == "big" else "little")
        yield Chunk(name, at, at + 8, size)
        at += 8 + size + size % 2


def _survey(look: Look, patches: tuple[Patch, ...], damage: str, notes: tuple[str, ...],
            decoder: str = LIBSNDFILE) -> Survey:  # fmt: skip
    return Survey((Part(Stretch(0, look.size, patches), decoder),), damage, notes)


def _riff(look: Look) -> Survey:
    before: dict[bytes, Chunk] = {}
    data = None
    for chunk in chunks(look, 12):
        if chunk.name == b"data":
            data = chunk
            break
        before[chunk.name] = chunk
    decoder = _wav_decoder(look, before.get(b"fmt "))
    if data is None:
        return _survey(look, (), _no_data(look, before), (), decoder)
    if look.at(0, 4) == b"RF64" and b"ds64" in before:
        return _rf64(look, before[b"ds64"], data)
    frame_bytes = _frame_bytes(look, before.get(b"fmt "))
    there = look.size - data.start
    if _is_unknown(data.size) or (data.size == 0 and _is_audio(look, data.start)):
        there -= there % frame_bytes
        patches = ((4, _u32(there + data.start - 8)), (data.head + 4, _u32(there)))
        return _survey(
            look, patches if there < _MAX_32_BIT else (), "", (_no_size(there),), decoder
        )
    if data.size > there:
        return _survey(look, (), _cut(there, data.size), (), decoder)
    return _survey(look, (), "", _behind(look, data), decoder)


def _rf64(look: Look, ds64: Chunk, data: Chunk) -> Survey:
    stated = int.from_bytes(look.at(ds64.start + 8, 8), "little")
    size = stated if data.size == _MAX_32_BIT else data.size
    there = look.size - data.start
    if size in (0, 2**64 - 1) and _is_audio(look, data.start):
        sizes = (look.size - 8).to_bytes(8, "little") + there.to_bytes(8, "little")
        patches = ((data.head + 4, _u32(_MAX_32_BIT)), (ds64.start, sizes))
        return _survey(look, patches, "", (_no_size(there),))
    return _survey(look, (), _cut(there, size) if size > there else "", ())


def _aiff(look: Look) -> Survey:
    found = {chunk.name: chunk for chunk in chunks(look, 12, "big")}
    sound, comm = found.get(b"SSND"), found.get(b"COMM")
    if sound is None or comm is None:
        return _survey(look, (), _no_data(look, found), (), PYAV)
    there = look.size - sound.start
    if _is_unknown(sound.size) or (sound.size in (0, 8) and _is_audio(look, sound.start + 8)):
        frame_bytes = max(1, _aiff_frame_bytes(look, comm))
        frames = (there - 8) // frame_bytes
        patches = (
            (4, _u32(look.size - 8, "big")), (comm.start + 2, _u32(frames, "big")),
            (sound.head + 4, _u32(8 + frames * frame_bytes, "big")),
        )  # fmt: skip
        return _survey(look, patches, "", (_no_size(there - 8),))
    return _survey(look, (), _cut(there, sound.size) if sound.size > there else "", ())


def _aiff_frame_bytes(look: Look, comm: Chunk) -> int:
    channels = int.from_bytes(look.at(comm.start, 2), "big")
    return channels * (-(-int.from_bytes(look.at(comm.start + 6, 2), "big") // 8))


def _w64(look: Look) -> Survey:
    at = 40
    while at + 24 <= look.size:
        size = int.from_bytes(look.at(at + 16, 8), "little")
        if look.at(at, 16) == _W64_DATA:
            there = look.size - at
            if (size in (0, 24) and _is_audio(look, at + 24)) or size >= 2**63 - 1:
                patches = (
                    (16, look.size.to_bytes(8, "little")), (at + 16, there.to_bytes(8, "little")),
                )  # fmt: skip
                return _survey(look, patches, "", (_no_size(there - 24),))
            return _survey(look, (), _cut(there - 24, size - 24) if size > there else "", ())
        at += max(24, size + -size % 8)
    return _survey(look, (), "it ends before its audio begins", ())


def _caf(look: Look) -> Survey:
    """FFmpeg leaves out the last packet's padding, which ALAC has left out already: it is told 0.

    The packet table states the length to the sample.
    """
    at, start, size = 8, 0, -1
    patches: tuple[Patch, ...] = ()
    frames = None
    while at + 12 <= look.size and look.at(at, 4) in _CAF_CHUNKS:
        name, stated = look.at(at, 4), int.from_bytes(look.at(at + 4, 8), "big", signed=True)
        if name == b"pakt" and look.at(_CAF_CODEC, 4) == b"alac":
            patches, frames = ((at + 32, bytes(4)),), int.from_bytes(look.at(at + 20, 8), "big")
        if name == b"data":
            start, size = at + 12, stated
        if stated < 0:
            patches = (*patches, (at + 4, (look.size - start).to_bytes(8, "big")))
            break
        at += 12 + stated
    damage = "it ends within a chunk" if at > look.size else ""
    if start and size >= 0 and start + size > look.size:
        damage = _cut(look.size - start, size)
        if frames is None and look.at(_CAF_CODEC, 4) in _CAF_PACKED:
            damage += ", and the table of its packets (pakt), which lay behind them, is missing"
    notes = (_no_size(look.size - start),) if start and size < 0 else ()
    return Survey((Part(Stretch(0, look.size, patches), ANY, frames),), damage, notes)


def _au(look: Look) -> Survey:
    start, size = (int.from_bytes(look.at(at, 4), "big") for at in (4, 8))
    there = look.size - start
    if _is_unknown(size):
        return _survey(look, (), "", (_no_size(there),), ANY)
    return _survey(look, (), _cut(there, size) if size > there else "", (), ANY)


def _is_unknown(size: int) -> bool:
    return any(size in sizes for sizes in _UNKNOWN_SIZES)


def _is_audio(look: Look, at: int) -> bool:
    """Whether bytes follow that are no chunks."""
    if look.size - at < 8:
        return False
    for chunk in chunks(look, at):
        at = chunk.end + chunk.size % 2
    return look.size > at + 1


def _wav_decoder(look: Look, fmt: Chunk | None) -> str:
    if fmt is None:
        return LIBSNDFILE
    tag = int.from_bytes(look.at(fmt.start, 2), "little")
    if tag == 0xFFFE and fmt.size >= 26:
        tag = int.from_bytes(look.at(fmt.start + 24, 2), "little")
    return LIBSNDFILE if tag in _WAV_TAGS else PYAV


def _frame_bytes(look: Look, fmt: Chunk | None) -> int:
    return max(1, int.from_bytes(look.at(fmt.start + 12, 2), "little")) if fmt else 1


def _behind(look: Look, data: Chunk) -> tuple[str, ...]:
    """A note where much follows the audio that is no chunk."""
    at = data.end + data.size % 2
    for chunk in chunks(look, at):
        at = min(chunk.end + chunk.size % 2, look.size)
    left = look.size - at
    if left <= max(4096, data.size // 100):
        return ()
    return (
        f"{left} bytes follow the audio that the header states; they are not read (a recorder that "
        "crashed leaves such files: repair the header in an audio editor if they are audio)",
    )


def _no_data(look: Look, chunks: dict[bytes, Chunk]) -> str:
    beyond = any(one.end > look.size for one in chunks.values())
    return "it ends before its audio begins" if beyond or look.size < 1024 else ""


def _no_size(there: int) -> str:
    return (
        f"its header does not say how long the audio is (the program that wrote it crashed, or "
        f"wrote into a pipe): the {there} bytes that follow the header are read"
    )


def _cut(there: int, claimed: int) -> str:
    return f"it has {there} of {claimed} bytes of audio"


def _u32(value: int, order: str = "little") -> bytes:
    return min(value, _MAX_32_BIT).to_bytes(4, "big" if order == "big" else "little")
