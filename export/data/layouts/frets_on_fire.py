"""Songs of the game Frets on Fire: `<song>/{song.ini, guitar.ogg, song.ogg, rhythm.ogg, ...}`.

From the game's successor FoFiX (fofix/game/song/song.py) and the names that Clone Hero documents:
every file is played from the beginning on, and they sum to the song. `guitar` is its lead guitar,
`rhythm` a bass or a second guitar, `song` whatever has no file of its own. A song of one file is
left out. Debian's `fretsonfire-songs-sectoid` and `-muldjord` are such folders; the licence is each
song's: say it in a songs.toml. Tried on sectoid's four, untested on the real songs of others.
"""

from __future__ import annotations

import configparser
from pathlib import Path

from export.data.layouts import DataSet, Song, one_sum
from export.data.licences import Licence
from export.data.stems import EVERYTHING
from export.data.terms import RESTRICTED
from export.data.tracks import Take, is_audio

SET = DataSet(
    "Frets on Fire",
    Licence("each song's own, not stated in its folder", RESTRICTED),
    "songs for the game; Debian: fretsonfire-songs-sectoid, fretsonfire-songs-muldjord",
)
STEMS_OF = {
    "guitar": {"guitar"}, "rhythm": {"bass", "guitar"}, "bass": {"bass"}, "drums": {"drums"},
    "vocals": {"vocals"}, "keys": {"keys", "piano"},
}  # fmt: skip
#: The backing track, and what is not music.
BACKING, LEFT_OUT = "song", ("crowd", "preview")


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`."""
    songs = [_song(path) for path in sorted(folder.rglob("song.ini"))]
    return [song for song in songs if len(song.parts) > 1]


def _song(path: Path) -> Song:
    takes = []
    for file in sorted(path.parent.iterdir()):
        name = file.stem.lower().rstrip("_0123456789")  # drums_1, drums_2
        if is_audio(file) and name not in (BACKING, *LEFT_OUT):
            takes.append((frozenset(STEMS_OF.get(name, EVERYTHING)), Take(file)))
    alone = {stem for stems, _ in takes for stem in stems if len(stems) == 1}
    takes += [(frozenset(EVERYTHING - alone), Take(file)) for file in sorted(path.parent.iterdir())
              if is_audio(file) and file.stem.lower() == BACKING]  # fmt: skip
    by = _artist(path)
    return Song(path.parent.name, SET, one_sum(takes), "", by or path.parent.name, pads=True)


def _artist(path: Path) -> str:
    """The artist that song.ini names, or nothing: the game reads broken ones, too."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        parser.read_string(path.read_text("utf-8-sig", errors="replace"))
    except configparser.Error:
        return ""
    section = next((s for s in parser.sections() if s.lower() == "song"), "")
    return parser.get(section, "artist", fallback="") if section else ""
