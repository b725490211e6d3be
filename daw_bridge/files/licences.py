"""A model's licence in a few words; `models info` has all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engines.tree import Tree

#: Longest terms in a sentence, and in a table.
TERMS_LETTERS, USE_LETTERS = 60, 20
_NOT_STATED, _NON_COMMERCIAL = "not stated", "non-commercial"
_FREE = re.compile(
    r"any use|\b(MIT|BSD|ISC|Apache|CC0|Unlicense)\b|^CC[- ]BY[- ]?[\d.]*$", re.IGNORECASE
)
_UNKNOWN = re.compile(r"(not stated|unknown|none|no licen[cs]e)\b", re.IGNORECASE)
#: Anywhere in the text. NC alone in capitals: a model may be called nc.
_BOUND = re.compile(r"(?i:\bno(?:n|t|t for)?[- _]?commercial|\bBY[- _]NC\b)|\bNC\b")
_CLAUSES = re.compile(r"\s*[(),;]\s*|[.:](?:\s|$)")


def terms(licence: str) -> str:
    """What may be done with the results: the licence's first clause, or the one that forbids to
    sell them.
    """
    text = " ".join(licence.split()).removeprefix("Weights:").strip()
    first, *others = _CLAUSES.split(text)
    if not _UNKNOWN.match(text) and not _BOUND.search(first):
        first = next(filter(_BOUND.search, others), first)
    first = first.strip() or _NOT_STATED
    return first if len(first) <= TERMS_LETTERS else first[: TERMS_LETTERS - 3].rstrip() + "..."


def use(licence: str) -> str:
    """The same as a word of a table: non-commercial, any use, not stated, or the licence's name."""
    words = terms(licence)
    if _UNKNOWN.match(words):
        return _NOT_STATED
    if _BOUND.search(licence):
        return _NON_COMMERCIAL
    if "any use" in words.lower():
        return "any use"
    return words if len(words) <= USE_LETTERS else words[: USE_LETTERS - 3].rstrip() + "..."


def strictest(all_of_them: Iterable[str]) -> str:
    """The licence that allows least: one that is not stated allows nothing, then non-commercial
    ones, then those with other conditions, then those that allow any use.
    """
    return max(all_of_them, key=_strictness)


def strictest_of(trees: Iterable[Tree]) -> str:
    """The same of models and all that they need."""
    return strictest(one.spec.licence for tree in trees for one in tree.every)


def _strictness(licence: str) -> int:
    word = use(licence)
    if word in (_NOT_STATED, _NON_COMMERCIAL):
        return 3 if word == _NOT_STATED else 2
    return 0 if _FREE.search(terms(licence)) else 1


def of_all(by_name: Mapping[str, str]) -> str:
    """The licence of a model that is made of these: the strictest, and whose each is."""
    each = "; ".join(f"{name}: {terms(licence)}" for name, licence in by_name.items())
    return f"{terms(strictest(by_name.values()))} ({each})"
