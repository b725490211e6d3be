"""How a spec is checked: what does not hold is a SpecError that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engines.errors import SpecError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""Names of models, methods and stems."""


def require(holds: bool, seen: str, expected: str) -> None:
    """Raises SpecError unless it holds."""
    if not holds:
        raise SpecError(seen, expected, "export the model again")


def one_of(chosen: object, choices: Iterable[object], what: str) -> None:
    """Raises SpecError unless `chosen` is among the choices."""
    known = tuple(choices)
    require(chosen in known, f"{what} {chosen!r}", "one of " + ", ".join(map(str, known)))
