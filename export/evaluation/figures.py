"""An evaluation's rows for a model card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

HEADER = ("set", "system", "stem", "SI-SDRi", "from", "to", "SDR", "museval SDR")
PLACES = 2


def figures(name: str, systems: Sequence[dict[str, Any]]) -> list[list[str | float | None]]:
    """A header, then a row for each system of the set `name` and each stem it has, in dB:
    SI-SDRi is the mean with its 95 % interval, the SDRs are medians.

    `systems`: as in the report.
    """
    rows: list[list[str | float | None]] = [list(HEADER)]
    for system in systems:
        for stem, scores in system["rows"].items():
            rows.append([name, system["name"], stem, *_numbers(scores)])
    return rows


def _numbers(scores: dict[str, dict[str, float | None]]) -> list[float | None]:
    wanted = (
        ("si_sdri", "mean"),
        ("si_sdri", "mean_low"),
        ("si_sdri", "mean_high"),
        ("sdr", "median"),
        ("museval", "median"),
    )
    found = [scores.get(metric, {}).get(field) for metric, field in wanted]
    return [None if value is None else round(float(value), PLACES) for value in found]
