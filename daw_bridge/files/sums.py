"""What the files of a job hold: each is a sum of outputs of the model, and of known stems."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import BadValue
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.steered import makes_anew, refuse_sums
from engines.spec import RESIDUAL, ModelSpec


@dataclass(frozen=True)
class Sum:
    """One file: its name, and the outputs that are added up in it."""

    name: str
    outputs: tuple[str, ...]


def rest_name(without: tuple[str, ...]) -> str:
    """What the mix without these stems is called: instrumental, no_drums, no_bass_drums."""
    return "instrumental" if without == ("vocals",) else "no_" + "_".join(without)


def residual_to(request: SeparateRequest, spec: ModelSpec) -> str | None:
    """The stem that takes the residual; the model's own choice holds where that stem is written.

    None where the residual is an output of its own. Raises BadValue.
    """
    asked = request.text("residual/to")
    if asked == RESIDUAL or request.integer("no-residual") or request.two_stems:
        return None
    if asked:
        if request.stems and asked not in request.stems:
            raise BadValue(
                f"--residual-to {asked}, a stem that is not written",
                "one of " + ", ".join(request.stems),
                "Add it to --stems, or use --residual-to residual.",
            )
        return asked
    own = spec.residual_to
    written = not request.stems or own in request.stems
    return own if written and own not in request.known_names else None


def sums_of(request: SeparateRequest, spec: ModelSpec) -> tuple[Sum, ...]:
    """The files, in order; together they are the mix, unless some of it is not wanted.

    Raises BadValue for stems that there are not.
    """
    names = (*spec.stems, *(name for name in request.known_names if name not in spec.stems))
    _require(names, request.stems + request.two_stems + request.minus)
    if makes_anew(spec):
        refuse_sums(spec, request)
        return tuple(Sum(one, (one,)) for one in request.stems or spec.stems)
    outputs = (*names, *(() if residual_to(request, spec) else (RESIDUAL,)))
    if request.minus:
        return (_rest(request.minus, outputs),)
    if request.two_stems:
        return (Sum(request.two_stems[0], request.two_stems), _rest(request.two_stems, outputs))
    stems = tuple(Sum(one, (one,)) for one in names if not request.stems or one in request.stems)
    left = tuple(one for one in outputs if one not in {stem.name for stem in stems})
    if not left or request.integer("no-residual"):
        return stems
    return (*stems, Sum(RESIDUAL, left))


def needed(sums: tuple[Sum, ...], spec: ModelSpec, residual_to: str | None) -> tuple[str, ...]:
    """The model's stems without which these files cannot be made; () for all.

    What is written in one sum with the residual need not be told from it.
    """
    if residual_to is not None:
        return ()
    with_residual = {one for each in sums if RESIDUAL in each.outputs for one in each.outputs}
    written = {one for each in sums for one in each.outputs}
    wanted = set(spec.stems) - with_residual if with_residual else written
    found = tuple(one for one in spec.stems if one in wanted)
    return () if found == spec.stems else found


def _rest(without: tuple[str, ...], outputs: tuple[str, ...]) -> Sum:
    return Sum(rest_name(without), tuple(one for one in outputs if one not in without))


def _require(names: tuple[str, ...], asked: tuple[str, ...]) -> None:
    unknown = [one for one in asked if one not in names]
    if unknown:
        raise BadValue(
            f"stems {', '.join(unknown)}",
            "some of " + ", ".join(names),
            "Run `daw-bridge models list`.",
        )
