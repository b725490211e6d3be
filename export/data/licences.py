"""Where rendered songs come from and under which licences, for model cards.

Sums up every `song.json` below a folder: songs and hours by MIDI source and by SoundFont, the
licence of each, and what follows for the whole, which is as free as its least free part. Songs
rendered before `song.json` had a "licences" entry are judged by their source and SoundFonts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from export.common.files import replacing
from export.data.errors import DataError
from export.data.soundfonts import SOUNDFONTS
from export.data.terms import COPYLEFT, MEANING, ORDER, PERMISSIVE, RESTRICTED, Terms


@dataclass(frozen=True)
class Licence:
    """A licence in words and what it lets one do."""

    licence: str
    terms: Terms


#: By the `source` of a line in the MIDI library's index; every other source is UNKNOWN.
MIDI_SOURCES = {
    "freedoom": Licence("BSD-3-Clause (Freedoom project)", PERMISSIVE),
    "openttd": Licence("GPL-2", COPYLEFT),
    "openmsx": Licence("GPL-2", COPYLEFT),
    "mma": Licence(
        "chords and leads drawn by export.data.arrangements (MIT), accompaniment by the grooves "
        "of MMA, which are GPL-2 or later; MMA states no terms for the MIDI it makes",
        COPYLEFT,
    ),
    "composed": Licence("MIT (drawn by export.data.compose of this project)", PERMISSIVE),
}
#: By Debian package: recorded songs in which a guitar has a file of its own, as its copyright file
#: has it. The projects of `lmms-common` are under several licences, their sounds under the GPL.
RECORDED = {
    "fretsonfire-songs-sectoid": Licence("MIT, Carlos Viola Iborra (Sectoid)", PERMISSIVE),
    "fretsonfire-songs-muldjord": Licence("CC-BY-SA-3.0, El Senator (Muldjord)", COPYLEFT),
}
UNKNOWN = Licence("none known (transcription from the web)", RESTRICTED)


def of_source(source: str) -> Licence:
    """The licence of a MIDI source."""
    return MIDI_SOURCES.get(source, UNKNOWN)


def of_soundfont(file: str) -> Licence:
    """The licence of a SoundFont by its file name; an unlisted one counts as restricted."""
    for font in SOUNDFONTS:
        if font.file == Path(file).name:
            return Licence(font.licence, font.terms)
    return Licence("none known", RESTRICTED)


def note(source: str, soundfonts: Iterable[str]) -> dict[str, Any]:
    """The "licences" entry of a `song.json`."""
    return {
        "midi": {"source": source} | asdict(of_source(source)),
        "soundfonts": {
            Path(f).name: asdict(of_soundfont(f)) for f in sorted(soundfonts, key=_name)
        },
    }


def _name(path: str) -> str:
    return Path(path).name


def summary(folder: Path) -> dict[str, Any]:
    """Songs, hours, licences and terms of all rendered songs below `folder`.

    {"songs", "hours", "terms", "means", "midi": {source: {"songs", "hours", "licence", "terms"}},
    "soundfonts": {file: the same}}; a song counts for each of its SoundFonts. Raises
    DataError("bands-missing") if there is none.
    """
    paths = sorted(path for path in folder.rglob("song.json") if ".partial-" not in str(path))
    if not paths:
        raise DataError("bands-missing", f"no song.json below {folder}; give a folder of `render`")
    midi: dict[str, dict[str, Any]] = {}
    fonts: dict[str, dict[str, Any]] = {}
    hours = 0.0
    for path in paths:
        song = json.loads(path.read_text("utf-8"))
        used = {str(voice["soundfont"]) for voice in song["stems"].values()}
        found = song.get("licences") or note(song["source"], used)
        source = {key: value for key, value in found["midi"].items() if key != "source"}
        _count(midi, found["midi"]["source"], source, song["seconds"] / 3600)
        for name, licence in found["soundfonts"].items():
            _count(fonts, name, licence, song["seconds"] / 3600)
        hours += song["seconds"] / 3600
    terms = max((part["terms"] for part in (*midi.values(), *fonts.values())), key=ORDER.index)
    return {
        "songs": len(paths),
        "hours": round(hours, 2),
        "terms": terms,
        "means": MEANING[terms],
        "midi": _rounded(midi),
        "soundfonts": _rounded(fonts),
    }


def _count(
    table: dict[str, dict[str, Any]], name: str, licence: dict[str, Any], hours: float
) -> None:
    row = table.setdefault(name, {"songs": 0, "hours": 0.0, **licence})
    row["songs"] += 1
    row["hours"] += hours


def _rounded(table: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: row | {"hours": round(row["hours"], 2)}
        for name, row in sorted(table.items(), key=lambda item: -item[1]["hours"])
    }


def as_text(found: dict[str, Any]) -> str:
    """A summary as lines for people."""
    lines = [f"{found['songs']} songs, {found['hours']} h: {found['means']}"]
    for title, key in (("MIDI", "midi"), ("SoundFonts", "soundfonts")):
        lines.append(f"{title}:")
        for name, row in found[key].items():
            amount = f"{row['songs']} songs, {row['hours']} h"
            lines.append(f"  {name}: {amount}; {row['licence']} [{row['terms']}]")
    return "\n".join(lines)


def write(found: dict[str, Any], path: Path) -> None:
    """Writes a summary as JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
