"""A folder for each song, in it a file for each stem: what a DAW exports.

    my-songs/songs.toml                 optional: export/data/declared.py
    my-songs/First Song/drums.wav
    my-songs/First Song/Bass DI.wav
    my-songs/First Song/Lead Vox.flac

Files are known by their names, several of one stem are added up, and what is not known belongs to
the rest, with `other`: whatever has no file of its own. `OH L.wav` beside `OH R.wav` are the two
sides of one signal. Songs may lie in folders `train`, `valid`
and `test`. Audio that lies deeper is an error: it is never left out without a word.
"""

from __future__ import annotations

import re
from pathlib import Path

from export.data import declared
from export.data.declared import Declared
from export.data.errors import DataError
from export.data.layouts import SPLITS, DataSet, Part, Song, artist, folders, one_sum
from export.data.licences import Licence
from export.data.stems import EVERYTHING, NONE, REST, STEMS, guess, is_instrumental, nearest
from export.data.terms import RESTRICTED
from export.data.tracks import Take, is_audio

#: `OH L`, `Gtr_R`, `Room (left)`: one side of a pair.
_SIDE = re.compile(r"(?P<base>.+?)[\s._-]*[\s._(-](?P<side>L|R|left|right)\)?", re.IGNORECASE)
#: Folders that an error names.
SHOWN = 5
SET = DataSet("own songs", Licence("not stated", RESTRICTED), "your own folder")


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`. Raises DataError("layout"), ("songs-toml")."""
    said = declared.read(folder)
    if said.voices:
        return _voices(folder)
    _require_flat(folder, said)
    inside = [(path, "") for path in folders(folder) if path.name not in SPLITS]
    for split in SPLITS:
        if (folder / split).is_dir():
            inside += [(path, split) for path in folders(folder / split)]
    named = [(path.name, file.stem) for path, _ in inside for file in _files(path)]
    if named:
        declared.require_used(said, named, folder)
    songs = [_song(path, split, said) for path, split in inside if _files(path)]
    if not songs and (files := _files(folder)):
        raise DataError("layout", f"{folder} holds audio itself ({files[0].name}, ...); expected a "
                        "folder for each song in it; give the folder above, or say voices = true "
                        f"in {declared.NAME} if each file is a singer")  # fmt: skip
    return songs


def _require_flat(folder: Path, said: Declared) -> None:
    """Raises DataError("layout") where audio lies where no song is looked for."""
    parts = [folder / split for split in SPLITS if (folder / split).is_dir()]
    songs = [song for part in (folder, *parts) for song in folders(part)]
    songs = [song for song in songs if song not in parts and song.name not in said.leave_out]
    deep = [below for song in songs for below in folders(song) if _has_audio(below)]
    found = [f"{one}/" for one in (*deep, *(part for part in parts if _files(part)))]
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        names = ", ".join(found[:SHOWN]) + more
        raise DataError("layout", f"audio in {names} belongs to no song: expected each song's "
                        "files side by side in its folder; move them there, or give the folder "
                        "that holds songs; a song is not called train, valid or test; what is not "
                        f"used is named by its song's folder in leave_out of {declared.NAME}, or "
                        "moved away")  # fmt: skip


def _has_audio(folder: Path) -> bool:
    return any(is_audio(path) for path in folder.rglob("*"))


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if is_audio(path)]


def _voices(folder: Path) -> list[Song]:
    parts = ((path.stem, (Part(frozenset({"vocals"}), (Take(path),)),)) for path in _files(folder))
    return [Song(name, SET, part, "train", name) for name, part in parts]


def _song(folder: Path, split: str, said: Declared) -> Song:
    silent = said.silent_in(folder.name)
    known: list[tuple[frozenset[str], Take]] = []
    rest, notes = [], []
    bounces, sides = _bounces(folder, said), _sides(_files(folder))
    for path in _files(folder):
        take = Take(path, side=sides.get(path, ""))
        content = said.said_of(folder.name, path.stem) or _guessed(path.stem)
        if path in bounces:
            notes.append(f"{path.name} is taken for a mix of what other files hold, and left out; "
                         f"say in {declared.NAME} what it is if that is wrong")  # fmt: skip
            content = NONE
        elif not content:
            notes.append(f"{path.name} is nobody's name, so it is part of the rest; known are "
                         f"{nearest(path.stem, STEMS)}")  # fmt: skip
        if isinstance(content, frozenset):
            known.append((content, take))
        elif content != NONE:
            rest.append(take)
    named = frozenset[str]().union(*(stems for stems, _ in known))
    left = EVERYTHING - named - silent or frozenset({"other"})
    parts = one_sum(known + [(left, take) for take in rest])
    by = artist(folder.name)
    return Song(folder.name, SET, parts, split, by, said.pad, silent, tuple(notes))


def _sides(files: list[Path]) -> dict[Path, str]:
    """Which side a file is of, where the other one lies beside it."""
    found = [(path, match) for path in files if (match := _SIDE.fullmatch(path.stem))]
    sides = {path: "left" if match["side"].lower()[0] == "l" else "right" for path, match in found}
    bases: dict[str, set[str]] = {}
    for path, match in found:
        bases.setdefault(match["base"].lower(), set()).add(sides[path])
    return {path: sides[path] for path, match in found if len(bases[match["base"].lower()]) == 2}


def _bounces(folder: Path, said: Declared) -> frozenset[Path]:
    """Files that hold what others hold: named as their song, or an instrumental beside
    instruments. Never one that songs.toml names, nor the only file."""
    every = _files(folder)
    files = [path for path in every if not said.said_of(folder.name, path.stem)]
    songs = {declared.plain(one).lower() for one in (folder.name, folder.name.split(" - ")[-1])}
    played = {guess(path.stem) for path in every} & (EVERYTHING - {"vocals"})
    found = [path for path in files if declared.plain(path.stem).lower() in songs]
    found = [path for path in found if not guess(path.stem) and len(every) > 1]
    return frozenset(found + [path for path in files if played and is_instrumental(path.stem)])


def _guessed(name: str) -> str | frozenset[str]:
    found = guess(name)
    return frozenset({found}) if found in EVERYTHING else REST if found == REST else found
