"""Scores of all clips, looked up by system, row and metric; gains of pairs and of given stems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from export.scores.evaluation.clip_scores import METRICS
from export.scores.evaluation.listened import LISTENED
from export.scores.evaluation.plan import Injection
from export.scores.evaluation.rows import WITH_RESIDUAL, label
from export.scores.evaluation.summary import Values, over_seeds, paired, seed_spread, summarise
from export.scores.evaluation.systems import Run
from export.scores.evaluation.work import Result

#: The row that is the mean over a system's own rows.
ALL = "all"
_Key = tuple[str, str]


class Results:
    """All results of a run. Names are those of systems, without their seeds."""

    def __init__(self, results: Sequence[Result]) -> None:
        self._by_name: dict[str, dict[int, list[Result]]] = {}
        for result in results:
            seed = result.system.seed if isinstance(result.system, Run) else 0
            self._by_name.setdefault(result.system.name, {}).setdefault(seed, []).append(result)

    def rows(self, name: str) -> list[str]:
        """Rows that a system has scores for, in the tables' order; ALL last if it has one."""
        found = self._of(name)
        rows = dict.fromkeys(row for result in found for row in result.rows)
        single = sorted(rows, key=lambda row: (WITH_RESIDUAL in row, "+" in row))
        return [*single, ALL] if any(_own(result) for result in found) else single

    def _of(self, name: str) -> list[Result]:
        return [result for found in self._by_name.get(name, {}).values() for result in found]

    def seeds(self, name: str) -> list[int]:
        """The seeds that a system was run with."""
        return list(self._by_name[name])

    def seconds_per_second(self, name: str) -> float:
        """Median over clips."""
        return float(np.median([result.seconds_per_second for result in self._of(name)]))

    def processor_s_per_s(self, name: str) -> float:
        """Median over clips."""
        return float(np.median([result.processor_s_per_s for result in self._of(name)]))

    def by_seed(self, name: str, row: str, metric: str) -> list[Values]:
        """dB by clip, for each seed; clips without a score are left out."""
        return [_values(found, row, metric) for found in self._by_name.get(name, {}).values()]

    def values(self, name: str, row: str, metric: str) -> Values:
        """dB by clip, mean over seeds."""
        seeds = self.by_seed(name, row, metric)
        return over_seeds(seeds) if seeds else {}

    def scores(self, name: str) -> dict[str, dict[str, Any]]:
        """{row: {metric: summary}} of a system."""
        table = {
            row: {
                metric: found.as_json()
                for metric in (*METRICS, *LISTENED)
                if (found := summarise(self.values(name, row, metric)))
            }
            for row in self.rows(name)
        }
        return {row: found for row, found in table.items() if found}

    def spread(self, name: str) -> dict[str, dict[str, Any]]:
        """{row: {metric: standard deviations over seeds}}; nothing where there is one seed."""
        table = {
            row: {
                metric: found
                for metric in METRICS
                if (found := seed_spread(self.by_seed(name, row, metric)))
            }
            for row in self.rows(name)
        }
        return {row: found for row, found in table.items() if found}

    def gains(self, name: str, over: str) -> dict[str, dict[str, Any]]:
        """{row: {metric: summary of the paired differences}} of two systems."""
        theirs = self.rows(over)
        shared = [row for row in self.rows(name) if row in theirs]
        if self._own_rows(name) != self._own_rows(over):
            shared = [row for row in shared if row != ALL]
        table: dict[str, dict[str, Any]] = {}
        for row in shared:
            for metric in (*METRICS, *LISTENED):
                found = summarise(self._paired(name, over, row, metric))
                if found:
                    table.setdefault(row, {})[metric] = found.as_json()
        return table

    def _paired(self, name: str, over: str, row: str, metric: str) -> Values:
        """Differences by clip; of ALL the mean over the rows that both have a score for."""
        if row != ALL:
            return paired(self.values(name, row, metric), self.values(over, row, metric))
        rows = sorted({own for found in self._own_rows(name) for own in found})
        tables = [{ALL: dict(self._paired(name, over, own, metric))} for own in rows]
        return _average(tables).get(ALL, {})

    def _own_rows(self, name: str) -> set[tuple[str, ...]]:
        return {tuple(_own(result)) for result in self._of(name)}

    def injection(self, plan: Injection) -> dict[str, Any]:
        """SI-SDR gains of one model's other rows: by what is given, and by how many are."""
        base = {
            result.place.name: result
            for result in self._of(plan.base.name)
            if result.system == plan.base  # of the same seed as what is given
        }
        gains: dict[str, dict[str, dict[_Key, float]]] = {}
        for run in plan.runs:
            for result in self._of(run.name):
                given = _given_gains(result, base[result.place.name], run.known)
                for row, value in given.items():
                    key = _key(result)
                    gains.setdefault("+".join(run.known), {}).setdefault(row, {})[key] = value
        return {
            "steps": plan.steps,
            "gains": {known: _summaries(table) for known, table in gains.items()},
            "by_count": {
                str(count): _summaries(_average(found))
                for count in sorted({len(run.known) for run in plan.runs})
                if (found := [gains[g] for g in gains if g.count("+") == count - 1])
            },
        }


def _key(result: Result) -> _Key:
    return result.place.song.name, result.place.name


def _own(result: Result) -> list[str]:
    """The rows that make up ALL; what is no model has none."""
    if not isinstance(result.system, Run):
        return []
    known = set(result.system.known)
    return [label(row) for row in result.system.rows(result.place.stems) if not known & set(row)]


def _values(found: Iterable[Result], row: str, metric: str) -> Values:
    values = {}
    for result in found:
        value = _mean(result, metric) if row == ALL else result.rows.get(row, {}).get(metric)
        if value is not None:
            values[_key(result)] = value
    return values


def _mean(result: Result, metric: str) -> float | None:
    scored = [result.rows[row].get(metric) for row in _own(result) if row in result.rows]
    kept = [value for value in scored if value is not None]
    return float(np.mean(kept)) if kept else None


def _given_gains(given: Result, base: Result, known: tuple[str, ...]) -> dict[str, float]:
    """Gain in SI-SDR of every row that is not given; nothing where a given stem is silent."""
    if any(base.rows.get(name, {}).get("sdr") is None for name in known):
        return {}
    found = {}
    for row in _own(given):
        now, before = (one.rows.get(row, {}).get("si_sdri") for one in (given, base))
        if now is not None and before is not None:
            found[row] = now - before
    return found | ({ALL: float(np.mean(list(found.values())))} if found else {})


def _average(tables: Sequence[dict[str, dict[_Key, float]]]) -> dict[str, dict[_Key, float]]:
    """Each clip's mean over what is given."""
    lists: dict[str, dict[_Key, list[float]]] = {}
    for table in tables:
        for row, values in table.items():
            for key, value in values.items():
                lists.setdefault(row, {}).setdefault(key, []).append(value)
    return {
        row: {key: float(np.mean(found)) for key, found in values.items()}
        for row, values in lists.items()
    }


def _summaries(table: dict[str, dict[_Key, float]]) -> dict[str, Any]:
    return {row: found.as_json() for row, values in table.items() if (found := summarise(values))}
