"""Tags: title, artist, tempo, ... of a file that was read, and which formats take which.

Gains (ReplayGain, R128, iTunNORM) are of the whole song and are never among them.
"""

from __future__ import annotations

from pathlib import Path

import soundfile

from daw_bridge.files.audio.boxes import mp4_tempo
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.info import soundfile_name

Tags = tuple[tuple[str, str], ...]
"""(name, value) pairs; the names are those of TAGS, TIME_REFERENCE, PICTURE, CHAPTERS."""

TAGS = ("title", "artist", "album", "album_artist", "composer", "date", "track", "genre", "bpm",
        "comment", "copyright", "isrc")  # fmt: skip
TIME_REFERENCE = "time_reference"
"""A WAV's `bext` in words: samples since midnight at which the file begins. FLAC files hold it."""

PICTURE = "cover picture"
"""That there is one: no format of ours holds it."""

CHAPTERS = "chapters"
"""That there are some; in WAV files they are cue points, which are chunks."""

MAX_TAG_CHARACTERS = 4096
_OPTIONS = {
    "format_whitelist": "aac,aiff,asf,avi,caf,flac,matroska,mov,mp3,ogg,wav,w64,wv",
    "protocol_whitelist": "none",
}
_ALIASES = {
    "tracknumber": "track", "albumartist": "album_artist", "author": "artist", "year": "date",
    "tyer": "date", "tbpm": "bpm", "tempo": "bpm", "tmpo": "bpm", "tsrc": "isrc",
}  # fmt: skip
#: libsndfile's names of what it can write.
SOUNDFILE_NAMES = {
    "title": "title", "artist": "artist", "album": "album", "date": "date", "track": "tracknumber",
    "genre": "genre", "comment": "comment", "copyright": "copyright",
}  # fmt: skip
_MP4_TAGS = tuple(one for one in TAGS if one != "isrc")
_TAKES = {
    "WAV": tuple(SOUNDFILE_NAMES), "OGG": tuple(SOUNDFILE_NAMES), "CAF": tuple(SOUNDFILE_NAMES),
    "AIFF": ("title", "artist", "comment"), "W64": (), "FLAC": (*TAGS, TIME_REFERENCE),
    "MP3": TAGS,
    "IPOD": _MP4_TAGS, "MP4": _MP4_TAGS,
}  # fmt: skip


def taken(form: AudioFormat) -> tuple[str, ...]:
    """The tags that files of this format can hold."""
    return _TAKES[form.container]


def read_tags(path: Path) -> Tags:
    """The tags of a file that can be read; () where it has none.

    Read by PyAV where it is installed, otherwise by libsndfile, which knows fewer.
    """
    found = _by_pyav(path)
    if found is None:
        found = _by_libsndfile(path)
    named = {_ALIASES.get(name.lower(), name.lower()): _clean(text) for name, text in found.items()}
    if "bpm" not in named and (tempo := mp4_tempo(path)):
        named["bpm"] = str(tempo)
    names = (*TAGS, TIME_REFERENCE, PICTURE, CHAPTERS)
    return tuple((one, named[one][:MAX_TAG_CHARACTERS]) for one in names if named.get(one))


def _clean(text: str) -> str:
    """As every format can hold it: without zeros at its end, all of it Unicode."""
    return text.split("\0")[0].strip().encode("utf-8", "replace").decode()


def _by_libsndfile(path: Path) -> dict[str, str]:
    try:
        with soundfile.SoundFile(soundfile_name(path)) as file:
            return dict(file.copy_metadata())
    except soundfile.SoundFileError:
        return {}


def _by_pyav(path: Path) -> dict[str, str] | None:
    """None where PyAV is not installed, or does not know the file."""
    try:
        import av
        from av.stream import Disposition
    except ImportError:
        return None
    try:
        with (
            path.open("rb") as file,
            av.open(file, metadata_errors="replace", options=_OPTIONS) as one,
        ):
            found = dict(one.metadata)
            for stream in one.streams.audio[:1]:
                found.update(stream.metadata)
            if any(stream.disposition & Disposition.attached_pic for stream in one.streams.video):
                found[PICTURE] = "there"
            if one.chapters():
                found[CHAPTERS] = "there"
            return found
    except (av.FFmpegError, OSError):
        return None
