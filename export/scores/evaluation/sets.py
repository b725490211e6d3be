"""Test sets: which songs, which windows of them, and what is true in them.

A song is a folder with one audio file per stem; its mix is their sum. The stems of a set are those
that any of its songs has; a song without a file for one of them has none of it. Songs of `cc0` have
stems of their own each: what has no file may be heard in `other`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from export.common.metrics import audible
from export.common.songs import SUFFIXES, Clip, ClipError, about, load_clip, stem_file
from export.data.prepare import musdb_tests
from export.scores.peers import Row, Task

#: The rest of what was not named: every set of stems means something else by it.
OTHER = "other"
_LEAST_AUDIBLE = 2


@dataclass(frozen=True)
class SongSet:
    """Songs below `root` and the windows taken of each: seconds None is the whole song.

    `shared_stems`: the songs have the same stems, and one without a file is silent.
    """

    name: str
    root: Path
    seconds: float | None
    windows: int
    shared_stems: bool = True


@dataclass(frozen=True)
class Place:
    """One clip: `seconds` (None: all) of a song from `start_s`; `stems` are its true ones, of which
    `without` is left out of the mix, and silent."""

    song: Path
    number: int
    start_s: float
    seconds: float | None
    stems: tuple[str, ...]
    without: str = ""

    @property
    def name(self) -> str:
        number = f" {self.number}" if self.number else ""
        return self.song.name + number + (f" without {self.without}" if self.without else "")


def known_sets(data: Path, bands: Path) -> dict[str, SongSet]:
    """The sets that have names; `data` holds MUSDB18-7's songs, or was made of them by
    `prepare --test`."""
    return {
        "band": SongSet("band", bands / "test", 10.0, 2),
        "musdb": SongSet("musdb", musdb_tests(data), None, 1),
        "cc0": SongSet("cc0", data / "remixed-cc0", 10.0, 6, shared_stems=False),
    }


def places(
    found: SongSet, only: Sequence[str] | None, limit: int | None, leave_out: bool = False
) -> list[Place]:
    """Evenly spread windows of the first `limit` songs in which two stems sound. Raises ClipError.

    `only`: the stems that are mixed (default: all there are). `leave_out`: each window as often as
    it has stems, every time without one of them. Windows are a property of the
    song's length alone, so every system is scored on the same ones.
    """
    if not found.root.is_dir():
        raise ClipError(f"{found.root} is not a folder; expected songs in folders of their own")
    songs = [path for path in sorted(found.root.iterdir()) if path.is_dir()]
    pairs = [(song, stems_in(song, only)) for song in songs if not song.name.startswith(".")]
    pairs = [(song, stems) for song, stems in pairs if len(stems) >= _LEAST_AUDIBLE]
    if not pairs:
        wanted = ", ".join(only) if only else "audio files"
        raise ClipError(f"no song with two of {wanted} in {found.root}")
    if found.shared_stems:
        everything = _sorted({stem for _, stems in pairs for stem in stems})
        pairs = [(song, everything) for song, _ in pairs]
    cut = [place for song, stems in pairs[:limit] for place in _windows(found, song, stems)]
    if leave_out:
        cut = [replace(place, without=stem) for place in cut for stem in place.stems]
    heard = [place for place in cut if sounds(place)]
    if not heard:
        raise ClipError(f"in no clip of {found.root} do two stems sound; give other songs")
    return heard


def stems_in(song: Path, only: Sequence[str] | None = None) -> tuple[str, ...]:
    """The stems a song has files for, sorted, `other` last."""
    names = {path.stem for path in song.iterdir() if path.suffix in SUFFIXES}
    kept = names if only is None else names & set(only)
    return _sorted(kept)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name == OTHER, name)))


def _windows(found: SongSet, song: Path, stems: tuple[str, ...]) -> Iterator[Place]:
    if found.seconds is None:
        yield Place(song, 0, 0.0, None, stems)
        return
    files = [path for stem in stems if (path := stem_file(song, stem)) is not None]
    length_s = min(float(about(path).duration) for path in files)
    count = max(1, min(found.windows, int(length_s / found.seconds)))
    starts = np.linspace(0, max(0.0, length_s - found.seconds), count + 2)[1:-1]
    for number, start in enumerate(starts, start=1):
        yield Place(song, number if count > 1 else 0, float(start), found.seconds, stems)


def sounds(place: Place) -> bool:
    """Whether two stems or more are above -60 dBFS there: fewer need no separation."""
    files = [path for stem in place.stems if (path := stem_file(place.song, stem)) is not None]
    rate_hz = about(files[0]).samplerate
    return bool(audible(_clip(place, rate_hz, 1).stems).sum() >= _LEAST_AUDIBLE)


def read(place: Place, rate_hz: int, channels: int, rows: tuple[Row, ...]) -> Task:
    """A place's audio, and the rows that are asked for."""
    clip = _clip(place, rate_hz, channels)
    return Task(clip.mix, rate_hz, dict(zip(place.stems, clip.stems, strict=True)), rows)


def _clip(place: Place, rate_hz: int, channels: int) -> Clip:
    clip = load_clip(place.song, place.stems, rate_hz, channels, place.seconds, place.start_s)
    if place.without:
        clip.stems[place.stems.index(place.without)] = 0
    return clip
