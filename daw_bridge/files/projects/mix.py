"""The song itself as a muted track of the project, to compare the stems with.

Only a file that every program lines up to the sample: one that is read whole by its own header, of
a kind that the project takes as stems, too.
"""

from __future__ import annotations

import os
from pathlib import Path

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.info import LIBSNDFILE, AudioInfo
from daw_bridge.files.part import Part
from daw_bridge.files.projects.arrangement import Track
from daw_bridge.files.projects.kinds import ProjectKind
from daw_bridge.settings.colours import MIX_COLOUR

MIX = "mix"
"""The track's name."""
#: libsndfile's major formats, and the names' ends by which programs know them.
_ENDS = {
    "WAV": (".wav", ".wave", ".bwf"), "AIFF": (".aif", ".aiff", ".aifc"), "FLAC": (".flac",),
    "W64": (".w64",),
}  # fmt: skip
_SAME = {"WAVEX": "WAV", "RF64": "WAV"}
_EXACT = ("PCM", "FLOAT", "DOUBLE")


def without_mix(info: AudioInfo, kind: ProjectKind, folder: Path) -> str:
    """Why the song in `info` is no track of the project in `folder`, in words; "" where it is."""
    container, _, subtype = info.encoding.partition(" ")
    container = _SAME.get(container, container)
    exact = info.decoder == LIBSNDFILE and subtype.startswith(_EXACT)
    if container not in kind.containers or not exact:
        return f"programs do not line up a song that is {info.encoding} to the sample"
    if info.damage or info.notes:
        return "the song's file is not in order"
    if info.path.suffix.lower() not in _ENDS[container]:
        return f"the song's name lacks its kind at the end: {' or '.join(_ENDS[container])}"
    try:
        kind.check_file(_place(info, kind, folder))
    except BadValue as error:
        return f"the project cannot name the song's file ({error.seen})"
    return ""


def mix_of(info: AudioInfo, kind: ProjectKind, part: Part, folder: Path) -> Track:
    """The track: the part of the song's file that was separated."""
    place = _place(info, kind, folder)
    return Track(MIX, MIX_COLOUR, place, part.start, info.frames, muted=True)


def _place(info: AudioInfo, kind: ProjectKind, folder: Path) -> str:
    """The song's file as the project in `folder` names it: relative to it, where it can be."""
    song = info.path.resolve()
    if kind.embeds:
        return str(song)
    try:
        return os.path.relpath(song, folder.resolve())
    except ValueError:  # on another drive of Windows
        return str(song)
