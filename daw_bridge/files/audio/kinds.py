"""What a file is by its first bytes: which survey it gets, or a word for what is no audio."""

from __future__ import annotations

import codecs

from daw_bridge.files.audio.boxes import survey_container
from daw_bridge.files.audio.mp3 import survey_mp3
from daw_bridge.files.audio.ogg import survey_ogg
from daw_bridge.files.audio.raw import survey_raw
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import PYAV, Survey, whole
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
    b"wvpk", b"TTA1", b"TTA2", b"MAC ", b"FLV\1", b"MPCK", b"MP+", b"tBaK",
    b"Creative Voice File",  # libsndfile takes the headers of all blocks but the first for samples
)  # fmt: skip
_SURVEYS = (survey_wav, survey_ogg, survey_container, survey_raw, survey_mp3)


def survey(look: Look) -> Survey:
    """What is in the file, as far as its bytes tell without decoding."""
    if any(look.at(0, len(mark)) == mark for mark in _PYAV_ONLY):
        return whole(look.size, PYAV)
    if look.at(0, 4) == b"fLaC":
        return whole(look.size)
    for one in _SURVEYS:
        found = one(look)
        if found is not None:
            return found
    return whole(look.size)


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
