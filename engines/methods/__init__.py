"""Inference procedures, one file and one class `Method` each, found by scanning this folder."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from engines.errors import MethodError
from engines.ort import Session
from engines.spec import ModelSpec
from engines.window import Control, Estimate, Window


class Method(Protocol):
    """Turns windows into stems. It keeps nothing between windows: streams may share it."""

    def __init__(self, spec: ModelSpec, session: Session) -> None: ...

    def run(self, window: Window, control: Control) -> Estimate:
        """Stems of window.start .. window.stop. Raises InferenceError."""
        ...

    def run_batch(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """The same for windows of one size, start and stop, together."""
        ...


def names() -> tuple[str, ...]:
    """The methods there are: file names in this folder."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def make_method(spec: ModelSpec, session: Session) -> Method:
    """The method the spec names. Raises MethodError."""
    if spec.method not in names():
        expected = "one of " + ", ".join(names())
        raise MethodError(f"method {spec.method!r}", expected, "update daw-bridge, or add a file")
    module = import_module(f"{__name__}.{spec.method}")
    method: Method = module.Method(spec, session)
    return method


def require(holds: bool, spec: ModelSpec, expected: str) -> None:
    """Raises MethodError where a method does not suit the spec."""
    if not holds:
        kind = "conditional" if spec.conditional else "unconditional"
        seen = f"method {spec.method!r} for a {kind} {spec.domain.kind} model"
        raise MethodError(seen, expected, "name another method in the spec")
