"""Medians over clips, best trivial answer, paired bootstrap, and the table of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.scores.musdb.scores import METRICS, Scores

DRAWS = 10_000
#: system -> row (a stem, or "other + residual") -> scores, of one clip.
ClipScores = Mapping[str, Mapping[str, Scores]]


@dataclass(frozen=True)
class Row:
    """One system's stem in one metric over the clips, dB.

    `gain` is the median of the paired differences to the best trivial answer (the one with the
    highest median), with its 95 % bootstrap interval over clips; `strict_gain` that to the best
    trivial answer of each clip.
    """

    system: str
    stem: str
    metric: str
    clips: int
    median: float
    baseline: str
    baseline_median: float
    gain: float
    low: float
    high: float
    strict_gain: float


def summarise(
    clips: Sequence[ClipScores], systems: Sequence[str], trivial: Sequence[str]
) -> list[Row]:
    """Every system, stem and metric. "other + residual" is held against the answers for "other"."""
    rows = []
    for system in systems:
        for stem in clips[0][system]:
            for metric in METRICS:
                row = _row(clips, system, stem, metric, trivial)
                if row is not None:
                    rows.append(row)
    return rows


def _row(
    clips: Sequence[ClipScores], system: str, stem: str, metric: str, trivial: Sequence[str]
) -> Row | None:
    ours = _column(clips, system, stem, metric)
    base = {name: _column(clips, name, stem.split(" ")[0], metric) for name in trivial}
    base = {name: values for name, values in base.items() if not np.isnan(values).all()}
    kept = ~np.isnan(ours)
    if not kept.any() or not base:
        return None
    ours, base = ours[kept], {name: values[kept] for name, values in base.items()}
    best = max(base, key=lambda name: float(np.median(base[name])))
    gains = ours - base[best]
    low, high = interval(gains)
    strict = ours - np.max(list(base.values()), axis=0)
    return Row(
        system, stem, metric, len(ours), float(np.median(ours)), best,
        float(np.median(base[best])), float(np.median(gains)), low, high, float(np.median(strict)),
    )  # fmt: skip


def _column(
    clips: Sequence[ClipScores], system: str, stem: str, metric: str
) -> NDArray[np.float64]:
    found = [clip[system][stem][metric] for clip in clips]
    return np.array([np.nan if value is None else value for value in found])


def interval(values: NDArray[np.float64], seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the median of `values` (n,)."""
    picks = np.random.default_rng(seed).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(np.median(values[picks], axis=1), [2.5, 97.5])
    return float(low), float(high)


HEADER = ("system", "stem", "museval SDR", "SDR", "SI-SDRi", "best trivial", "its SDR",
          "gain", "95 % from", "to")  # fmt: skip


def figures(rows: Sequence[Row]) -> list[list[str | float | None]]:
    """Rows of the model card: medians, and the gain in plain SDR over the best trivial answer."""
    table: list[list[str | float | None]] = [list(HEADER)]
    for system, stem in dict.fromkeys((row.system, row.stem) for row in rows):
        found = {row.metric: row for row in rows if (row.system, row.stem) == (system, stem)}
        medians = [round(found[m].median, 2) if m in found else None for m in METRICS]
        plain = found["sdr"]
        numbers = (plain.baseline_median, plain.gain, plain.low, plain.high)
        first, *others = (round(number, 2) for number in numbers)
        table.append([system, stem, *medians, plain.baseline, first, *others])
    return table


def markdown(table: Sequence[Sequence[str | float | None]]) -> str:
    """A table as Markdown."""
    header, *rows = table
    lines = ["| " + " | ".join(map(str, header)) + " |", "|" + "---|" * len(header)]
    for row in rows:
        cells = ["-" if c is None else f"{c:.2f}" if isinstance(c, float) else c for c in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as plain values."""
    return [asdict(row) for row in rows]
