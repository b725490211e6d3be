"""Data sets and own songs become one folder that training reads (`python -m export prepare`).

    DATA/songs.json                             the set: songs by split, licences; written last
    DATA/card.json                              licence and data for the model's card
    DATA/<split>/<song>/{song.json, *.flac}     see `song_folder.py`

Each song's folder appears whole or not at all, songs that are there and whose files did not change
are kept, and training reads only what songs.json names.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from export.common.errors import UsageError
from export.common.files import replacing
from export.data import declared
from export.data.config import STEM_SETS
from export.data.errors import DataError
from export.data.layouts import SPLITS, Song, find_songs
from export.data.rows import rows_of
from export.data.song_folder import (
    NOTE,
    checked,
    keep_made,
    make_song,
    note_of,
    place_of,
    stamp,
)
from export.data.splits import counts, drawn
from export.data.terms import MEANING, ORDER
from export.data.tracks import RATE_HZ

INDEX, CARD, VERSION = "songs.json", "card.json", 1
#: Bytes of a second of a part: stereo in 24 bits, of which FLAC leaves at most so much.
SECOND_BYTES = round(RATE_HZ * 2 * 3 * 0.75)
#: Faults that are shown; the rest is counted.
SHOWN = 12


@dataclass(frozen=True)
class PrepareOptions:
    """How to prepare. `valid`: songs to validate on, None: a tenth; `layout`: of the folders, "":
    found by scanning; `test`: test songs as well; `skip_faulty`: leave faulty songs out.
    Raises UsageError."""

    valid: int | None = None
    layout: str = ""
    test: bool = False
    skip_faulty: bool = False

    def __post_init__(self) -> None:
        if self.valid is not None and self.valid < 0:
            raise UsageError(f"--valid {self.valid}", "0 or more songs", "give such a number")


def prepare(folders: Sequence[Path], out: Path, options: PrepareOptions) -> dict[str, Any]:
    """Makes `out`; returns its index, as `songs.json` has it. Says what it does, with a bar.

    Raises DataError: "data-missing", "too-few-songs", "no-space", "songs-faulty" (all of them at
    once; the other songs are made), and as layouts do.
    """
    songs = gather(folders, options, Before(out))
    print(counts(songs), flush=True)
    faults = _Faults(options.skip_faulty)
    kept = [song for song in songs if not faults.of(song, lambda song: _known(song, out))]
    before = [keep_made(song, out) for song in kept]
    reindex(out)
    made = [song for song, there in zip(kept, before, strict=True) if there]
    new = [song for song, there in zip(kept, before, strict=True) if not there]
    require_space(new, out)
    for song in tqdm(new, unit="song", desc="preparing", disable=None):
        if not faults.of(song, lambda song: make_song(song, out)):
            made.append(song)
    faults.raise_any(len(made))
    return write_index(made, out)


def _known(song: Song, out: Path) -> None:
    """What is told before anything is decoded. Raises DataError."""
    checked(song)
    for note in song.notes:
        print(f"{song.name}: {note}")


class _Faults:
    """Faults of songs, gathered so that all are told at once."""

    def __init__(self, skip: bool) -> None:
        self.skip = skip
        self.found: list[str] = []

    def of(self, song: Song, work: Any) -> bool:
        """Does it; True where it is at fault."""
        try:
            work(song)
        except DataError as error:
            name = "" if song.name in error.seen else f"{song.name}: "
            self.found.append(f"{name}{error.seen}")
            if self.skip:
                print(f"left out: {self.found[-1]}")
            return True
        return False

    def raise_any(self, made: int) -> None:
        """Raises DataError("songs-faulty") for what was found and is not to be skipped."""
        if not self.found or self.skip:
            return
        shown = self.found[:SHOWN]
        more = [f"and {len(self.found) - SHOWN} more"] if len(self.found) > SHOWN else []
        lines = "\n  ".join([*shown, *more])
        raise DataError("songs-faulty", f"{len(self.found)} songs are at fault, {made} are there:\n"
                        f"  {lines}\nmend them and run it again, or leave them out with "
                        "--skip-faulty")  # fmt: skip


class Before:
    """What an earlier run of `prepare` made in a folder: which side each song is on."""

    def __init__(self, out: Path) -> None:
        self._of_files: dict[str, str] = {}
        self._of_names: dict[str, str] = {}
        if not (out / INDEX).is_file():
            return
        for split, names in read_index(out)["songs"].items():
            for name in names:
                self._of_names[name] = split
                if (out / split / name / NOTE).is_file():
                    self._of_files[note_of(out / split / name)["stamp"]] = split

    def splits(self, songs: Iterable[Song]) -> dict[str, str]:
        """Of those that were there, by name: as their files tell, else their name, as names of
        songs that share one depend on the order of folders."""
        if not self._of_names:
            return {}
        found = {song.name: self._of_files.get(stamp(song)) for song in songs}
        return {
            name: split or self._of_names[name]
            for name, split in found.items()
            if split or name in self._of_names
        }


def gather(folders: Sequence[Path], options: PrepareOptions, before: Before) -> list[Song]:
    """The songs of these folders, each with its split and a name of its own. Raises DataError."""
    sets: list[Sequence[Song]] = []
    for folder in folders:
        layout, songs = find_songs(folder, options.layout)
        sets.append(declared.applied(songs, declared.read(folder), folder))
        print(f"{folder}: {len(songs)} songs ({layout}, {songs[0].set.name if songs else '-'})")
    named = iter(_named(song for songs in sets for song in songs))
    sets = [[next(named) for _ in songs] for songs in sets]
    kept = before.splits(song for songs in sets for song in songs)
    found = [song for songs in sets for song in drawn(songs, options.valid, kept)]
    if options.valid != 0 and found and all(_learnt(song, kept) for song in found):
        raise DataError("too-few-songs", f"all {len(found)} songs were learnt from, so none can "
                        "validate; add songs, name one in valid of songs.toml, train without "
                        "validation: --valid 0, or begin anew with another -o")  # fmt: skip
    if not found or (options.valid != 0 and all(song.split != "valid" for song in found)):
        raise DataError("too-few-songs", f"{len(found)} songs, too few to keep one for validation; "
                        "expected 3 or more; give more, name one in valid of songs.toml, or train "
                        "without validation: --valid 0")  # fmt: skip
    if all(song.split != "train" for song in found):
        raise DataError("too-few-songs", "no song is left to train on; expected fewer in valid")
    return [song for song in found if options.test or song.split != "test"]


def _learnt(song: Song, kept: dict[str, str]) -> bool:
    """Whether a song is to be learnt from as it was before."""
    return song.split == "train" == kept.get(song.name)


def _named(songs: Iterable[Song]) -> list[Song]:
    """Songs of one name get their set's name, then a number."""
    taken: set[str] = set()
    counters: dict[str, Iterator[int]] = {}
    out = []
    for song in songs:
        name = song.name if song.name not in taken else f"{song.name} ({song.set.name})"
        numbers = counters.setdefault(song.name, itertools.count(2))
        while name in taken:
            name = f"{song.name} ({next(numbers)})"
        taken.add(name)
        out.append(dataclasses.replace(song, name=name))
    return out


def require_space(songs: Iterable[Song], out: Path) -> None:
    """Raises DataError("no-space") where the disk of `out` has too little for these songs."""
    seconds = sum(max(one.seconds for one in checked(song)) * len(song.parts) for song in songs)
    there = next(path for path in (out, *out.resolve().parents) if path.is_dir())
    free, needed = shutil.disk_usage(there).free, round(seconds * SECOND_BYTES)
    if needed > free:
        raise DataError("no-space", f"{there} has {free / 1e9:.1f} GB free; expected up to "
                        f"{needed / 1e9:.1f} GB; give another -o, or fewer songs")  # fmt: skip


def read_index(data: Path) -> dict[str, Any]:
    """`songs.json` of a prepared folder. Raises DataError("not-prepared")."""
    path = data / INDEX
    try:
        index: dict[str, Any] = json.loads(path.read_text("utf-8"))
        version, _ = index["version"], index["songs"]
    except FileNotFoundError:
        text = f"no {INDEX} in {data}; run: python -m export prepare FOLDER -o {data}"
        raise DataError("not-prepared", text) from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("not-prepared", f"{path} is broken ({error}); prepare again") from None
    if version != VERSION:
        text = f"{path} has version {version}, expected {VERSION}; prepare again"
        raise DataError("not-prepared", text)
    return index


def write_index(songs: Sequence[Song], out: Path) -> dict[str, Any]:
    """The index and the card of what was made."""
    sets: dict[str, dict[str, Any]] = {}
    splits: dict[str, list[str]] = {}
    for song in songs:
        folder = place_of(song, out)
        note = note_of(folder)
        splits.setdefault(song.split, []).append(folder.name)
        row = sets.setdefault(song.set.name, {"songs": 0, "hours": 0.0})
        row["songs"] += 1
        row["hours"] += note["samples"] / RATE_HZ / 3600
        row["origin"] = song.set.origin
        licences = row.setdefault("licences", {})
        licences[song.set.licence.licence] = song.set.licence.terms
    terms = [term for row in sets.values() for term in row["licences"].values()]
    worst = max(terms, key=ORDER.index)
    index = {"version": VERSION, "terms": worst, "sets": sets, "songs": splits}
    _write(out / CARD, card_of(index))
    _write(out / INDEX, index)
    return index


def reindex(out: Path) -> None:
    """The index as it was, with songs that were moved to another split, so that it holds while
    others are made. Raises DataError("not-prepared")."""
    if not (out / INDEX).is_file():
        return
    index = read_index(out)
    splits: dict[str, list[str]] = {}
    for split, names in index["songs"].items():
        for name in names:
            there = [one for one in (split, *SPLITS) if (out / one / name).is_dir()]
            for one in there[:1]:
                splits.setdefault(one, []).append(name)
    if splits != index["songs"]:
        _write(out / INDEX, index | {"songs": splits})


def _write(path: Path, values: dict[str, Any]) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n", "utf-8")


def card_of(index: dict[str, Any]) -> dict[str, str]:
    """What a model trained on it says of itself: `to-onnx --card`."""
    sets = [
        f"{name} ({row['songs']} songs, {row['hours']:.2f} h; {'; '.join(row['licences'])})"
        for name, row in index["sets"].items()
    ]
    means = MEANING[index["terms"]]
    return {
        "licence": f"Data: {means}. {'; '.join(sets)}.",
        "training": f"Data: {'; '.join(sets)}. Made with python -m export prepare, train, to-onnx.",
    }


def is_prepared(folder: Path) -> bool:
    """Whether `prepare` made the folder."""
    return (folder / INDEX).is_file()


def musdb_tests(data: Path) -> Path:
    """The test songs of MUSDB18-7, a folder each: of a folder that `prepare --test` made of it, or
    of one that holds it."""
    return data / "test" if is_prepared(data) else data / "musdb18-7" / "test"


def sets_of(index: dict[str, Any]) -> str:
    """A line for each set: songs, hours, licences and their terms."""
    lines = []
    for name, row in index["sets"].items():
        uses = "; ".join(f"{words} [{terms}]" for words, terms in row["licences"].items())
        lines.append(f"{name}: {row['songs']} songs, {row['hours']:.2f} h; {uses}")
    return "\n".join(lines)


def summary(index: dict[str, Any], data: Path) -> str:
    """What a prepared folder holds, for people: sets, and which stems are known by themselves."""
    lines = [sets_of(index)]
    songs = [note_of(data / split / name) for split, names in index["songs"].items()
             for name in names]  # fmt: skip
    for name, stems in STEM_SETS.items():
        rows = [rows_of([frozenset(part["stems"]) for part in song["parts"]], stems)
                for song in songs]  # fmt: skip
        alone = [f"{stem} {sum(row.alone(number) for row in rows)}"
                 for number, stem in enumerate(stems)]  # fmt: skip
        lines.append(f"--setup {name}: of {len(songs)} songs, by itself: {', '.join(alone)}")
    return "\n".join(lines)
