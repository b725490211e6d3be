"""Inference procedures, found by scanning this folder: a file or a folder each, with a `Method`.

Specs call a method by the name of its file or folder, or by those in its `NAMES` where it has any.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Protocol

from engines.errors import MethodError
from engines.session import Session
from engines.spec import ModelSpec
from engines.window import Control, Estimate, State, Window


class Method(Protocol):
    """Turns windows into stems. It keeps nothing itself, so streams may share it: what it must take
    from one window to the next is a state, which the stream keeps and hands back with the window.
    """

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        """Raises MethodError where the method does not suit the spec."""
        ...

    def new_state(self) -> State | None:
        """The state of a stream's first window, or None from a method without one.

        A stream keeps one for each channel that a mono model is run on. It is new after `reset`,
        which a transport jump is too. Windows left out (run=False) leave it as it is. A method with
        a state is also run on silent windows. Where an answer or its state is not finite, or the
        answer implausibly loud, the last good state is kept.
        """
        ...

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """An estimate of every window: its stems from window.start to window.stop.

        The windows have one size, start and stop, and may be of several streams: none has to do
        with another. Raises InferenceError, and GraphError for an answer of the wrong shape.
        """
        ...


MakeMethod = Callable[[ModelSpec, Session], Method]


def _modules() -> dict[str, ModuleType]:
    """Every name that a spec may call a method by, and where its `Method` is."""
    found: dict[str, ModuleType] = {}
    for one in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{one.name}")
        found |= dict.fromkeys(getattr(module, "NAMES", (one.name,)), module)
    return found


def names() -> tuple[str, ...]:
    """What specs may call a method by, sorted."""
    return tuple(sorted(_modules()))


def make_method(spec: ModelSpec, session: Session) -> Method:
    """The method the spec names. Raises MethodError."""
    module = _modules().get(spec.method)
    if module is None:
        expected = "one of " + ", ".join(names())
        raise MethodError(f"method {spec.method!r}", expected, "update daw-bridge, or add a file")
    method: Method = module.Method(spec, session)
    return method


def require(holds: bool, spec: ModelSpec, expected: str) -> None:
    """Raises MethodError where a method does not suit the spec."""
    if not holds:
        kind = "conditional" if spec.conditional else "unconditional"
        seen = f"method {spec.method!r} for a {kind} {spec.domain.kind} model"
        raise MethodError(seen, expected, "name another method in the spec")
