"""Songs of the game Frets on Fire: `<song>/{song.ini, guitar.ogg, song.ogg, rhythm.ogg, ...}`.

From the game's successor FoFiX (fofix/game/song/song.py) and the names that Clone Hero documents:
every file is played from the beginning on, and they sum to the song. `guitar` is its lead guitar,
`rhythm` a bass or a second guitar, `song` whatever has no file of its own. A song of one file is
left out. Debian's `fretsonfire-songs-sectoid` and `-muldjord` are such folders, whose licences are
known (`licences.RECORDED`); the licence of others is each song's: say it in a songs.toml. Tried on
those two packages, untested on the real songs of others. Two of their songs are for measuring
(`reserved.py`): they are test songs, whatever a songs.toml or their song.ini says.
"""

from __future__ import annotations

import configparser
import dataclasses
from pathlib import Path

from export.data.layouts import DataSet, Song, one_sum
from export.data.licences import RECORDED, Licence
from export.data.reserved import GAME, is_reserved
from export.data.stems import EVERYTHING
from export.data.terms import RESTRICTED
from export.data.tracks import Take, is_audio

SET = DataSet(
    GAME,
    Licence("each song's own, not stated in its folder", RESTRICTED),
    "songs for the game; Debian: fretsonfire-songs-sectoid, fretsonfire-songs-muldjord",
)
STEMS_OF = {
    "guitar": {"guitar"}, "rhythm": {"bass", "guitar"}, "bass": {"bass"}, "drums": {"drums"},
    "vocals": {"vocals"}, "keys": {"keys", "piano"},
}  # fmt: skip
#: The songs of Debian's packages: the package, by the folder that holds them and their own.
PACKAGE_OF = {
    ("sectoid", "Escape from chaosland"): "fretsonfire-songs-sectoid",
    ("sectoid", "Feelings"): "fretsonfire-songs-sectoid",
    ("sectoid", "Metal madness"): "fretsonfire-songs-sectoid",
    ("sectoid", "War of freedom"): "fretsonfire-songs-sectoid",
    ("muldjord", "armygeddon"): "fretsonfire-songs-muldjord",
    ("muldjord", "chaos_god"): "fretsonfire-songs-muldjord",
    ("muldjord", "internal_degeneration"): "fretsonfire-songs-muldjord",
    ("muldjord", "mutilated_mime"): "fretsonfire-songs-muldjord",
}
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
    name = path.parent.name
    pack = path.parent.parent.name
    package = PACKAGE_OF.get((pack, name), "")
    known = dataclasses.replace(SET, licence=RECORDED[package]) if package else SET
    by = _artist(path) or (pack if package else name)
    if package and is_reserved(pack, name):
        by = pack  # whoever song.ini names
    split = "test" if is_reserved(by, name, GAME) else ""
    return Song(name, known, one_sum(takes), split, by, pads=True)


def _artist(path: Path) -> str:
    """The artist that song.ini names, or nothing: the game reads broken ones, too."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        parser.read_string(path.read_text("utf-8-sig", errors="replace"))
    except configparser.Error:
        return ""
    section = next((s for s in parser.sections() if s.lower() == "song"), "")
    return parser.get(section, "artist", fallback="") if section else ""
