"""The whole evaluation as plain values for JSON; `export.scores.evaluate` says what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from export.scores.evaluation import over_trivial
from export.scores.evaluation.card_rows import card_rows
from export.scores.evaluation.plan import ScorePlan
from export.scores.evaluation.results import Results
from export.scores.evaluation.sets import Place, SongSet
from export.scores.evaluation.systems import Exported, PeerRun, Run, System, file_digest
from export.scores.evaluation.work import Result, Work

VERSION = 1
#: What the rows for a model card say, see card_rows.py and over_trivial.py.
CARD_ROWS = ("scores", "gains")


def make_report(
    plan: ScorePlan,
    models: Sequence[Exported],
    chosen: SongSet,
    places: Sequence[Place],
    work: Work,
    done: Sequence[Result],
    rows: str = CARD_ROWS[0],
) -> dict[str, Any]:
    """Everything that is written; `rows`: one of CARD_ROWS."""
    results = Results(done)
    by_name = {system.name: system for system in plan.systems}
    systems = [_system(results, system) for system in by_name.values()]
    about = {model.label: _model(model) for model in models}
    over = _over_trivial(results, plan, models)
    stems = len(places[0].stems)
    figures = (
        card_rows(chosen.name, systems, about)
        if rows == CARD_ROWS[0]
        else over_trivial.card_rows(over, stems)
    )
    return {
        "version": VERSION,
        "set": _set(chosen, places, work),
        "models": about,
        "systems": systems,
        "figures": figures,
        "over_trivial": [asdict(one) for one in over],
        "gains": [
            {"system": ours, "over": theirs, "rows": results.gains(ours, theirs)}
            for ours, theirs in plan.pairs
        ],
        "curves": {label: _curve(results, plan, names) for label, names in plan.curves.items()},
        "variants": list(plan.variants),
        "injection": {one.model: results.injection(one) for one in plan.injections},
        "clips": [_clip(result) for result in done],
    }


def _over_trivial(
    results: Results, plan: ScorePlan, models: Sequence[Exported]
) -> list[over_trivial.OverTrivial]:
    runs = [system for system in plan.systems if isinstance(system, Run)]
    peers = [system.name for system in plan.systems if isinstance(system, PeerRun)]
    names = {run.name: run.name for run in runs} | {
        run.name: f"{run.model.preset}{run.name.removeprefix(run.model.label)}"
        for run in runs
        if run.model.path == models[0].path
    }
    return over_trivial.over_trivial(results, runs, names, peers)


def _set(chosen: SongSet, places: Sequence[Place], work: Work) -> dict[str, Any]:
    return {
        "name": chosen.name,
        "songs": len({place.song for place in places}),
        "clips": len(places),
        "seconds": chosen.seconds,
        "rate_hz": work.rate_hz,
        "channels": work.channels,
        "stems": list(dict.fromkeys(stem for place in places for stem in place.stems)),
    }


def _model(model: Exported) -> dict[str, Any]:
    spec = model.spec
    return {
        "name": spec.name,
        "sha256": file_digest(model.path),
        "stems": list(spec.stems),
        "rate_hz": spec.rate_hz,
        "conditional": spec.conditional,
        "preset": {"name": model.preset, **asdict(spec.presets[model.preset])},
        "schedule": None if spec.schedule is None else asdict(spec.schedule),
        "device": model.device,
        "threads": model.threads,
    }


def _system(results: Results, system: System) -> dict[str, Any]:
    about: dict[str, Any] = {"name": system.name}
    if isinstance(system, Run):
        about |= {"kind": "model", "model": system.model.label, "steps": system.steps}
        about |= {"overrides": dict(system.overrides), "seeds": results.seeds(system.name)}
    else:
        about["kind"] = "peer"
    return about | {
        "seconds_per_second": results.seconds_per_second(system.name),
        "processor_s_per_s": results.processor_s_per_s(system.name),
        "rows": results.scores(system.name),
        "seed_spread": results.spread(system.name),
    }


def _curve(results: Results, plan: ScorePlan, names: Sequence[str]) -> dict[str, Any]:
    """SI-SDRi over steps by row, mean with its interval and the spread of seeds."""
    scores = [results.scores(name) for name in names]
    spreads = [results.spread(name) for name in names]
    base = results.scores(plan.baseline) if plan.baseline else {}
    rows = [row for row in scores[0] if all("si_sdri" in one.get(row, {}) for one in scores)]
    return {
        "steps": [_steps(plan, name) for name in names],
        "rows": {
            row: {
                "mean": [one[row]["si_sdri"]["mean"] for one in scores],
                "low": [one[row]["si_sdri"]["mean_low"] for one in scores],
                "high": [one[row]["si_sdri"]["mean_high"] for one in scores],
                "seed_spread": [
                    one.get(row, {}).get("si_sdri", {}).get("of_means") for one in spreads
                ],
                "baseline": base.get(row, {}).get("si_sdri", {}).get("mean"),
            }
            for row in rows
        },
    }


def _steps(plan: ScorePlan, name: str) -> int:
    found = next(system for system in plan.systems if system.name == name)
    assert isinstance(found, Run)
    return found.steps


def _clip(result: Result) -> dict[str, Any]:
    seed = {"seed": result.system.seed} if isinstance(result.system, Run) else {}
    return {
        "clip": result.place.name,
        "song": result.place.song.name,
        "system": result.system.name,
        **seed,
        "rows": result.rows,
    }
