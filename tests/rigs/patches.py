"""The patch files of the Max package, read as Max would: boxes, cords, and what runs along them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py2max.m4l import unpack_amxd

from max_patches.generate.package import FOLDER

SUFFIXES = (".maxpat", ".maxhelp", ".amxd")
Box = dict[str, Any]
End = tuple[str, int]
"""(a box's id, a port's number)"""


def patch_files() -> list[Path]:
    """The package's patches."""
    return sorted(one for one in FOLDER.rglob("*") if one.suffix in SUFFIXES)


def read(path: Path) -> dict[str, Any]:
    """The outermost patcher of a file."""
    data = path.read_bytes()
    text = unpack_amxd(data)[0] if path.suffix == ".amxd" else data
    found: dict[str, Any] = json.loads(text)["patcher"]
    return found


@dataclass(frozen=True)
class Patcher:
    """A patcher: of a file, or in another."""

    name: str
    tree: dict[str, Any]

    @property
    def boxes(self) -> dict[str, Box]:
        """By id."""
        return {one["box"]["id"]: one["box"] for one in self.tree["boxes"]}

    @property
    def cords(self) -> list[tuple[End, End]]:
        """From an outlet to an inlet."""
        lines = [one["patchline"] for one in self.tree["lines"]]
        return [(tuple(one["source"]), tuple(one["destination"])) for one in lines]

    def after(self, box: str, outlet: int) -> list[Box]:
        """The boxes that this outlet is joined to."""
        return [self.boxes[to] for (a, n), (to, _) in self.cords if (a, n) == (box, outlet)]

    def before(self, box: str, inlet: int = 0) -> list[tuple[Box, int]]:
        """The boxes that are joined to this inlet, each with its outlet."""
        return [(self.boxes[a], n) for (a, n), (to, i) in self.cords if (to, i) == (box, inlet)]


def patchers() -> list[Patcher]:
    """Every patcher of the package, also those in others."""
    return [one for path in patch_files() for one in _walk(path.name, read(path))]


def _walk(name: str, tree: dict[str, Any]) -> Iterator[Patcher]:
    yield Patcher(name, tree)
    for one in tree["boxes"]:
        if "patcher" in (box := one["box"]):
            yield from _walk(f"{name}/{box.get('text') or box['varname']}", box["patcher"])


def typed(box: Box) -> str:
    """What names a box in the table of objects: its text, or what it is drawn as."""
    return str(box["text"] if box["maxclass"] == "newobj" else box["maxclass"])


def atoms(text: str) -> list[int | float | str]:
    """A message as Max takes it apart: whole numbers, floats, symbols with their commas."""
    return [_atom(word.replace("\\,", ",")) for word in text.split()]


def _atom(word: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word
