"""A model with all that it needs: the models before it, the members of a mean, and what these need;
and those that take its place with a live preset.

Everything that can be told from descriptions is checked here, before a graph is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engines.errors import ModelNotFoundError, SpecError
from engines.spec import ModelSpec

MOST_DEEP = 4
"""Models that may stand one in another."""
MOST_RUN = 64
"""Models that may be run in one stream, each as often as it is."""

Find = Callable[[str, Path], Path]
"""The file of the model that is called so in the description of the model at that path."""
Read = Callable[[Path], ModelSpec]


@dataclass(frozen=True)
class Tree:
    """A model's file and spec; `firsts` are stems that other models make before it, `members` the
    models that it is the mean of, `elsewhere` presets and the models that are run with them.
    """

    path: Path
    spec: ModelSpec
    firsts: tuple[tuple[str, Tree], ...] = ()
    members: tuple[Tree, ...] = ()
    elsewhere: tuple[tuple[str, Tree], ...] = ()

    @property
    def every(self) -> tuple[Tree, ...]:
        """This one and all that it needs or names, each file once."""
        return tuple({one.path: one for one in self._all()}.values())

    def at(self, preset: str) -> Tree:
        """What is run with that preset: this one, or the other that its description names."""
        return dict(self.elsewhere).get(preset, self)

    def _all(self) -> Iterator[Tree]:
        yield self
        named = (one for _, one in (*self.firsts, *self.elsewhere))
        for one in (*named, *self.members):
            yield from one._all()


def grow(path: Path, find: Find, read: Read) -> Tree:
    """The tree of the model at `path`.

    Raises ModelNotFoundError where one that it needs is not there; SpecError where one needs
    itself, lacks a stem or a preset, or has other channels, and where they are too many; and what
    `read` raises.
    """
    return _Growing(find, read).tree(path.absolute(), ())


@dataclass(frozen=True)
class _Grown:
    """A tree, how many models stand one in another in it, and how many are run."""

    tree: Tree
    height: int
    runs: int


class _Growing:
    """Each file is read once."""

    def __init__(self, find: Find, read: Read) -> None:
        self._find, self._read = find, read
        self._found: dict[Path, _Grown] = {}

    def tree(self, path: Path, above: tuple[Path, ...]) -> Tree:
        chain = (*above, path)
        names = " > ".join(one.name for one in chain)
        _require(path not in above, path, f"models that need each other: {names}", "no circle")
        _require(len(chain) <= MOST_DEEP, path, names, f"at most {MOST_DEEP} one in another")
        if path not in self._found:
            self._found[path] = self._measured(self._made(path, chain))
        found = self._found[path]
        seen = f"{names}, with {found.height - 1} below"
        _require(len(above) + found.height <= MOST_DEEP, path, seen, f"at most {MOST_DEEP}")
        return found.tree

    def _measured(self, tree: Tree) -> _Grown:
        """Raises SpecError where more is run than MOST_RUN."""
        makers = {one.path: one for _, one in tree.firsts}
        others = [self._found[one.path] for one in (*makers.values(), *tree.members)]
        runs = sum(one.runs for one in others) + (not tree.members)
        seen = f"{runs} models that are run in one stream of {tree.spec.name}"
        _require(runs <= MOST_RUN, tree.path, seen, f"at most {MOST_RUN}")
        return _Grown(tree, 1 + max((one.height for one in others), default=0), runs)

    def _made(self, path: Path, chain: tuple[Path, ...]) -> Tree:
        spec = self._read(path)
        firsts = []
        for one in spec.first:
            before = self._other(one.model, path, chain)
            _fits(path, spec, before, one.stems)
            firsts += [(stem, before) for stem in one.stems]
        members = tuple(self._other(one.model, path, chain) for one in spec.members)
        for member in members:
            _fits(path, spec, member, spec.stems)
            lacks = [name for name in spec.presets if name not in member.spec.presets]
            seen = f"{member.spec.name}, which has no preset {', '.join(lacks)}"
            _require(not lacks, path, seen, f"one of {', '.join(member.spec.presets)}")
        elsewhere = [(one.preset, self._other(one.model, path, chain)) for one in spec.elsewhere]
        for preset, other in elsewhere:
            _takes_the_place(path, spec, other, preset)
        return Tree(path, spec, tuple(firsts), members, tuple(elsewhere))

    def _other(self, name: str, whose: Path, chain: tuple[Path, ...]) -> Tree:
        try:
            path = self._find(name, whose)
        except ModelNotFoundError as error:
            seen = f"{whose.name} needs the model {name!r}: {error.seen}"
            raise ModelNotFoundError(seen, error.expected, error.action) from error
        return self.tree(path.absolute(), chain)


def _fits(path: Path, spec: ModelSpec, other: Tree, stems: tuple[str, ...]) -> None:
    """Raises SpecError unless the other model makes these stems of audio as this one takes."""
    lacks = [stem for stem in stems if stem not in other.spec.stems]
    seen = f"{', '.join(lacks)} of {other.spec.name}"
    _require(not lacks, path, seen, f"stems that it makes: {', '.join(other.spec.stems)}")
    channels = {spec.channels, other.spec.channels}
    seen = f"{other.spec.name}, which has {other.spec.channels} channels"
    _require(len(channels) == 1 or 1 in channels, path, seen, f"{spec.channels} channels, or 1")


def _takes_the_place(path: Path, spec: ModelSpec, other: Tree, preset: str) -> None:
    """Raises SpecError unless the other model gives the same stems of the same audio."""
    for what in ("stems", "channels", "rate_hz"):
        own, its = (
            getattr(one, what) if what != "stems" else ", ".join(sorted(one.stems))
            for one in (spec, other.spec)
        )
        seen = f"preset {preset} by {other.spec.name}, whose {what} are {its}"
        _require(own == its, path, seen, f"{own}, as the model's own")


def _require(holds: bool, path: Path, seen: str, expected: str) -> None:
    if not holds:
        raise SpecError(f"{path.name}: {seen}", expected, "correct the model's description")
