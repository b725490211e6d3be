"""Loaded models, shared by streams and jobs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakValueDictionary

from daw_bridge.files.access import Access
from daw_bridge.remote.load import load_model
from engines.load import Model, Stamp, find_model, model_stamp, read_tree
from engines.tagging import listening, tagged

KEPT = 2
"""Models kept loaded while nothing uses them."""

Key = tuple[Path, Stamp, str, int, tuple[str, ...], str]


def asked(model: Model, tag: str, apart: bool = False) -> Model:
    """The model; one that listens to tags, asked for this one (several: strings+flute).

    `apart`: with commas (strings,flute) it has a stem for each, called by its tags, and not one
    that is all of them. Raises TagError for a tag that it does not know, or none.
    """
    if model.spec.query is None:
        return model
    return tagged(model, tag) if apart and "," in tag else listening(model, tag)


class ModelStore:
    """Loads each model file once per device and thread count. Thread-safe.

    With `allowed` folders, only installed models, files below these folders and `always` may be
    loaded. A changed file is loaded again.
    """

    def __init__(self, allowed: Sequence[Path] | None = None, always: str = "") -> None:
        self._access = None if allowed is None else Access.to(allowed)
        self._always = always
        self._lock = threading.Lock()
        self._used: WeakValueDictionary[Key, Model] = WeakValueDictionary()
        self._kept: OrderedDict[Key, Model] = OrderedDict()

    def load(
        self, name: str, device: str, threads: int, stems: tuple[str, ...] = (), preset: str = ""
    ) -> Model:
        """The model, with the stems that are needed of it, () for all; with a preset, the one that
        its description names for it.

        Raises NotAllowed, BadFile, EngineError.
        """
        self.check(name)
        path = find_model(name).absolute()
        tree = read_tree(path)
        elsewhere = preset if preset in dict(tree.elsewhere) else ""
        key = (path, model_stamp(path), device, threads, stems, elsewhere)
        with self._lock:
            model = self._used.get(key)
            if model is None:
                while len(self._kept) >= KEPT:
                    self._kept.popitem(last=False)
                model = load_model(path, device, threads, stems, elsewhere)
                self._used[key] = model
            self._kept[key] = model
            self._kept.move_to_end(key)
        return model

    def check(self, name: str) -> None:
        """Raise NotAllowed, BadFile, EngineError if the server may not load this model."""
        if self._access is not None and name != self._always:
            self._access.model(name)
