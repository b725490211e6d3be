"""Songs that `python -m export render` made: `{train,valid,test}/<song>/{song.json, *.flac}`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from export.data.errors import DataError
from export.data.layouts import SPLITS, DataSet, Part, Song, folders
from export.data.licences import Licence
from export.data.stems import EVERYTHING
from export.data.terms import ORDER, PERMISSIVE, RESTRICTED
from export.data.tracks import Take

SET = DataSet(
    "rendered songs",
    Licence("of their MIDI files and SoundFonts", RESTRICTED),
    "this project's python -m export render",
)
ALONE = ("drums", "bass", "guitar", "piano")
REST = EVERYTHING - {*ALONE, "vocals"}


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`."""
    splits = [split for split in SPLITS if (folder / split).is_dir()]
    return [
        _song(song, split)
        for split in splits
        for song in folders(folder / split)
        if (song / "song.json").is_file() and _is_rendered(song)
    ]


def _is_rendered(song: Path) -> bool:
    return "licences" in _note(song)


def _note(song: Path) -> dict[str, Any]:
    try:
        note = json.loads((song / "song.json").read_text("utf-8"))
    except ValueError as error:
        raise DataError("layout", f"{song / 'song.json'}: {error}; render it again") from None
    return note if isinstance(note, dict) else {}


def _song(song: Path, split: str) -> Song:
    stems = [(frozenset({stem}), stem) for stem in ALONE] + [(REST, "other")]
    parts = tuple(
        Part(content, (Take(path),))
        for content, stem in stems
        if (path := song / f"{stem}.flac").is_file()
    )
    return Song(song.name, DataSet(SET.name, _licence(song), SET.origin), parts, split, song.name)


def _licence(song: Path) -> Licence:
    found = _note(song)["licences"]
    uses = [found["midi"], *found["soundfonts"].values()]
    terms = [str(one["terms"]) for one in uses]
    least = max((ORDER.index(t) for t in ORDER if t in terms), default=ORDER.index(PERMISSIVE))
    return Licence("; ".join(dict.fromkeys(str(one["licence"]) for one in uses)), ORDER[least])
