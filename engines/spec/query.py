"""What a network that listens to tags can be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engines.spec.asking import Asking, Target, folded
from engines.spec.checks import NAME, require

QUERY = "query"
"""The stem of a model that was asked for nothing yet, and of every live stream with one."""


@dataclass(frozen=True)
class Query(Asking):
    """The tags that a network listens to. Raises SpecError.

    tags: all that it knows, in the order of its input.
    covers: what each of them means, in the same order: its own name, or for a group (`strings`) the
        names of what is in it. A tag whose names are all among another's is a part of it.
    targets: the stems and their tags; empty where the user says which are wanted.
    """

    tags: tuple[str, ...]
    covers: tuple[tuple[str, ...], ...]
    targets: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        holds = bool(self.tags) and len(set(map(folded, self.tags))) == len(self.tags)
        require(holds, f"tags {self.tags}", "at least one, each once")
        holds = len(self.covers) == len(self.tags) and all(self.covers)
        require(holds, f"covers of {len(self.covers)} tags", "what each of the tags means")
        for target in self.targets:
            known = bool(target.tags) and set(target.tags) <= set(self.tags)
            require(known, f"tags {target.tags} of {target.stem}", "some of the model's")

    def meaning(self, target: Target) -> frozenset[str]:
        """All that the target's tags mean."""
        return frozenset(name for row in self.rows(target) for name in self.covers[row])


def check_query(query: Query | None, stems: Iterable[str], plain: bool) -> None:
    """Raises SpecError where targets are not the stems, or the model is of another kind."""
    if query is None:
        return
    names = [target.stem for target in query.targets] or [QUERY]
    bad = [name for name in names if not NAME.fullmatch(name)]
    holds = names == list(stems) and not bad
    require(holds, f"stems {list(stems)} of a model that listens to tags", f"{names}")
    expected = "one graph, whose answer is a mask for an STFT's magnitudes, and nothing else"
    require(plain, "a model of another kind that listens to tags", expected)
