"""`songs.toml` in a folder of songs: what its files are, whose they are, which songs validate.

    set = "my band"                     the set's name (default: the folder's)
    licence = "CC-BY-4.0, my band"      for the model's card (default: not stated)
    terms = "permissive"                permissive, copyleft, restricted (default); see terms.py
    valid = ["Song 7"]                  songs to validate on, not to learn from; also test
    leave_out = ["Sketch"]              songs that are not used
    silent = ["vocals"]                 stems that no song has, or "Song 7/vocals" has not
    pad = true                          files of a song may differ in length and rate
    voices = true                       audio files beside each other are a singer each, no songs
    [stems]                             by file name, without its ending; * and ? as in file names
    "Gtr *" = "guitar"
    "Song 7/Audio 03" = "piano"         in one song only
    "Rhythm" = ["bass", "guitar"]       a sum of these
    "Leftovers" = "rest"                what no other file of its song has
    "Print" = "none"                    not used: the whole mix, a click

Whatever it does not name is known by its name (`export/data/stems.py`). The file may lie in a
folder of any layout: `stems`, `silent`, `pad` and `voices` are then the layout's own affair.
"""

from __future__ import annotations

import dataclasses
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from export.common.fields import misfit
from export.data.errors import DataError
from export.data.layouts import DataSet, Song
from export.data.licences import Licence
from export.data.stems import EVERYTHING, NONE, REST, STEMS, nearest
from export.data.terms import ORDER, RESTRICTED

NAME = "songs.toml"


@dataclass(frozen=True)
class Declared:
    """A songs.toml, checked; every field may be left out. Raises nothing: `read` does."""

    set: str = ""
    licence: str = ""
    terms: str = ""
    origin: str = ""
    valid: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    pad: bool = False
    voices: bool = False
    stems: dict[str, Any] = field(default_factory=dict)

    def said_of(self, song: str, file: str) -> str | frozenset[str]:
        """What a file (without its ending) of a song is: REST, NONE or stems; "": nothing."""
        for pattern, value in self.stems.items():
            if _matches(pattern, song, file):
                return value if value in (REST, NONE) else frozenset(_listed(value))
        return ""

    def silent_in(self, song: str) -> frozenset[str]:
        """Stems that this song has not."""
        said = (one.rpartition("/") for one in self.silent)
        return frozenset(stem for where, _, stem in said if plain(where) in ("", plain(song)))

    def data_set(self, default: DataSet) -> DataSet:
        """The set as it is called here."""
        licence = self.licence or default.licence.licence
        terms = next((known for known in ORDER if known == self.terms), default.licence.terms)
        name, origin = self.set or default.name, self.origin or default.origin
        return DataSet(name, Licence(licence, terms), origin)


def plain(name: str) -> str:
    """A name as it is compared: letters with accents in one form, as disks differ in it."""
    return unicodedata.normalize("NFC", name)


def _matches(pattern: str, song: str, file: str) -> bool:
    seen = f"{song}/{file}" if "/" in pattern else file
    return fnmatchcase(plain(seen).lower(), plain(pattern).lower())


def require_used(said: Declared, files: Sequence[tuple[str, str]], folder: Path) -> None:
    """Raises DataError("songs-toml") for what a songs.toml says of files or songs that are not
    there. `files`: each one's song, and its name without its ending."""
    for pattern in said.stems:
        if not any(_matches(pattern, song, file) for song, file in files):
            names = [f"{song}/{file}" if "/" in pattern else file for song, file in files]
            known = nearest(pattern, dict.fromkeys(names[:20]))
            raise DataError(
                "songs-toml", f"{folder / NAME}: no file {pattern!r}; there are {known}"
            )
    songs = {plain(song): song for song, _ in files}
    for where, slash, _ in (one.rpartition("/") for one in said.silent):
        if slash and plain(where) not in songs:
            known = nearest(where, [*songs][:20])
            raise DataError("songs-toml", f"{folder / NAME}: no song {where!r}; there are {known}")


def read(folder: Path) -> Declared:
    """A folder's songs.toml, or that it says nothing. Raises DataError("songs-toml")."""
    path = folder / NAME
    if not path.is_file():
        return Declared()
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError("songs-toml", f"{path} is not a TOML file: {error}") from None
    if wrong := misfit(Declared, values) or _wrong(values):
        raise DataError("songs-toml", f"{path}: {wrong}")
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return Declared(**values | lists)


def _wrong(values: dict[str, Any]) -> str:
    """What is wrong with the words in a songs.toml; nothing: ""."""
    if (terms := values.get("terms", RESTRICTED)) not in ORDER:
        return f"terms are {terms!r}, expected one of {nearest(terms, ORDER)}"
    lists = ("valid", "test", "leave_out", "silent")
    if wrong := [key for key in lists if not all(isinstance(x, str) for x in values.get(key, ()))]:
        return f"{wrong[0]} is {values[wrong[0]]!r}, expected names"
    silent = [one.rpartition("/")[2] for one in values.get("silent", ())]
    stems = values.get("stems", {})
    if not isinstance(stems, dict):
        return f"stems is {stems!r}, expected a table [stems]"
    if empty := [name for name, given in stems.items() if given == []]:
        return f"{empty[0]!r} has no stem; there are {', '.join(STEMS)}; and {REST}, {NONE}"
    sums = [stem for given in stems.values() if isinstance(given, list) for stem in given]
    alone = [given for given in stems.values() if not isinstance(given, list)]
    for value in (*silent, *sums):
        if not isinstance(value, str) or value not in EVERYTHING:
            known = nearest(str(value), STEMS)
            return f"no stem is called {value!r}; there are {known}"
    for value in alone:
        if not isinstance(value, str) or value not in EVERYTHING | {REST, NONE}:
            known = nearest(str(value), STEMS)
            return f"no stem is called {value!r}; there are {known}; and {REST}, {NONE}"
    return ""


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def applied(songs: Iterable[Song], said: Declared, folder: Path) -> list[Song]:
    """The songs as a songs.toml has them: set, licence, splits, without those left out.

    Raises DataError("songs-toml") for a song that is not there.
    """
    songs = list(songs)
    names = [plain(song.name) for song in songs]
    for name in (*said.valid, *said.test, *said.leave_out):
        left = name in said.leave_out and (folder / name).is_dir()
        if plain(name) not in names and not left:
            known = nearest(name, names[:20])
            raise DataError("songs-toml", f"{folder / NAME}: no song {name!r}; there are {known}")
    splits = dict.fromkeys(map(plain, said.valid), "valid")
    splits |= dict.fromkeys(map(plain, said.test), "test")
    out = frozenset(map(plain, said.leave_out))
    return [
        dataclasses.replace(
            song, set=said.data_set(song.set), split=splits.get(plain(song.name), song.split)
        )
        for song in songs
        if plain(song.name) not in out
    ]
