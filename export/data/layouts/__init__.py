"""Data sets as they lie on disk, one file per published layout, found by scanning.

A layout's module has `SET` (what the documents and cards say of it) and `find(folder)`, the songs
of a folder that is laid out so, none where it is not. `plain`, a folder for each song, is asked
last. What each one knows of a layout it says where from; all are tested on generated folders, and
say whether they were tried on the real set.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from export.data.errors import DataError
from export.data.licences import Licence
from export.data.stems import nearest
from export.data.tracks import Take

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class DataSet:
    """A set's name, its licence, and where it comes from."""

    name: str
    licence: Licence
    origin: str = ""


@dataclass(frozen=True)
class Part:
    """Takes that are added up, and the stems that may sound in their sum."""

    stems: frozenset[str]
    takes: tuple[Take, ...]


@dataclass(frozen=True)
class Song:
    """A song on disk. `split`: one of SPLITS, or "": to be drawn. `artist`: songs of one artist
    stay in one split. `pads`: its files may differ in length and rate. `silent`: which of its
    stems may be silence; None: any of them. `notes`: what the musician should know of it."""

    name: str
    set: DataSet
    parts: tuple[Part, ...]
    split: str = ""
    artist: str = ""
    pads: bool = False
    silent: frozenset[str] | None = None
    notes: tuple[str, ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        """All that may sound in it."""
        return frozenset[str]().union(*(part.stems for part in self.parts))


class Layout(Protocol):
    """What a module in this folder has."""

    SET: DataSet

    def find(self, folder: Path, /) -> list[Song]:
        """The songs of `folder`; none where it is not laid out so. Raises DataError."""


def layout_names() -> list[str]:
    """Every layout, `plain` last: it fits most folders."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    return [*(name for name in names if name != "plain"), "plain"]


def load_layout(name: str) -> Layout:
    """One layout's module. Raises DataError("no-layout")."""
    if name not in layout_names():
        known = nearest(name, layout_names())
        raise DataError("no-layout", f"no layout {name!r}; there are {known}")
    return cast(Layout, importlib.import_module(f"{__name__}.{name}"))


def find_songs(folder: Path, layout: str = "") -> tuple[str, list[Song]]:
    """The layout that fits `folder`, or the one that is named, and its songs.

    Raises DataError("data-missing") where there is no song, and as layouts do.
    """
    if not folder.is_dir():
        raise DataError("data-missing", f"{folder} is not a folder; give one that holds songs")
    for name in [layout] if layout else layout_names():
        if songs := load_layout(name).find(folder):
            return name, songs
    tried = layout or ", ".join(layout_names())
    raise DataError("data-missing", f"no songs in {folder}; expected a folder for each song with "
                    f"an audio file for each stem, or a data set (tried: {tried})")  # fmt: skip


def one_sum(parts: list[tuple[frozenset[str], Take]]) -> tuple[Part, ...]:
    """Takes of the same stems are one part."""
    found: dict[frozenset[str], list[Take]] = {}
    for stems, take in parts:
        found.setdefault(stems, []).append(take)
    return tuple(Part(stems, tuple(takes)) for stems, takes in found.items())


def folders(root: Path) -> list[Path]:
    """The folders in a folder, by name, without hidden ones."""
    return sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))


def artist(song: str) -> str:
    """`Artist - Title` -> `Artist`; the name itself where it is not made so."""
    return song.split(" - ")[0]
