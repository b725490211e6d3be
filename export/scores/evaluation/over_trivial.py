"""What a model gains over the best answer that costs nothing: mix, a share of it, or silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.scores.evaluation.clip_scores import METRICS
from export.scores.evaluation.results import ALL, Results
from export.scores.evaluation.rows import WITH_RESIDUAL
from export.scores.evaluation.systems import Run

TRIVIAL = ("mix", "mix_share", "silence")
DRAWS = 10_000
HEADER = ("system", "stem", "museval SDR", "SDR", "SI-SDRi", "best trivial", "its SDR",
          "gain", "95 % from", "to")  # fmt: skip
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OverTrivial:
    """One row of one model's run in one metric over the clips, dB.

    `gain` is the median of the paired differences to the best trivial answer (`best`, the one with
    the highest median), with its 95 % bootstrap interval over clips; `strict_gain` that to the best
    trivial answer of each clip.
    """

    system: str
    row: str
    metric: str
    clips: int
    median: float
    best: str
    best_median: float
    gain: float
    low: float
    high: float
    strict_gain: float


def over_trivial(
    results: Results, runs: Sequence[Run], names: Mapping[str, str], peers: Sequence[str]
) -> list[OverTrivial]:
    """Every run, row and metric, rows in the order of the model's stems. `names`: what runs are
    called, by their names; `peers`: those that were run. A row with the residual added is held
    against the answers for the stem itself."""
    trivial = [name for name in TRIVIAL if name in peers]
    found = []
    for run in {run.name: run for run in runs}.values():
        for row in _rows(results, run):
            for metric in METRICS:
                one = _compared(results, run.name, row, metric, trivial)
                if one is not None:
                    found.append(OverTrivial(names[run.name], row, metric, *one))
    return found


def _rows(results: Results, run: Run) -> list[str]:
    order = {stem: number for number, stem in enumerate(run.model.spec.stems)}
    rows = [row for row in results.rows(run.name) if row != ALL]
    return sorted(rows, key=lambda row: order.get(row, len(order)))


def _compared(
    results: Results, name: str, row: str, metric: str, trivial: Sequence[str]
) -> tuple[int, float, str, float, float, float, float, float] | None:
    """The fields of OverTrivial from `clips` on; None where there is nothing to compare."""
    ours = results.values(name, row, metric)
    answers = {
        peer: results.values(peer, row.removesuffix(WITH_RESIDUAL), metric) for peer in trivial
    }
    base = {
        peer: np.array([values.get(clip, np.nan) for clip in ours])
        for peer, values in answers.items()
        if values
    }
    if not ours or not base:
        return None
    values = np.array(list(ours.values()))
    best = max(base, key=lambda peer: float(np.median(base[peer])))
    gains = values - base[best]
    low, high = interval(gains)
    strict = values - np.max(list(base.values()), axis=0)
    return (
        len(values), float(np.median(values)), best, float(np.median(base[best])),
        float(np.median(gains)), low, high, float(np.median(strict)),
    )  # fmt: skip


def interval(values: _Floats, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the median of `values` (n,)."""
    picks = np.random.default_rng(seed).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(np.median(values[picks], axis=1), [2.5, 97.5])
    return float(low), float(high)


def card_rows(found: Sequence[OverTrivial], stems: int) -> list[list[str | float | None]]:
    """Rows of a model card: medians, and the gain in plain SDR over the best trivial answer.
    `stems`: how many the clips have, of which the share of the mix is one."""
    table: list[list[str | float | None]] = [list(HEADER)]
    for system, row in dict.fromkeys((one.system, one.row) for one in found):
        mine = {one.metric: one for one in found if (one.system, one.row) == (system, row)}
        medians = [round(mine[m].median, 2) if m in mine else None for m in METRICS]
        plain = mine["sdr"]
        best = f"mix/{stems}" if plain.best == "mix_share" else plain.best
        numbers = [plain.best_median, plain.gain, plain.low, plain.high]
        first, *others = (round(number, 2) for number in numbers)
        table.append([system, row, *medians, best, first, *others])
    return table
