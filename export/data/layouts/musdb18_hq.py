"""MUSDB18-HQ: `{train,test}/Artist - Title/{mixture,drums,bass,other,vocals}.wav`.

From the loader `musdb` (0.4, `is_wav`). A folder counts as MUSDB18-HQ where one of the songs that
`musdb` validates on is in its `train`; other endings than `.wav` will do, so that copies made
smaller are read as well. Untested on the real set.
"""

from __future__ import annotations

from pathlib import Path

from export.data.errors import DataError
from export.data.layouts import SPLITS, DataSet, Part, Song, artist, folders
from export.data.layouts.musdb18 import CONTENTS, VALIDATION, split_of
from export.data.layouts.musdb18 import SET as MUSDB18
from export.data.tracks import SUFFIXES, Take

SET = DataSet("MUSDB18-HQ", MUSDB18.licence, "SigSep; Zenodo 3338373")


def stems_in(song: Path) -> tuple[Part, ...]:
    """The stems of a song's folder, in MUSDB18's order."""
    paths = ((s, song / f"{stem}{end}") for stem, s in CONTENTS.items() for end in SUFFIXES)
    return tuple(Part(stems, (Take(path),)) for stems, path in paths if path.is_file())


def songs_in(root: Path, part: str) -> list[Song]:
    """The songs of `root/train` or `root/test`."""
    found = folders(root / part) if (root / part).is_dir() else []
    return [
        Song(song.name, SET, stems, split_of(part, song.name), artist(song.name))
        for song in found
        if len(stems := stems_in(song)) == len(CONTENTS)
    ]


def _is_whole(song: Path) -> bool:
    """Whether a folder has MUSDB18's files: four stems and the mixture."""
    mixture = any((song / f"mixture{end}").is_file() for end in SUFFIXES)
    return mixture and len(stems_in(song)) == len(CONTENTS)


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`. Raises DataError("layout") for one of its parts by itself: the
    split of its songs, and whose they are, would be lost."""
    if folder.resolve().name in SPLITS and any(map(_is_whole, folders(folder))):
        raise DataError("layout", f"{folder} holds songs as MUSDB18 has them, and which are for "
                        "test or validation is said by the set as a whole; give the folder above: "
                        f"{folder.resolve().parent}")  # fmt: skip
    if not any((folder / "train" / name).is_dir() for name in VALIDATION):
        return []
    return [song for part in ("train", "test") for song in songs_in(folder, part)]
