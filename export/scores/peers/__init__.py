"""What others do with the same clips: one file per peer, found by scanning this folder.

A peer's module has
- a docstring whose first line says what it is, with its source;
- `NEEDS`: {package to import: the requirement that was tested}, may be empty;
- `rows(stems)`: sums of true stems that it estimates, given the names of a clip's stems;
- `separate(task)`: {row: (channels, samples)}. It answers what it can of `task.rows`, and its own.
"""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from engines.types import Audio
from export.common.errors import ExportError

#: Names of true stems whose sum is one thing to estimate, in the order of the clip's stems.
Row = tuple[str, ...]


class PeerError(ExportError):
    """There is no such peer, or what it needs is not installed."""

    code = "export_peer"


@dataclass(frozen=True)
class Task:
    """One clip: mix (channels, samples) float32, and the rows that are scored.

    `stems`, the true (channels, samples) by name, are for oracles; others use the names at most.
    """

    mix: Audio
    rate_hz: int
    stems: Mapping[str, Audio]
    rows: tuple[Row, ...]


class Peer(Protocol):
    """A module in this folder."""

    NEEDS: dict[str, str]

    def rows(self, stems: tuple[str, ...]) -> tuple[Row, ...]:
        """Sums of stems that it estimates beyond those that it is asked for."""
        ...

    def separate(self, task: Task) -> dict[Row, Audio]:
        """Estimates (channels, samples) float32 by row."""
        ...


def names() -> tuple[str, ...]:
    """The peers there are: file names in this folder."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def load(name: str) -> Peer:
    """The peer of that name. Raises PeerError where it, or what it needs, is missing."""
    if name not in names():
        raise PeerError(f"peer {name!r}", "one of " + ", ".join(names()), "or add a file")
    peer = cast(Peer, import_module(f"{__name__}.{name}"))
    missing = [need for module, need in peer.NEEDS.items() if not importlib.util.find_spec(module)]
    if missing:
        seen = f"peer {name} without {', '.join(missing)}"
        raise PeerError(seen, "it installed", f"pip install {' '.join(missing)}, or leave it out")
    return peer
