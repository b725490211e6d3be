"""Recipes out of their files, as frozen records."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from engines.errors import RecipeError

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """What neither a graph nor a table can tell: how it is asked for, and why."""

    name: str
    help: str
    default: int | float | str | None = None


@dataclass(frozen=True)
class Recipe:
    """A family of models. `inputs` and `outputs` are axes in words (see `shapes`); `spec` is the
    spec as JSON with formulas (see `formula`); `table` a file of rows by checksum (see `tables`);
    `stems` the usual names, where the graph does not say. A family of `parts` has a file for each
    stem; one of `files` has these in this order, and its ports are the first one's."""

    name: str
    title: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    spec: Mapping[str, Any]
    stems: tuple[str, ...]
    home: str = ""
    table: str = ""
    parts: bool = False
    files: tuple[str, ...] = ()
    ask: tuple[Question, ...] = ()
    defaults: Mapping[str, int] = field(default_factory=dict)


@lru_cache(maxsize=1)
def recipes() -> Mapping[str, Recipe]:
    """All recipes by name, in the order of their names."""
    return {
        path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"), key=lambda one: one.stem)
    }


def recipe(name: str) -> Recipe:
    """The recipe of that name. Raises RecipeError."""
    if name in recipes():
        return recipes()[name]
    known = ", ".join(recipes())
    near = get_close_matches(name, recipes(), 1)
    action = f"perhaps {near[0]} was meant" if near else "look at docs/guide/own-models.md"
    raise RecipeError(f"recipe {name!r}", f"one of {known}", action)


def _read(path: Path) -> Recipe:
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    ask = tuple(Question(name, **value) for name, value in found.pop("ask", {}).items())
    stems, files = tuple(found.pop("stems", ())), tuple(found.pop("files", ()))
    return Recipe(name=path.stem, ask=ask, stems=stems, files=files, **found)
