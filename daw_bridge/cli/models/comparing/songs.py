"""The songs of a folder: each a folder of true stems, or a mix as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np

from daw_bridge.cli.inputs import is_audio
from daw_bridge.errors import BadChannels, BadFile
from daw_bridge.files.audio.info import Audio, AudioInfo
from daw_bridge.files.audio.reader import AudioReader, probe
from daw_bridge.files.part import go_to
from daw_bridge.files.record import RECORD

MIXES = ("mix", "mixture")
"""A file of this name in a song's folder is its mix, and no stem."""


@dataclass(frozen=True)
class Place:
    """Where a song lies: `stems` and their files where it is a folder of true stems; `mix`, which a
    folder may lack."""

    name: str
    path: Path
    mix: Path | None = None
    stems: tuple[tuple[str, Path], ...] = ()


@dataclass
class Found:
    """The songs of a folder, by name, and what was left out of it, in words."""

    places: list[Place] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Song:
    """A song whose files were looked at. `info` is the mix as it is heard: path, rate, length.

    `notes`: what the user should know about how it is read.
    """

    name: str
    info: AudioInfo
    mix: AudioInfo | None
    stems: tuple[tuple[str, AudioInfo], ...]
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Its true stems."""
        return tuple(name for name, _ in self.stems)


def find_songs(folder: Path, wanted: Sequence[str]) -> Found:
    """The songs in a folder, or the one that it is itself; `wanted` are names of stems.

    A folder is a song where a file in it is called as one of these. Raises BadFile for what is no
    folder, and where there is no song in it.
    """
    entries, found = _entries(folder), Found()
    if _is_made(entries) or _is_song(entries, wanted):
        _take_folder(folder, wanted, found)
        inside = sum(path.is_dir() for path in entries)
        if inside:
            found.notes.append(f"{folder} is one song; left out: the folders in it ({inside})")
        entries = []
    for path in entries:
        if path.is_dir():
            _take_folder(path, wanted, found)
        elif is_audio(path.name):
            found.places.append(Place(path.name, path, path))
    if not found.places:
        left = f" ({'; '.join(found.notes)})" if found.notes else ""
        raise BadFile(
            f"{folder} holds no songs{left}",
            "audio files, or folders of true stems called " + ", ".join(wanted),
            "Name another folder with --songs.",
        )
    return found


def _take_folder(folder: Path, wanted: Sequence[str], found: Found) -> None:
    entries = _entries(folder)
    if _is_made(entries):
        found.notes.append(f"left out: {folder.name}, stems that daw-bridge has made")
    elif _is_song(entries, wanted):
        found.places.append(_song_folder(folder, entries))
    else:
        found.notes.append(f"left out: {folder.name}, where no file is called as a stem is")


def _entries(folder: Path) -> list[Path]:
    try:
        paths = [one for one in folder.iterdir() if not one.name.startswith(".")]
    except OSError as error:
        seen = f"{folder} cannot be read ({error.strerror})"
        raise BadFile(seen, "a folder of songs", "Check --songs.") from error
    return sorted(paths, key=lambda path: (path.name.casefold(), path.name))


def _is_made(entries: Sequence[Path]) -> bool:
    return any(path.name == RECORD for path in entries)


def _is_song(entries: Sequence[Path], wanted: Sequence[str]) -> bool:
    return any(name in wanted for name, _ in _named(entries))


def _named(entries: Sequence[Path]) -> list[tuple[str, Path]]:
    return [(one.name.split(".")[0].lower(), one) for one in entries
            if is_audio(one.name) and one.is_file()]  # fmt: skip


def _song_folder(folder: Path, entries: Sequence[Path]) -> Place:
    named = _named(entries)
    mixes = [path for name, path in named if name in MIXES]
    stems = tuple((name, path) for name, path in named if name not in MIXES)
    # Of several mixes the first is kept here; `look` refuses the song.
    more = tuple((name, path) for name, path in named if name in MIXES)[1:]
    return Place(folder.resolve().name, folder, mixes[0] if mixes else None, stems + more)


def look(place: Place) -> Song:
    """What its files hold. Raises BadFile, BadChannels for what cannot be compared."""
    _refuse_twice(place)
    mix = probe(place.mix) if place.mix else None
    stems = tuple((name, probe(path)) for name, path in place.stems)
    every = [*([mix] if mix else []), *(info for _, info in stems)]
    first = every[0]
    for one in every[1:]:
        _check_alike(one, first)
    if first.channels > 2:
        raise BadChannels(
            f"{first.path} has {first.channels} channels", "one or two",
            "Mix it down, or leave it out.",
        )  # fmt: skip
    frames = mix.frames if mix else max(info.frames for _, info in stems)
    notes = [words for one in every for _, words in one.notices()]
    notes += _lengths(frames, stems)
    info = replace(first, path=place.path, frames=frames)
    return Song(place.name, info, mix, stems, tuple(dict.fromkeys(notes)))


def _refuse_twice(place: Place) -> None:
    names = [name for name, _ in place.stems]
    twice = sorted({name for name in names if names.count(name) > 1 or name in MIXES})
    if twice:
        files = ", ".join(path.name for name, path in place.stems if name in twice)
        seen = f"{place.path} has more than one {twice[0]} ({files})"
        raise BadFile(seen, "one file for each stem, and one mix", "Move the others away.")


def _check_alike(one: AudioInfo, first: AudioInfo) -> None:
    if (one.rate_hz, one.channels) != (first.rate_hz, first.channels):
        raise BadFile(
            f"{one.path} has {one.channels} channels at {one.rate_hz} Hz",
            f"{first.channels} channels at {first.rate_hz} Hz as {first.path.name}",
            "Export it again from the same session.",
        )


def _lengths(frames: int, stems: Sequence[tuple[str, AudioInfo]]) -> Iterator[str]:
    for name, info in stems:
        missing = frames - info.frames
        if missing > 0:
            yield f"{name} is {missing} samples shorter than the song: padded with silence"
        elif missing < 0:
            yield f"{name} is {-missing} samples longer than the mix: its end is cut"


class SongReader:
    """An open song: its mix and its true stems, in blocks."""

    def __init__(self, song: Song) -> None:
        self._song = song
        self._stack = ExitStack()
        infos = [*([song.mix] if song.mix else []), *(info for _, info in song.stems)]
        with ExitStack() as opened:
            self._readers = [opened.enter_context(AudioReader.of(one)) for one in infos]
            self._stack = opened.pop_all()

    def go_to(self, frames: int) -> None:
        """Read on to this sample. Raises BadFile."""
        for reader in self._readers:
            go_to(reader, frames)

    def read(self, frames: int) -> Audio:
        """The next samples as `(1 + true stems, channels, frames)`, the mix first.

        Without a mix of its own it is the sum of the stems, rounded once. What is shorter has
        silence after its end. Raises BadFile.
        """
        rows = np.zeros((1 + len(self._song.stems), self._song.info.channels, frames), np.float32)
        first = 0 if self._song.mix else 1
        for k, reader in enumerate(self._readers):
            block = reader.read(frames)
            if not np.isfinite(block).all():
                raise BadFile(
                    f"{reader.info.path} holds samples that are NaN or infinite",
                    "samples that can be measured", "Export it again.",
                )  # fmt: skip
            rows[first + k, :, : block.shape[1]] = block
        if not self._song.mix:
            rows[0] = rows[1:].sum(axis=0, dtype=np.float64)
        return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
