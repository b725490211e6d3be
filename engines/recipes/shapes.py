"""A graph's inputs and outputs compared with a recipe's, axis by axis.

A recipe writes axes as words: a number is that length, a letter any length, the same wherever it
stands; `B 4 F T`. A graph leaves lengths open where it writes a name or nothing. A port that a
recipe calls ANY is the only one, whatever its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from engines.session import PortShape

Axes = Mapping[str, str]
"""Port name -> its axes in words."""
ANY = "*"


def named(wanted: Axes, seen: Mapping[str, PortShape]) -> Axes:
    """The same axes under the graph's own name, where the recipe leaves that open."""
    return dict.fromkeys(seen, wanted[ANY]) if ANY in wanted and len(seen) == 1 else wanted


def lengths(wanted: Axes, seen: Mapping[str, PortShape]) -> dict[str, int] | None:
    """The lengths of the lettered axes that the graph states, or None where it does not match.

    The names must be the same, all of them; an output without a shape matches any.
    """
    wanted = named(wanted, seen)
    if set(wanted) != set(seen):
        return None
    found: dict[str, int] = {}
    for name, words in wanted.items():
        if seen[name] and not _bind(words.split(), seen[name], found):
            return None
    return found


def _bind(words: list[str], shape: PortShape, found: dict[str, int]) -> bool:
    """Whether every axis fits; lettered ones with a stated length go into `found`."""
    if len(words) != len(shape):
        return False
    for word, length in zip(words, shape, strict=True):
        if not isinstance(length, int):
            continue
        if word.isdecimal():
            if int(word) != length:
                return False
        elif found.setdefault(word, length) != length:
            return False
    return True
