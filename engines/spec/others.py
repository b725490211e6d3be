"""Other models that a model names: those before it, those that it is the mean of, and those that
take its place with a live preset."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite

from engines.spec.checks import require

MEAN = "mean"
"""The method of a model that has no graph: the mean of its members' stems."""
MOST_MEMBERS = 8
ELSEWHERE = ("instant", "tight", "quality")
"""Live presets that another model may be run with."""


@dataclass(frozen=True)
class FirstModel:
    """A model that is run before this one.

    model: its name.
    stems: those of its stems that are then known to this one.
    """

    model: str
    stems: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_name(self.model)
        require(bool(self.stems), f"no stems of {self.model} in first", "those that it makes")


@dataclass(frozen=True)
class Member:
    """A model whose stems count in the mean.

    model: its name.
    weights: one for each stem, in their order; without any each counts as 1.
    """

    model: str
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_name(self.model)
        holds = all(isfinite(one) and one >= 0.0 for one in self.weights)
        require(holds, f"weights {list(self.weights)} of {self.model}", "numbers from 0 on")


@dataclass(frozen=True)
class PresetModel:
    """A live preset that another model is run with.

    preset: its name: `instant`, `tight` or `quality`, which the model then has not itself.
    model: the name of the other model, of the same stems, channels and rate. It is run with its own
        preset of that name, or with its balanced one.
    """

    preset: str
    model: str

    def __post_init__(self) -> None:
        _check_name(self.model)
        seen = f"preset {self.preset!r} of {self.model}"
        require(self.preset in ELSEWHERE, seen, "one of " + ", ".join(ELSEWHERE))


def check_elsewhere(others: Sequence[PresetModel], own: Collection[str]) -> None:
    """Raises SpecError unless each preset is named once and is none of the model's own."""
    names = [one.preset for one in others]
    twice = sorted({name for name in names if names.count(name) > 1 or name in own})
    require(not twice, f"presets {', '.join(twice)} in two places", "each in one place")


def _check_name(name: str) -> None:
    plain = bool(name) and not name.startswith(".") and not set(name) & set("/\\:\0")
    require(plain, f"a model called {name!r}", "a name, without folder or suffix")


def check_firsts(
    firsts: Sequence[FirstModel], stems: Sequence[str], residual_to: str | None = None
) -> None:
    """Raises SpecError unless each stem that is made before is one of the stems, is made once, and
    is as it was made: takes no residual.
    """
    made = [stem for one in firsts for stem in one.stems]
    expected = f"some of {', '.join(stems)}, each once"
    require(
        len(set(made)) == len(made) and set(made) <= set(stems), f"first makes {made}", expected
    )
    seen = f"residual_to {residual_to!r}, which first makes"
    require(residual_to not in made, seen, "null or another of the stems")


def check_members(members: Sequence[Member], method: str, stems: Sequence[str]) -> None:
    """Raises SpecError unless the mean of these is a mean of every stem."""
    holds = bool(members) == (method == MEAN) and len(members) <= MOST_MEMBERS
    seen = f"method {method!r} with {len(members)} members"
    require(holds, seen, f"1 to {MOST_MEMBERS} members with {MEAN!r}, none with another method")
    names = [one.model for one in members]
    require(len(set(names)) == len(names), f"members {', '.join(names)}", "each once")
    for one in members:
        seen = f"{len(one.weights)} weights of {one.model}"
        require(len(one.weights) in (0, len(stems)), seen, f"one for each of {', '.join(stems)}")
    for row, stem in enumerate(stems):
        total = sum(one.weights[row] if one.weights else 1.0 for one in members)
        require(not members or total > 0.0, f"weights of {stem} that are all 0", "one above 0")


def shares(members: Sequence[Member], stems: int) -> list[tuple[float, ...]]:
    """Of each member, what it contributes to each stem: its weight over that of all."""
    weights = [one.weights or (1.0,) * stems for one in members]
    totals = [sum(row) for row in zip(*weights, strict=True)]
    return [tuple(w / t for w, t in zip(one, totals, strict=True)) for one in weights]
