"""Whether parts play: onsets and harmonicity in the range that real ones have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from export.scores.evaluation.summary import summarise
from export.scores.generated.likeness import COLOURED, MIX, OTHERS, Sets, Sounds
from export.scores.generated.sound import flux, harmonicity

MEASURES = {"flux": flux, "harmonicity": harmonicity}
WANTED = (("drums", "flux"), ("bass", "harmonicity"))
"""What must be in the range of real ones, by name."""
RANGE = (2.5, 97.5)


def measured(sounds: Sounds, rate_hz: int) -> dict[str, list[float]]:
    """Of each sound (N, T)."""
    return {
        name: [measure(one.astype(np.float64), rate_hz) for one in sounds]
        for name, measure in MEASURES.items()
    }


def playing(reference: Mapping[str, Sounds], sets: Sets, rate_hz: int) -> list[dict[str, Any]]:
    """A row for each stem, measure and set: its mean with an interval, how many are in the range of
    the reference, and that range."""
    found = []
    for stem, real in reference.items():
        if stem == MIX or len(real) < 2:
            continue
        usual = measured(real, rate_hz)
        for what, rows in sets.items():
            if stem in rows and (what.startswith("generated") or what in (OTHERS, COLOURED)):
                values = measured(rows[stem], rate_hz)
                found += [_row(stem, name, what, values[name], usual[name]) for name in MEASURES]
    return found


def _row(
    stem: str, name: str, what: str, values: Sequence[float], usual: Sequence[float]
) -> dict[str, Any]:
    low, high = (float(one) for one in np.percentile(usual, RANGE))
    inside = float(np.mean([low <= one <= high for one in values]))
    summary = summarise({(str(n), ""): one for n, one in enumerate(values)})
    assert summary is not None
    return {
        "stem": stem, "measure": name, "set": what, "count": len(values),
        "mean": [summary.mean, summary.mean_low, summary.mean_high],
        "range": [low, high], "inside": inside, "mean_inside": bool(low <= summary.mean <= high),
    }  # fmt: skip


def verdicts(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """In words: what must be in the range of real ones, and whether it is."""
    found = []
    for row in rows:
        if (row["stem"], row["measure"]) in WANTED and row["set"].startswith("generated"):
            low, high = row["range"]
            is_in = "is within" if row["mean_inside"] else "is not within"
            found.append(
                f"{row['stem']}, {row['set']}: mean {row['measure']} {row['mean'][0]:.3f} {is_in} "
                f"the range of real ones, {low:.3f} to {high:.3f} ({row['inside']:.0%} of "
                f"{row['count']} are)."
            )
    return found
