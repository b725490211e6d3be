"""Which songs are kept for validation: whole artists, by chance that is the same every time."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence

from export.data.errors import DataError
from export.data.layouts import Song

#: One song in so many validates, within these limits; fewer songs than LEAST are not divided.
ONE_IN, LEAST, MOST = 10, 3, 24


def wanted(songs: int) -> int:
    """How many of so many songs validate where nobody says it: a tenth, two of six or more."""
    if songs < LEAST:
        return 0
    return min(max(songs // ONE_IN, 2 if songs >= 2 * LEAST else 1), MOST)


def drawn(songs: Sequence[Song], valid: int | None, kept: dict[str, str]) -> list[Song]:
    """The songs, each with a split. Where a set states its validation songs these are they; else
    `valid` of the rest (None: `wanted`), first those that validated before, and none that was
    trained on (`kept`: splits by name). Raises DataError("too-few-songs") where `valid` cannot be
    had so."""
    free = [song for song in songs if not song.split]
    count = wanted(len(free)) if valid is None else valid
    stated = any(song.split == "valid" for song in songs)
    chosen = frozenset[str]() if stated and valid is None else chosen_names(free, count, kept)
    if valid is not None and len(chosen) < min(valid, len(free)):
        raise DataError("too-few-songs", f"{valid} of {len(free)} songs are to validate, and only "
                        f"{len(chosen)} of them can: the others, or others of their artists, are "
                        "learnt from; give a smaller --valid, name songs in valid of songs.toml, "
                        "or begin anew with another -o")  # fmt: skip
    return [
        song if song.split else dataclasses.replace(
            song, split="valid" if song.name in chosen else "train"
        )
        for song in songs
    ]  # fmt: skip


def chosen_names(songs: Sequence[Song], count: int, kept: dict[str, str]) -> frozenset[str]:
    """`count` songs or more, whole artists as long as half of the songs are left; single songs of
    the only artist. Songs that were trained on before are not chosen, nor are their artists."""
    before = [song.name for song in songs if kept.get(song.name) == "valid"]
    by_artist = len({_artist(song) for song in songs}) > 1
    learnt = {_artist(song) for song in songs if by_artist and kept.get(song.name) == "train"}
    new = [song for song in songs if kept.get(song.name) != "train"]
    new = [song for song in new if song.name in before or _artist(song) not in learnt]
    most = max(count, len(songs) // 2)
    groups: dict[str, list[str]] = {}
    for song in new:
        key = _artist(song) if by_artist else song.name
        groups.setdefault(key, []).append(song.name)
    chosen = list(before) if count else []
    for name in sorted(groups, key=lambda name: (len(groups[name]), _hash(name))):
        more = [song for song in groups[name] if song not in chosen]
        if len(chosen) >= count or len(chosen) + len(more) > most:
            break
        chosen += more
    return frozenset(chosen)


def _artist(song: Song) -> str:
    return song.artist or song.name


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def counts(songs: Iterable[Song]) -> str:
    """Songs by split, in words."""
    splits = [song.split for song in songs]
    names = {"train": "to train on", "valid": "to validate on", "test": "to test with"}
    return ", ".join(f"{splits.count(key)} {word}" for key, word in names.items() if key in splits)
