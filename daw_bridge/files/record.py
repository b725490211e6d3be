"""The record in a song's folder: what its stems were made of, and which files they are.

`daw-bridge.json` comes with the stems, and says whether they were generated. Hashes are SHA-256 in
hex: of a file that was read, over its bytes; of one that was written, over its samples, so that its
tags may change.
"""

from __future__ import annotations

import dataclasses
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.errors import BadRecord
from daw_bridge.settings.parameters import Value
from engines import records
from engines.errors import SpecError

RECORD = "daw-bridge.json"
MAX_RECORD_BYTES = 1 << 20
LAYOUT = 1
"""Counts up when the fields change."""
SEPARATED, GENERATED = "separated", "generated"
KINDS = (SEPARATED, GENERATED)


@dataclass(frozen=True)
class UsedFile:
    """A file that was read: its name, its size, the hash of its bytes."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class KnownFile:
    """A known stem and its file."""

    stem: str
    file: UsedFile


@dataclass(frozen=True)
class Option:
    """An option that the stems depend on, by the table's name."""

    name: str
    value: int | float | str


@dataclass(frozen=True)
class Recipe:
    """All that the samples and names of the stems depend on; what is generated has no source."""

    source: UsedFile | None
    model: UsedFile
    known: tuple[KnownFile, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Output:
    """A file of the folder: what is in it, its name, the hash of its samples.

    Hashed are the samples as interleaved little-endian float32. In a lossy format they are those
    that were given to the encoder. Of a project it is the hash of the file's bytes.
    """

    stem: str
    file: str
    samples_sha256: str


@dataclass(frozen=True)
class Record:
    """What lies in a song's folder. `complete` False: files were being replaced, see `files`.

    `rate_hz`, `channels` and `frames` (samples per channel) hold for every file. `kind`: whether
    they were `separated` or `generated`.
    """

    layout: int
    version: str
    complete: bool
    recipe: Recipe
    rate_hz: int
    channels: int
    frames: int
    files: tuple[Output, ...]
    kind: str = SEPARATED

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(one.file for one in self.files)

    def to_json(self) -> str:
        """The record as it is written."""
        return json.dumps(dataclasses.asdict(self), indent=1) + "\n"


def read_record(folder: Path) -> Record | None:
    """The record in `folder`; None where it has none. Raises BadRecord, OSError.

    Names of files are checked: plain names in this folder, nothing else.
    """
    path = folder / RECORD
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to open a named pipe would wait for ever
            raise BadRecord(
                f"{path} is no file{' but a folder' * path.is_dir()}",
                "the record that daw-bridge wrote",
                "Move it away, or choose another folder with -o.",
            )
        with path.open("rb") as file:
            data = file.read(MAX_RECORD_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(data) > MAX_RECORD_BYTES:
        raise _bad(path, f"has more than {MAX_RECORD_BYTES} bytes")
    return _parsed(path, data)


def _parsed(path: Path, data: bytes) -> Record:
    try:
        found: Record = records.decode(Record, json.loads(data), "record")
    except SpecError as error:
        raise _bad(path, f"is not in order ({error.seen}; expected {error.expected})") from error
    except (ValueError, RecursionError) as error:
        raise _bad(path, f"is not JSON ({error})") from error
    if found.layout != LAYOUT:
        raise _bad(path, f"has layout {found.layout}, and this version knows {LAYOUT}")
    if found.kind not in KINDS:
        raise _bad(path, f"is of kind {found.kind!r}, and this version knows {', '.join(KINDS)}")
    for name in found.names:
        if not is_plain(name):
            raise _bad(path, f"names {name!r}, which is no plain file name")
    return found


def is_plain(name: str) -> bool:
    """Whether `name` can only be a file of the folder itself, and not the record."""
    marks = ("/", "\\", "\0", ":") if os.name == "nt" else ("/", "\\", "\0")
    return name not in ("", ".", "..", RECORD) and not any(mark in name for mark in marks)


def difference(old: Recipe, new: Recipe, defaults: dict[str, Value]) -> str:
    """What is not the same, in words; "" where everything is.

    An option that the old record does not name had its default.
    """
    before = defaults | {one.name: one.value for one in old.options}
    for one in new.options:
        if before.get(one.name) != one.value:
            return f"{one.name} was {before.get(one.name)!r} and is {one.value!r}"
    if old.model.sha256 != new.model.sha256:
        return f"it was made with another model ({old.model.name})"
    if {one.stem: one.file.sha256 for one in old.known} != {
        one.stem: one.file.sha256 for one in new.known
    }:
        return "the known stems are others"
    if old.source is None or new.source is None:
        return "" if old.source is new.source else "its stems were generated"
    if (old.source.bytes, old.source.sha256) != (new.source.bytes, new.source.sha256):
        return f"it was made from another {old.source.name}"
    return ""


def _bad(path: Path, what: str) -> BadRecord:
    return BadRecord(
        f"{path} {what}",
        "the record that daw-bridge wrote",
        "Choose another folder with -o, or write over the stems with --force.",
    )
