"""What a file is by its first bytes: which survey it gets, or a word for what is no audio."""

from __future__ import annotations

import codecs

from daw_bridge.files.audio.boxes import survey_container
from daw_bridge.files.audio.joined import first_end, tags_in_front
from daw_bridge.files.audio.mp3 import survey_mp3
from daw_bridge.files.audio.ogg import survey_ogg
from daw_bridge.files.audio.packets import survey_packets
from daw_bridge.files.audio.raw import survey_raw
from daw_bridge.files.audio.samplers import survey_samplers
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import ANY, NO_END, PYAV, Survey, joined, shifted, whole
from daw_bridge.files.audio.wav import survey_wav

#: First bytes of what people give by mistake.
_NO_AUDIO = {
    b"\x89PNG": "a picture (PNG)", b"\xff\xd8\xff": "a picture (JPEG)", b"GIF8": "a picture (GIF)",
    b"%PDF": "a PDF document", b"PK\x03\x04": "a ZIP archive", b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive", b"MThd": "a MIDI file: notes, no audio",
    b"\x7fELF": "a program", b"MZ": "a program", b"#EXTM3U": "a playlist", b"<?xml": "XML text",
    b"<REAPER": "a REAPER project", b"\x1f\x8b": "a gzip archive (an Ableton project?)",
}  # fmt: skip
#: Kinds that libsndfile does not know, or takes for another: PyAV reads them.
_PYAV_ONLY = (
    b"wvpk", b"TTA1", b"TTA2", b"MAC ", b"MPCK", b"MP+", b"tBaK",
    b"Creative Voice File",  # libsndfile takes the headers of all blocks but the first for samples
)  # fmt: skip
#: Frames end to end: AMR, DTS in its four forms, LATM.
_ENDLESS = (
    b"#!AMR", b"\x7f\xfe\x80\1", b"\xfe\x7f\1\x80", b"\x1f\xff\xe8\0", b"\xff\x1f\0\xe8",
    b"\x56\xe0", b"\x56\xe1",
)  # fmt: skip
_SURVEYS = (
    survey_wav, survey_ogg, survey_container, survey_packets, survey_samplers, survey_raw,
    survey_mp3,
)  # fmt: skip


def survey(look: Look) -> Survey:
    """What is in the file, as far as its bytes tell without decoding; of joined ones, in all."""
    found: list[Survey] = []
    at = tags_in_front(look)
    while at < look.size or not found:  # emptied since it was looked at: one part of nothing
        with look.between(at, look.size) as rest:
            end = first_end(rest)
        with look.between(at, at + end) as one:
            found.append(shifted(_survey(one), at))
        at += end
    return joined(found)


def _survey(look: Look) -> Survey:
    """Of one file."""
    if any(look.at(0, len(mark)) == mark for mark in _PYAV_ONLY):
        return whole(look.size, PYAV, "", _unless(_has_length(look)))
    if look.at(0, 4) == b"fLaC":
        return whole(look.size, ANY, "", _unless(_flac_frames(look)))
    for one in _SURVEYS:
        found = one(look)
        if found is not None:
            return found
    endless = any(look.at(0, len(mark)) == mark for mark in _ENDLESS)
    return whole(look.size, ANY, "", _unless(not endless))


def _unless(stated: int) -> tuple[str, ...]:
    """A note for a file whose header states no length."""
    return () if stated else (NO_END,)


def _flac_frames(look: Look) -> int:
    """Samples that a FLAC file's first block states; 0: it was written into a pipe."""
    return int.from_bytes(look.at(21, 5), "big") & (1 << 36) - 1


def _has_length(look: Look) -> bool:
    """Whether a WavPack file states its length; the others of its like always do."""
    return look.at(0, 4) != b"wvpk" or look.at(12, 4) != b"\xff" * 4


def no_audio(look: Look) -> str:
    """A word for what the file is instead of audio; "" where that is not known."""
    for mark, words in _NO_AUDIO.items():
        if look.at(0, len(mark)) == mark:
            return words
    head = look.at(0, 4096)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return ""
    return "text" if text and all(one.isprintable() or one.isspace() for one in text) else ""
