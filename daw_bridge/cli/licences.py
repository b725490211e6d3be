"""A model's licence in a few words; `models info` has all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

#: Longest terms in a sentence, and in a table.
TERMS_LETTERS, USE_LETTERS = 60, 20
_NOT_STATED, _NON_COMMERCIAL = "not stated", "non-commercial"
_FREE = re.compile(
    r"any use|\b(MIT|BSD|ISC|Apache|CC0|Unlicense)\b|^CC[- ]BY[- ]?[\d.]*$", re.IGNORECASE
)


def terms(licence: str) -> str:
    """What may be done with the results: the licence's first clause."""
    text = " ".join(licence.split()).removeprefix("Weights:").strip()
    first = re.split(r"\s*[(,;]|[.:](?:\s|$)", text)[0] or _NOT_STATED
    return first if len(first) <= TERMS_LETTERS else first[: TERMS_LETTERS - 3].rstrip() + "..."


def use(licence: str) -> str:
    """The same as a word of a table: non-commercial, any use, or the licence's name."""
    words = terms(licence)
    if re.search(r"non-?commercial|\bNC\b", words, re.IGNORECASE):
        return _NON_COMMERCIAL
    if "any use" in words.lower():
        return "any use"
    return words if len(words) <= USE_LETTERS else words[: USE_LETTERS - 3].rstrip() + "..."


def strictest(all_of_them: Iterable[str]) -> str:
    """The licence that allows least: one that is not stated allows nothing, then non-commercial
    ones, then those with other conditions, then those that allow any use.
    """
    return max(all_of_them, key=_strictness)


def _strictness(licence: str) -> int:
    words = terms(licence)
    if words == _NOT_STATED:
        return 3
    if use(licence) == _NON_COMMERCIAL:
        return 2
    return 0 if _FREE.search(words) else 1


def of_all(by_name: Mapping[str, str]) -> str:
    """The licence of a model that is made of these: the strictest, and whose each is."""
    each = "; ".join(f"{name}: {terms(licence)}" for name, licence in by_name.items())
    return f"{terms(strictest(by_name.values()))} ({each})"
