"""What the stems take over from the song's file: tags, time reference, cue points, tempo."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from pathlib import Path

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.riff import Chunk, read_chunks
from daw_bridge.files.audio.tagging import flac_extras
from daw_bridge.files.audio.tags import (
    CHAPTERS,
    SOUNDFILE_NAMES,
    TIME_REFERENCE,
    Tags,
    read_tags,
    taken,
)
from daw_bridge.files.part import Part

#: Chunks of a WAV that are copied into WAV stems, and what is in them.
_CARRIED = {
    b"bext": "bext (time reference)", b"cue ": "cue points", b"iXML": "iXML",
    b"acid": "acid (tempo)", b"smpl": "smpl (loops)", b"adtl": "labels of cue points",
}  # fmt: skip
#: Chunks of encoding, padding and tags: what they say is in the stems, or nothing.
_NOTHING_LOST = (b"fact", b"PEAK", b"JUNK", b"junk", b"FLLR", b"PAD ", b"INFO", b"id3 ", b"ID3 ",
                 b"NAME", b"AUTH", b"ANNO", b"(c) ")  # fmt: skip
_MOST_NAMED = 8
#: Chunks and the tags that say the same.
_SAME = {b"bext": TIME_REFERENCE, b"acid": "bpm"}
_BEXT_BYTES, _TIME_AT, _VERSION_AT, _UMID_AT, _LOUDNESS_AT = 602, 338, 346, 348, 412
_UNSET = struct.pack("<h", 0x7FFF)
_CUE = struct.Struct("<II4sIII")
_ACID = struct.Struct("<IHHfIHHf")
_IXML_TIMES = (
    (b"BWF_TIME_REFERENCE_HIGH", b"BWF_TIME_REFERENCE_LOW"),
    (b"TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", b"TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO"),
)


@dataclass(frozen=True)
class Carried:
    """Tags and chunks; `lost` says what a format cannot hold."""

    tags: Tags = ()
    chunks: tuple[Chunk, ...] = ()
    lost: tuple[str, ...] = ()


def read_carried(path: Path) -> Carried:
    """What a song's file has to give. Raises BadFile."""
    try:
        found = [one for one in read_chunks(path, _CARRIED) if _kind(one) not in _NOTHING_LOST]
        extras = flac_extras(path)
    except OSError as error:
        raise BadFile(f"{path} cannot be read ({error.strerror})", "a readable file",
                      "Check it.") from error  # fmt: skip
    chunks = tuple(one for one in found if one.whole)
    others = {_kind(one).decode("ascii", "replace").strip() for one in found if not one.whole}
    lost = [f"chunk {name!r}" for name in sorted(others)] + list(extras)
    return Carried(_tags_of(path, chunks), chunks, tuple(lost[:_MOST_NAMED]))


def _tags_of(path: Path, chunks: tuple[Chunk, ...]) -> Tags:
    """The file's tags, with what its chunks say."""
    tags = dict(read_tags(path))
    if any(one.name == b"cue " for one in chunks):
        tags.pop(CHAPTERS, None)
    for one in chunks:
        if one.name == b"acid" and len(one.data) >= _ACID.size and "bpm" not in tags:
            tempo = _ACID.unpack_from(one.data)[-1]
            if 0 < tempo < 1000:
                tags["bpm"] = f"{tempo:g}"
        if one.name == b"bext" and len(one.data) >= _BEXT_BYTES:
            tags[TIME_REFERENCE] = str(_time(one.data))
    return tuple(tags.items())


def carried_into(song: Carried, form: AudioFormat, part: Part, rate_hz: int, whole: int) -> Carried:
    """What files of this format take: for `part` of a song of `whole` samples at `rate_hz`."""
    tags = tuple(_moved_tag(name, text, part) for name, text in song.tags)
    if form.container == "WAV":
        return _into_wav(song, tags, part, rate_hz, whole)
    return _into_other(song, tags, taken(form))


def titled(carried: Carried, stem: str) -> Carried:
    """With the stem behind the title, so that a player shows five titles."""
    tags = tuple(
        (name, f"{text} ({stem})" if name == "title" else text) for name, text in carried.tags
    )
    return replace(carried, tags=tags)


def _into_other(song: Carried, tags: Tags, holds: tuple[str, ...]) -> Carried:
    """Chunks become tags, or are lost."""
    kinds = [_kind(one) for one in song.chunks]
    lost = list(song.lost)
    lost += [_CARRIED[kind] for kind in kinds if _SAME.get(kind) not in holds]
    said = [_SAME[kind] for kind in kinds if kind in _SAME]
    lost += [_words(name) for name, _ in tags if name not in (*holds, *said)]
    return Carried(tuple(one for one in tags if one[0] in holds), (), tuple(lost))


def _into_wav(song: Carried, tags: Tags, part: Part, rate_hz: int, whole: int) -> Carried:
    moved = [(one, _moved(one, part, rate_hz, part.frames != whole)) for one in song.chunks]
    chunks = [one for _, one in moved if one is not None]
    lost = [*song.lost, *(_CARRIED[_kind(one)] for one, new in moved if new is None)]
    said = [_SAME[one.name] for one in song.chunks if one.name in _SAME]
    time = dict(tags).get(TIME_REFERENCE)
    if time is not None and TIME_REFERENCE not in said:
        chunks.append(_new_bext(int(time)))
        said.append(TIME_REFERENCE)
    lost += [_words(name) for name, _ in tags if name not in (*SOUNDFILE_NAMES, *said)]
    return Carried(
        tuple(one for one in tags if one[0] in SOUNDFILE_NAMES), tuple(chunks), tuple(lost)
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _kind(chunk: Chunk) -> bytes:
    return chunk.form or chunk.name


def _moved_tag(name: str, text: str, part: Part) -> tuple[str, str]:
    if name == TIME_REFERENCE:
        return name, str((int(text) if text.isdecimal() else 0) + part.start)
    return name, text


def _moved(chunk: Chunk, part: Part, rate_hz: int, is_part: bool) -> Chunk | None:
    """The chunk for files that begin at `part.start`; None where nothing of it remains."""
    data: bytes | None = chunk.data
    if chunk.name == b"bext":
        data = _moved_bext(chunk.data, part.start)
    elif chunk.name == b"cue ":
        data = _moved_cues(chunk.data, part)
    elif chunk.name == b"iXML":
        data = _moved_ixml(chunk.data, part.start)
    elif chunk.name == b"acid" and is_part:
        data = _shorter_acid(chunk.data, part.frames / rate_hz)
    elif chunk.name == b"smpl" and is_part:
        data = None
    return None if data is None else Chunk(chunk.name, data)


def _time(bext: bytes) -> int:
    return int.from_bytes(bext[_TIME_AT:_VERSION_AT], "little")


def _moved_bext(data: bytes, samples: int) -> bytes | None:
    """Later by `samples`; without the UMID and the loudness, which are the song's own."""
    if len(data) < _BEXT_BYTES:
        return None
    time = (_time(data) + samples) % 2**64
    version = int.from_bytes(data[_VERSION_AT:_UMID_AT], "little")
    loudness = _UNSET * 5 if version >= 2 else data[_LOUDNESS_AT : _LOUDNESS_AT + 10]
    head = data[:_TIME_AT] + time.to_bytes(8, "little") + data[_VERSION_AT:_UMID_AT]
    return head + bytes(64) + loudness + data[_LOUDNESS_AT + 10 :]


def _new_bext(samples: int) -> Chunk:
    head = bytes(_TIME_AT) + (samples % 2**64).to_bytes(8, "little") + b"\1\0"
    return Chunk(b"bext", head.ljust(_BEXT_BYTES, b"\0"))


def _moved_cues(data: bytes, part: Part) -> bytes | None:
    count = int.from_bytes(data[:4], "little")
    if len(data) < 4 + count * _CUE.size:
        return None
    moved = []
    for name, place, fcc, chunk, block, sample in _CUE.iter_unpack(data[4 : 4 + count * _CUE.size]):
        if part.start <= sample <= part.end:
            place = max(0, place - part.start)
            moved.append(_CUE.pack(name, place, fcc, chunk, block, sample - part.start))
    return struct.pack("<I", len(moved)) + b"".join(moved) if moved else None


def _moved_ixml(data: bytes, samples: int) -> bytes:
    """With its copies of the time reference moved."""
    for high_name, low_name in _IXML_TIMES:
        high, low = (re.search(b"<%s>\\s*(\\d{1,20})\\s*</" % name, data)
                     for name in (high_name, low_name))  # fmt: skip
        if low is None:
            continue
        time = (int(low[1]) + (int(high[1]) << 32 if high else 0) + samples) % 2**64
        values = {high_name: time >> 32, low_name: time & 0xFFFFFFFF}
        for name, value in values.items():
            data = re.sub(b"(<%s>)[^<]*(</)" % name, b"\\g<1>%d\\g<2>" % value, data)
    return data


def _shorter_acid(data: bytes, seconds: float) -> bytes | None:
    """With the number of beats that the part has."""
    if len(data) < _ACID.size:
        return None
    flags, root, a, b, _, denominator, numerator, tempo = _ACID.unpack_from(data)
    beats = max(0, round(tempo * seconds / 60)) if 0 < tempo < 1000 else 0
    return _ACID.pack(flags, root, a, b, beats, denominator, numerator, tempo)
