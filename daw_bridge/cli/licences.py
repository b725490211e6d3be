"""A model's licence in a few words; `models info` has all of it."""

from __future__ import annotations

import re

#: Longest terms in a sentence, and in a table.
TERMS_LETTERS, USE_LETTERS = 60, 20


def terms(licence: str) -> str:
    """What may be done with the results: the licence's first clause."""
    text = " ".join(licence.split()).removeprefix("Weights:").strip()
    first = re.split(r"\s*[(,;]|[.:](?:\s|$)", text)[0] or "not stated"
    return first if len(first) <= TERMS_LETTERS else first[: TERMS_LETTERS - 3].rstrip() + "..."


def use(licence: str) -> str:
    """The same as a word of a table: non-commercial, any use, or the licence's name."""
    words = terms(licence)
    if re.search(r"non-?commercial|\bNC\b", words, re.IGNORECASE):
        return "non-commercial"
    if "any use" in words.lower():
        return "any use"
    return words if len(words) <= USE_LETTERS else words[: USE_LETTERS - 3].rstrip() + "..."
