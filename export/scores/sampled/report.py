"""Scores of all systems as plain values: `export.scores.sampled.evaluate` says what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from export.scores.evaluation.rows import label
from export.scores.evaluation.summary import Summary, Values, paired, summarise
from export.scores.evaluation.systems import Exported, Run, System
from export.scores.evaluation.work import Result
from export.scores.sampled.choice import ALL
from export.scores.sampled.systems import Sampled

METRICS = ("si_sdri", "sdr")


class Table:
    """Results by system, row and metric. ALL is the mean over the model's own rows of a clip, of
    systems that answered each of them that can be heard."""

    def __init__(self, done: Sequence[Result], model: Exported) -> None:
        self._done: dict[str, list[Result]] = {}
        for result in done:
            self._done.setdefault(result.system.name, []).append(result)
        self._model = model

    def rows(self, name: str) -> list[str]:
        """That a system has."""
        found = dict.fromkeys(row for result in self._done[name] for row in result.rows)
        return [*found, ALL]

    def values(self, name: str, row: str, metric: str) -> Values:
        """dB by song and clip."""
        found = {}
        for result in self._done.get(name, []):
            value = self._value(result, row, metric)
            if value is not None:
                found[result.place.song.name, result.place.name] = value
        return found

    def _value(self, result: Result, row: str, metric: str) -> float | None:
        if row != ALL:
            return result.rows.get(row, {}).get(metric)
        own = self._own(result)
        if not set(own) <= set(result.rows):
            return None
        kept = [value for one in own if (value := result.rows[one].get(metric)) is not None]
        return float(np.mean(kept)) if kept else None

    def _own(self, result: Result) -> list[str]:
        """The rows of the diffusion model in this clip."""
        return [label(row) for row in Run(self._model, 1).rows(result.place.stems)]

    def scores(self, name: str) -> dict[str, dict[str, Any]]:
        """{row: {metric: summary}}."""
        return self._summaries(self.rows(name), lambda row, kind: self.values(name, row, kind))

    def gains(self, name: str, over: str) -> dict[str, dict[str, Any]]:
        """The same of paired differences."""
        return self._summaries(
            [row for row in self.rows(name) if row in self.rows(over)],
            lambda row, kind: paired(self.values(name, row, kind), self.values(over, row, kind)),
        )

    def _summaries(self, rows: Sequence[str], values: Any) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for row in rows:
            for metric in METRICS:
                one: Summary | None = summarise(values(row, metric))
                if one is not None:
                    found.setdefault(row, {})[metric] = one.as_json()
        return found


def system_rows(table: Table, systems: Sequence[System], against: Sequence[str]) -> list[Any]:
    """Each system's scores and what it gains over those in `against`."""
    found = []
    for system in systems:
        about: dict[str, Any] = {"system": system.name, "rows": table.scores(system.name)}
        others = [other for other in against if other != system.name]
        about["over"] = {other: table.gains(system.name, other) for other in others}
        if isinstance(system, Sampled):
            about["network_rows"] = system.network_rows
        found.append(about)
    return found


def verdicts(rows: Sequence[Any], stems: Sequence[str], against: Sequence[str]) -> list[Any]:
    """Of every ensemble: the stems whose SI-SDRi is above 0 with its whole interval, those whose is
    not, and the filters that it is above on average, likewise."""
    found = []
    for one in rows:
        if not one["system"].startswith("ensemble"):
            continue
        above = [stem for stem in stems if _above(one["rows"].get(stem, {}))]
        better = [other for other in against if _above(one["over"].get(other, {}).get(ALL, {}))]
        rest = [stem for stem in stems if stem not in above]
        found.append(
            {"system": one["system"], "above_0": above, "not_above_0": rest, "above": better}
        )
    return found


def _above(scores: dict[str, Any]) -> bool:
    low = scores.get("si_sdri", {}).get("mean_low")
    return low is not None and low > 0
