"""The models that an engine serves, each with all that it needs: open once, on one device."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.errors import BadMessage, BadValue
from daw_bridge.remote.digest import model_digest
from engines.load import Model, alone_with, load_whole, name_of
from engines.session import Session
from engines.tagging import listening, tagged
from engines.tree import Tree

TAGS, QUERY = "tags", "query"
"""How a model can be asked: each tag a stem, or all of them one."""
MOST_ASKED = 64
"""Ways in which models were asked that are kept; the oldest are made anew when they come again."""

_MOST_TEXT = 4096


@dataclass(frozen=True)
class Served:
    """A model without those that it needs; `digest` is that of its files."""

    name: str
    digest: str
    tree: Tree
    model: Model


@dataclass(frozen=True)
class Asked:
    """Which stems of a model are wanted, () for all, and for what tags it is asked in which way."""

    stems: tuple[str, ...] = ()
    way: str = ""
    tags: str = ""


class Shelf:
    """Models of these names (or paths), and those that run their presets, loaded at once.
    Thread-safe.

    `networks` are the graphs by their files' names. Raises EngineError, and BadValue where two
    files would be called alike.
    """

    def __init__(self, names: Sequence[str], device: str, threads: int) -> None:
        self.models: dict[str, Served] = {}
        self.networks: dict[str, Session] = {}
        self._device, self._threads = device, threads
        self._files: dict[Path, Session] = {}
        self._asked: OrderedDict[tuple[str, Asked], Model] = OrderedDict()
        self._lock = threading.Lock()
        for name in names:
            load_whole(name, self._alone)

    def asked(self, name: str, asked: Asked) -> Model:
        """A served model as it is asked for. Raises BadMessage, EngineError."""
        with self._lock:
            key = name, asked
            found = self._asked.pop(key, None) or self._made(self.models[name], asked)
            self._asked[key] = found
            while len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)
            return found

    def _made(self, served: Served, asked: Asked) -> Model:
        unknown = set(asked.stems) - set(served.tree.spec.stems)
        if unknown or len(asked.tags) > _MOST_TEXT:
            seen = f"stems {', '.join(sorted(unknown))[:200]}, {len(asked.tags)} letters of tags"
            raise BadMessage(
                seen, f"some of {', '.join(served.tree.spec.stems)}", "Check the call."
            )
        model = served.model
        if asked.stems and served.tree.spec.parts:
            model = alone_with(self._open)(served.tree, asked.stems)
        if asked.way == TAGS:
            return tagged(model, asked.tags)
        return listening(model, asked.tags) if asked.way == QUERY else model

    def _alone(self, tree: Tree, stems: tuple[str, ...]) -> Model:
        """All parts are opened, whatever the stems: what is asked later is not known yet."""
        name, before = name_of(tree.path), self.models.get(name_of(tree.path))
        if before is None:
            model = alone_with(self._open)(tree, ())
            self.models[name] = Served(name, model_digest(tree.path), tree, model)
        elif before.tree.path != tree.path:
            seen = f"two models {name!r}: {before.tree.path}, {tree.path}"
            raise BadValue(seen, "one of a name", "Rename one, or start two engines.")
        return self.models[name].model

    def _open(self, path: Path) -> Session:
        from engines.ort import open_session

        path = path.absolute()
        if path not in self._files:
            if path.name in self.networks:
                seen = f"two files {path.name!r}, one of them {path}"
                raise BadValue(seen, "one of a name", "Rename one, or start two engines.")
            self._files[path] = open_session(path, self._device, self._threads)
            self.networks[path.name] = self._files[path]
        return self._files[path]
