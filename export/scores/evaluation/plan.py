"""What is run, from what was asked for: systems, the pairs compared, curves, injections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from export.scores.evaluation.systems import PRESETS, Exported, Overrides, PeerRun, Run, System


@dataclass(frozen=True)
class Injection:
    """Runs of one model with true stems given, and the same run with none."""

    model: str
    steps: int
    base: Run
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ScorePlan:
    """systems: in the tables' order; pairs: names, the first is compared with the second; curves:
    model -> its runs by steps; variants: runs of the mask variants; baseline: its name, if any."""

    systems: tuple[System, ...]
    pairs: tuple[tuple[str, str], ...]
    curves: dict[str, tuple[str, ...]] = field(default_factory=dict)
    baseline: str | None = None
    variants: tuple[str, ...] = ()
    injections: tuple[Injection, ...] = ()

    @property
    def all_systems(self) -> tuple[System, ...]:
        """Those of the tables and of the injections, each once."""
        given = [run for one in self.injections for run in (one.base, *one.runs)]
        return tuple(dict.fromkeys((*self.systems, *given)))


@dataclass(frozen=True)
class ScoreRequest:
    """What was asked for. `overrides` change every conditional model's schedule; `variants` are
    further schedules, run with `variant_steps`; `inject` is the largest number of given stems;
    `residual_to` is scored with the residual added, too."""

    models: tuple[Exported, ...]
    baseline: Exported | None
    steps: tuple[int, ...]
    seeds: tuple[int, ...]
    peers: tuple[str, ...]
    overrides: Overrides = ()
    variants: tuple[Overrides, ...] = ()
    variant_steps: tuple[int, ...] = ()
    inject: int = 0
    inject_steps: int = 1
    residual_to: str | None = None


def make_plan(request: ScoreRequest) -> ScorePlan:
    """Everything that has to be run."""
    runs = {model.label: _runs(model, request) for model in request.models}
    baseline = None if request.baseline is None else _one_pass(request.baseline, request)
    variants = [run for model in request.models for run in _variants(model, request)]
    peers = [PeerRun(name) for name in request.peers]
    listed = [run for found in runs.values() for run in found]
    systems: list[System] = [*listed, *([baseline] if baseline else []), *variants, *peers]
    name = baseline.name if baseline else None
    curves = {label: _names(found) for label, found in runs.items() if len(_names(found)) > 1}
    pairs = [*_pairs(request, runs, name), *_variant_pairs(variants, request)]
    return ScorePlan(
        tuple(dict.fromkeys(systems)), tuple(dict.fromkeys(pairs)), curves, name,
        _names(variants), tuple(_injections(request)),
    )  # fmt: skip


def _runs(model: Exported, request: ScoreRequest) -> list[Run]:
    """A model with every number of steps and seed; with one step there is nothing to draw. Of
    several presets the live ones have their own number of steps, and so has one that samples."""
    if not model.spec.refines:
        return [_one_pass(model, request)]
    several = len({one.preset for one in request.models}) > 1
    own = several and model.preset != PRESETS[0]
    return [
        Run(model, steps, seed, request.overrides, residual_to=request.residual_to)
        for steps in ((model.default_steps,) if own else request.steps)
        for seed in (request.seeds if steps > 1 else request.seeds[:1])
    ]


def _one_pass(model: Exported, request: ScoreRequest) -> Run:
    steps = 1 if model.spec.diffusion is None else model.default_steps
    return Run(model, steps, request.seeds[0], residual_to=request.residual_to)


def _variants(model: Exported, request: ScoreRequest) -> list[Run]:
    if not model.spec.refines:
        return []
    return [
        Run(model, steps, seed, changes, residual_to=request.residual_to)
        for steps in request.variant_steps
        for changes in request.variants
        for seed in request.seeds
    ]


def _names(runs: Iterable[Run]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(run.name for run in runs))


def _pairs(
    request: ScoreRequest, runs: dict[str, list[Run]], baseline: str | None
) -> Iterable[tuple[str, str]]:
    """More steps against fewer, each against the baseline; the usual steps against others."""
    if not request.models:
        return
    usual = {model.label: _usual(model, runs[model.label]) for model in request.models}
    first = usual[request.models[0].label]
    for model in request.models:
        names = _names(runs[model.label])
        yield from ((name, names[0]) for name in names[1:])
        yield from zip(names[1:], names, strict=False)
        if baseline:
            yield from ((name, baseline) for name in names if name != baseline)
        mine = usual[model.label]
        if mine != first:
            yield mine, first
        yield from ((mine, peer) for peer in request.peers)
    if baseline:
        yield from ((baseline, peer) for peer in request.peers)


def _usual(model: Exported, runs: Sequence[Run]) -> str:
    """The run with the preset's steps, or else with the most."""
    found = [run for run in runs if run.steps == model.default_steps]
    return (found or [max(runs, key=lambda run: run.steps)])[0].name


def _variant_pairs(variants: Sequence[Run], request: ScoreRequest) -> Iterable[tuple[str, str]]:
    """Each variant against the first, which is the model's own schedule."""
    for run in variants:
        first = Run(run.model, run.steps, run.seed, request.variants[0])
        if run.name != first.name:
            yield run.name, first.name


def _injections(request: ScoreRequest) -> Iterable[Injection]:
    if not request.inject:
        return
    for model in (*request.models, *([request.baseline] if request.baseline else [])):
        conditional = model.spec.refines
        steps = request.inject_steps if conditional else 1
        overrides = request.overrides if conditional else ()
        base = Run(model, steps, request.seeds[0], overrides, residual_to=request.residual_to)
        stems = model.spec.stems
        sizes = range(1, min(request.inject, len(stems) - 1) + 1)
        given = [known for size in sizes for known in combinations(stems, size)]
        runs = [Run(model, steps, base.seed, base.overrides, known) for known in given]
        yield Injection(model.label, steps, base, tuple(runs))
