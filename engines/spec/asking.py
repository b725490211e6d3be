"""What models are asked for: tags by name, and stems that are some of them.

Two kinds of model are: those steered to tags (`steering`), and those whose network listens to them
(`query`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engines.errors import TagError


@dataclass(frozen=True)
class Target:
    """A stem, and what it is to be.

    stem: its name.
    tags: all of them at once.
    """

    stem: str
    tags: tuple[str, ...]


class Asking:
    """The part that the records of such models have in common. `tags`: all that they know."""

    tags: tuple[str, ...]
    targets: tuple[Target, ...]

    def rows(self, target: Target) -> tuple[int, ...]:
        """Where the target's tags lie among all."""
        return tuple(self.tags.index(tag) for tag in target.tags)

    def asked(self, text: str) -> tuple[Target, ...]:
        """`flute,guitar+drums` -> two stems, the second of two tags at once. Raises TagError."""
        wanted = [
            tuple(self.tag(one.strip()) for one in part.split("+"))
            for part in text.split(",")
            if part.strip()
        ]
        found = tuple(Target(stem_name(tags), tags) for tags in wanted)
        names = [target.stem for target in found]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise TagError(f"{', '.join(twice)} twice", "each tag once", "leave one out")
        return found

    def tag(self, name: str) -> str:
        """The tag that is meant, in capitals or not, with spaces or not. Raises TagError."""
        known = {folded(tag): tag for tag in self.tags}
        if folded(name) in known:
            return known[folded(name)]
        near = difflib.get_close_matches(folded(name), known, 3, 0.5)
        action = f"nearest: {', '.join(known[one] for one in near)}" if near else "choose one"
        raise TagError(f"no tag {name!r}", f"one of {', '.join(self.tags)}", action)


def folded(tag: str) -> str:
    """A tag as it is compared: small letters and figures alone."""
    return re.sub(r"[^a-z0-9]", "", tag.lower())


def stem_name(tags: Sequence[str]) -> str:
    """What the stem of these tags is called: female_vocal, guitar_drums."""
    return "_".join(re.sub(r"[^a-z0-9]+", "_", tag.lower()).strip("_") for tag in tags)


def no_tags(name: str, asking: Asking) -> TagError:
    """What to raise where a model was asked for nothing."""
    expected = f"one or more of {', '.join(asking.tags)}"
    return TagError(f"no tags for {name}", expected, "say which, as --tags flute (live: query/tag)")
