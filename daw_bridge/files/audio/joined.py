"""Files that were put together (`cat a.wav b.wav`, a tag in front): where the first one ends.

Decoders read the first and no further. MP3 and Ogg, in which one cannot tell where a file ends but
by walking through it, are looked at in `mp3` and `ogg`.
"""

from __future__ import annotations

from daw_bridge.files.audio.boxes import next_movie
from daw_bridge.files.audio.mp3 import tag_bytes
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.wav import W64_RIFF, chunks

#: What may have a tag in front that does not belong there: ID3 is for MP3.
_TAGGED = (b"RIFF", b"RF64", b"FORM", b"fLaC", b"caff", b"wvpk", b"TTA1", b"MAC ")
_FORMS = (b"WAVE", b"AIFF", b"AIFC")
#: So many bytes of the beginning are the same in each file of one rate and channel count, and
#: are nowhere else.
_ALIKE = {b"fLaC": 8, W64_RIFF[:4]: 16, b"caff": 20, b"TTA1": 14, b"MAC ": 16}


def tags_in_front(look: Look) -> int:
    """Bytes of tags before a file of a kind that has none there."""
    at = 0
    while tag := tag_bytes(look, at):
        at += tag
    return at if look.at(at, 4) in _TAGGED else 0


def first_end(look: Look) -> int:
    """Where the first file ends and another of its kind begins; the size of what is one file."""
    head = look.at(0, 12)
    end = -1
    if head[:4] in _ALIKE:
        mark = look.at(0, _ALIKE[head[:4]])
        end = look.find(mark, len(mark))
    elif head[:4] in (b"RIFF", b"FORM") and head[8:12] in _FORMS:
        end = _riff_end(look, head[:4])
    elif head[:4] == b".snd":
        end = _au_end(look)
    elif head[4:8] == b"ftyp":
        end = next_movie(look)
    elif head[:4] == b"wvpk":
        end = _wavpack_end(look)
    return end if end > 0 else look.size


def _riff_end(look: Look, kind: bytes) -> int:
    found = chunks(look, 12, "big" if kind == b"FORM" else "little")
    return next((one.head for one in found
                 if one.name == kind and look.at(one.start, 4) in _FORMS), -1)  # fmt: skip


def _au_end(look: Look) -> int:
    end = sum(int.from_bytes(look.at(at, 4), "big") for at in (4, 8))
    return end if look.at(end, 4) == b".snd" else -1


def _wavpack_end(look: Look) -> int:
    """Each block says how many samples lie before it; another file counts from 0 again."""
    at, last = 0, 0
    while at < look.size:
        if tag := tag_bytes(look, at):
            at += tag
            continue
        if look.at(at, 4) != b"wvpk":
            return -1
        index, samples = (int.from_bytes(look.at(at + k, 4), "little") for k in (16, 20))
        if samples and index < last:
            return at
        last = max(last, index)
        at += 8 + int.from_bytes(look.at(at + 4, 4), "little")
    return -1
