"""The spec of somebody else's graph: from its recipe, its shapes, a table and its user's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engines.errors import RecipeError
from engines.recipes.formula import Bound, filled
from engines.recipes.reading import Question, Recipe, recipes
from engines.recipes.shapes import lengths
from engines.recipes.tables import row
from engines.session import PortShape


@dataclass(frozen=True)
class Given:
    """What the user says of a model: its name, its stems in the graph's order (none: the recipe's),
    the licence, answers to what the recipe asks, by name, and `files`, the names of its files."""

    name: str
    stems: tuple[str, ...] = ()
    licence: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ports:
    """Inputs and outputs of a graph: name -> lengths of its axes."""

    inputs: Mapping[str, PortShape]
    outputs: Mapping[str, PortShape]

    def __str__(self) -> str:
        both = (("inputs", self.inputs), ("outputs", self.outputs))
        return "; ".join(
            f"{what} " + ", ".join(f"{name} {_shown(shape)}" for name, shape in ports.items())
            for what, ports in both
        )


def guess(ports: Ports) -> Recipe:
    """The one recipe whose inputs and outputs these are. Raises RecipeError."""
    fitting = [one for one in recipes().values() if _lengths(one, ports) is not None]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(one.name for one in fitting)
        expected, action = f"one recipe for it, and {names} fit", "say which with --recipe"
    else:
        expected = f"a separator of one of {', '.join(recipes())}"
        action = "of another separator write NAME.daw.json yourself: docs/guide/own-models.md"
    raise RecipeError(f"a graph with {ports}", expected, action)


def _shown(shape: PortShape) -> str:
    return f"({', '.join('any' if one is None else str(one) for one in shape)})"


def describe(recipe: Recipe, ports: Ports, file: Path, given: Given) -> dict[str, Any]:
    """The spec, as JSON for `ModelSpec.from_json`.

    Raises RecipeError where the graph is not of this family, or the recipe asks for something that
    was not said; OSError where the file cannot be read.
    """
    found = _lengths(recipe, ports)
    if found is None:
        wanted = Ports(
            {name: axes.split() for name, axes in recipe.inputs.items()},
            {name: axes.split() for name, axes in recipe.outputs.items()},
        )
        action = "leave --recipe out to have it guessed"
        raise RecipeError(f"a graph with {ports}", f"{recipe.name}: {wanted}", action)
    known = row(recipe.table, file) if recipe.table else None
    bound = {**recipe.defaults, **found, **_answers(recipe, known or {}, given)}
    _check_row(known or {}, found, file)
    stems = _stems(recipe, bound, given)
    names = {f"stem_{number}": name for number, name in enumerate(stems, 1)}
    names |= {f"file_{number}": name for number, name in enumerate(given.files, 1)}
    ends = {"input": next(iter(ports.inputs)), "output": next(iter(ports.outputs))}
    _check_files(recipe, stems, given)
    spec = filled(dict(recipe.spec), {**bound, **names, **ends, "name": given.name})
    licence = given.licence or spec.get("licence", "not stated in the file")
    pairs = zip(given.files, stems, strict=True) if recipe.parts else ()
    parts = [{"file": file, "rows": [[stem, 0]]} for file, stem in pairs]
    return {
        "version": 2, "name": given.name, "stems": list(stems), "rate_tolerance": 0.0, **spec,
        "licence": licence, **({"parts": parts} if parts else {}),
    }  # fmt: skip


def _check_files(recipe: Recipe, stems: Sequence[str], given: Given) -> None:
    """Raises RecipeError for another number of files than the family has."""
    wanted = stems if recipe.parts else recipe.files
    if len(given.files) == len(wanted) or (not wanted and len(given.files) < 2):
        return
    seen = f"{len(given.files)} files ({', '.join(given.files)})"
    if not wanted:
        expected = f"one, as {recipe.name} has all stems in one"
        raise RecipeError(seen, expected, "adopt one after the other")
    expected = f"{len(wanted)}, for {', '.join(wanted)} in this order"
    action = "give a file for each stem, or say --stems" if recipe.parts else "give all of them"
    raise RecipeError(seen, expected, action)


def _lengths(recipe: Recipe, ports: Ports) -> dict[str, int] | None:
    inputs = lengths(recipe.inputs, ports.inputs)
    outputs = lengths(recipe.outputs, ports.outputs)
    if inputs is None or outputs is None:
        return None
    same = all(inputs[one] == outputs[one] for one in inputs.keys() & outputs.keys())
    return {**inputs, **outputs} if same else None


def _answers(recipe: Recipe, known: Bound, given: Given) -> dict[str, int | float | str]:
    """Rows of the table, over them what the user says, and defaults. Raises RecipeError."""
    asked = {one.name for one in recipe.ask}
    if unknown := sorted(set(given.answers) - asked):
        seen, expected = f"--set {unknown[0]}", ", ".join(sorted(asked)) or "none for this recipe"
        raise RecipeError(seen, f"one of: {expected}", "leave it out")
    found = dict(known) | {name: _number(text) for name, text in given.answers.items()}
    for question in recipe.ask:
        if question.name not in found:
            found[question.name] = _default(recipe, question)
    return found


def _default(recipe: Recipe, question: Question) -> int | float | str:
    if question.default is None:
        raise RecipeError(
            f"a file that {recipe.name} does not know", f"{question.name}: {question.help}",
            f"say it with --set {question.name}=...",
        )  # fmt: skip
    return question.default


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _check_row(known: Bound, found: Mapping[str, int], file: Path) -> None:
    """A table that says other lengths than the graph is of another file. Raises RecipeError."""
    for name, axis in (("bins", "F"), ("frames", "T")):
        if name in known and axis in found and known[name] != found[axis]:
            seen = f"{file} with {found[axis]} {name}"
            raise RecipeError(seen, f"{known[name]}, as the table says", "get the file again")


def _stems(recipe: Recipe, bound: Bound, given: Given) -> Sequence[str]:
    """The user's names, or the recipe's. Raises RecipeError where the graph has another number."""
    stems = given.stems or tuple(filled(list(recipe.stems), bound))
    usual = len(stems) if recipe.parts else len(recipe.stems)
    wanted = bound.get("S", usual)
    if len(stems) != wanted or not stems:
        seen = f"{len(stems)} stems ({', '.join(stems)})"
        action = "name them with --stems, in the graph's order"
        raise RecipeError(seen, f"{wanted} for this graph", action)
    return stems
