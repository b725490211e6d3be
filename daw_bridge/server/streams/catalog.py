"""The installed models as clients see them, read again only where a file has changed."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.files.licences import strictest_of
from daw_bridge.wire.replies import ModelEntry
from engines.errors import EngineError
from engines.load import Stamp, find_model, list_models, model_stamp, read_tree

_Stamp = tuple[Path, Stamp]
"""A file, and its stamp: another one of these is another model."""


class Catalog:
    """Reading a model's description takes a while: call this in a thread that may wait."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Stamp | None, ModelEntry]] = {}

    def entries(self) -> tuple[ModelEntry, ...]:
        """Every installed model, by name."""
        found: dict[str, tuple[_Stamp | None, ModelEntry]] = {}
        for name in list_models():
            stamp = _stamp(name)
            known = self._known.get(name)
            if known is None or stamp is None or known[0] != stamp:
                known = stamp, _entry(name)
            found[name] = known
        self._known = found
        return tuple(entry for _, entry in found.values())


def _stamp(name: str) -> _Stamp | None:
    """None where there is no such file any more, or more than one."""
    try:
        path = find_model(name)
        return path, model_stamp(path)
    except EngineError:
        return None


def _entry(name: str) -> ModelEntry:
    try:
        tree = read_tree(name)
    except EngineError as error:
        return ModelEntry(name, problem=str(error))
    spec, licence = tree.spec, strictest_of([tree])
    return ModelEntry(
        name, spec.stems, spec.rate_hz, spec.channels, licence, spec.conditional,
        tags=spec.asking.tags if spec.asking else (),
    )  # fmt: skip
