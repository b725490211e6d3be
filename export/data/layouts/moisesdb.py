"""MoisesDB: `moisesdb_v0.1/<id>/data.json` and `<id>/<stemName>/<track id>.<extension>`.

From the loader `moisesdb` (dataset.py, track.py, defaults.py): data.json has `artist`, `song` and
`stems`, each with its `stemName` and `tracks` (`id`, `extension`); tracks of a stem are added up,
shorter ones end earlier. Percussion is apart from drums there, in what is left of four to six
stems, and so it is here. Untested on the real set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.data.errors import DataError
from export.data.layouts import DataSet, Song, folders, one_sum
from export.data.licences import Licence
from export.data.terms import RESTRICTED
from export.data.tracks import Take

SET = DataSet(
    "MoisesDB",
    Licence("CC-BY-NC-SA-4.0, for research", RESTRICTED),
    "Moises; their page for research, and the Python package moisesdb",
)
FOLDER = "moisesdb_v0.1"
STEM_OF = {
    "vocals": "vocals", "bass": "bass", "drums": "drums", "guitar": "guitar", "piano": "piano",
    "other_keys": "keys", "bowed_strings": "strings", "wind": "winds", "percussion": "other",
    "other_plucked": "other", "other": "other",
}  # fmt: skip


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`."""
    root = folder / FOLDER if (folder / FOLDER).is_dir() else folder
    return [_song(path) for song in folders(root) if (path := song / "data.json").is_file()]


def _song(path: Path) -> Song:
    try:
        about = json.loads(path.read_text("utf-8"))
        takes = [(frozenset({STEM_OF[name]}), Take(file)) for name, file in _tracks(about, path)]
        by, title = str(about.get("artist", "")), str(about.get("song", "untitled"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        text = f"{path} is not as MoisesDB's loader has it ({error!r}); stems known are "
        raise DataError("layout", text + ", ".join(STEM_OF)) from None
    name = f"{by} - {title} ({path.parent.name[:8]})".replace("/", "-")
    return Song(name, SET, one_sum(takes), "", by or path.parent.name, pads=True)


def _tracks(about: dict[str, Any], path: Path) -> Iterator[tuple[str, Path]]:
    for stem in about["stems"]:
        for track in stem["tracks"]:
            file = f"{track['id']}.{track['extension']}"
            yield stem["stemName"], path.parent / stem["stemName"] / file
