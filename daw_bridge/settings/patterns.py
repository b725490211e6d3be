"""Names by pattern, as in OSC 1.0: `stem/*/gain`, `stem/{drums,bass}/mute`, `block/[hw]*`.

`*` stands for any characters of one part between slashes, `?` for one, `[a-z]` for one of these,
`[!a]` for one that is none of them, `{a,b}` for either text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from itertools import product
from math import prod

from daw_bridge.errors import BadValue

MAX_PATTERN = 200
"""Most characters of a pattern."""
MAX_ALTERNATIVES = 64
"""Most texts that the braces of one part stand for."""

_MAGIC = frozenset("*?[]{}")
_BRACES = re.compile(r"\{([^{}]*)\}")


def is_pattern(text: str) -> bool:
    """Whether it has characters that no name of ours has."""
    return not _MAGIC.isdisjoint(text)


def matching(pattern: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that the pattern matches, in their order. Raises BadValue."""
    parts = _compiled(pattern)
    return tuple(name for name in names if _matches(parts, name.split("/")))


def _matches(parts: tuple[re.Pattern[str], ...], name: list[str]) -> bool:
    return len(parts) == len(name) and all(
        one.fullmatch(text) for one, text in zip(parts, name, strict=True)
    )


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> tuple[re.Pattern[str], ...]:
    if len(pattern) > MAX_PATTERN:
        raise _bad(pattern, f"at most {MAX_PATTERN} characters")
    return tuple(_part(one, pattern) for one in pattern.split("/"))


def _part(part: str, pattern: str) -> re.Pattern[str]:
    """One part as a regular expression: `translate` makes one that never takes long."""
    pieces = _BRACES.split(part)  # what is in braces stands at the odd places
    choices = [piece.split(",") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    plain = "".join(pieces[::2])
    if not {"{", "}"}.isdisjoint(plain) or plain.count("[") != plain.count("]"):
        raise _bad(pattern, "brackets and braces in pairs, not one in the other")
    if prod(len(one) for one in choices) > MAX_ALTERNATIVES:
        raise _bad(pattern, f"braces that stand for at most {MAX_ALTERNATIVES} texts a part")
    return re.compile("|".join(translate("".join(texts)) for texts in product(*choices)))


def _bad(pattern: str, expected: str) -> BadValue:
    return BadValue(f"the pattern {pattern[:80]!r}", expected, "See docs/reference/osc.md.")
