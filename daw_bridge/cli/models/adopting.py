"""`daw-bridge models adopt`: a description beside somebody else's model, tried before it is kept.

The model's file is not touched. What is written is NAME.daw.json beside it. No graph is loaded in
this process: see `apart`.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from daw_bridge.cli.catalogue.room import move_all, room
from daw_bridge.cli.models.apart import look_at
from daw_bridge.cli.models.keeping import write_description
from daw_bridge.errors import BadFile, FileInTheWay
from engines.errors import RecipeError
from engines.load import list_models
from engines.recipes import Given, Recipe, describe, guess, recipe
from engines.spec import ModelSpec, sidecar_of

Try = Callable[[Path, str, ModelSpec], None]
"""Tries the model at this path on this device, by this description; raises where it is none."""


def adopt(
    file: Path,
    recipe_name: str | None,
    given: Given,
    device: str,
    check: Try,
    *,
    force: bool = False,
) -> Path:
    """Writes the description of `file` and returns its path, once `check` is content with it.

    Raises FileInTheWay where there is one already, and not `force`; RecipeError, ModelFileError,
    SpecError, and everything that `check` raises.
    """
    place = sidecar_of(file)
    if place.exists() and not force:
        action = "Look at it; --force writes a new one."
        raise FileInTheWay(f"{place}, a description of it already", "none", action)
    found = described(file, recipe_name, given, device)
    check(file, device, ModelSpec.from_json(json.dumps(found)))
    write_description(place, found)
    return place


def described(file: Path, recipe_name: str | None, given: Given, device: str) -> dict[str, Any]:
    """The spec of `file` as JSON, by this recipe or the one that fits.

    Raises RecipeError, ModelFileError and what opening a session raises.
    """
    seen = look_at(file, device)
    if seen.described and not recipe_name:
        said = f"{file}, which describes itself, as models exported for daw-bridge do"
        action = "use it as it is: --model FILE; or say --recipe to have it described anew"
        raise RecipeError(said, "a file of other makers", action)
    chosen: Recipe = recipe(recipe_name) if recipe_name else guess(seen.ports)
    try:
        return describe(chosen, seen.ports, file, given)
    except OSError as error:
        raise BadFile(f"{file}: {error}", "a file that can be read", "Check it.") from error


def usual_name(file: Path) -> str:
    """The file's name in the letters that a model's may have."""
    found = re.sub(r"[^a-z0-9_-]+", "-", file.stem.lower()).strip("-_")
    return found or "model"


def adopt_copies(
    files: Sequence[Path], folder: Path, recipe_name: str | None, given: Given, device: str,
    check: Try,
) -> Path:  # fmt: skip
    """As `adopt`, of copies in `folder`, where the first file's name alone finds the model.

    All of them are there afterwards, or none. Raises FileInTheWay where a name is taken.
    """
    for file in files:
        if file.stem in list_models() or (folder / file.name).exists():
            seen = f"a model called {file.stem!r}, which is there already"
            raise FileInTheWay(seen, "a free name", "Rename the file.")
    with room(folder) as here:
        try:
            first, *_ = [Path(shutil.copyfile(file, here / file.name)) for file in files]
        except FileNotFoundError as error:
            raise BadFile(str(error), "a file that can be read", "Check the path.") from error
        adopt(first, recipe_name, given, device, check)
        move_all(here, folder, first.name)
    return folder / first.name
