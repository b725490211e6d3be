"""Medians and means over clips with 95 % bootstrap intervals over songs, alone and paired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS = 4000
LEAST_SONGS = 5
#: (song, clip) -> dB.
Values = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Summary:
    """dB over clips, with 95 % intervals by bootstrap; of a single clip they are None.

    Whole songs are drawn with replacement, so that several windows of a song count as what they
    are; with fewer than LEAST_SONGS, clips are.
    """

    clips: int
    songs: int
    median: float
    median_low: float | None
    median_high: float | None
    mean: float
    mean_low: float | None
    mean_high: float | None

    def as_json(self) -> dict[str, float | None]:
        """Plain values, rounded to 1e-4 dB."""
        values = asdict(self).items()
        return {name: None if value is None else round(value, 4) for name, value in values}


def summarise(values: Values, seed: int = 0) -> Summary | None:
    """The summary of some clips' values; None of none."""
    if not values:
        return None
    table = _by_song(values)
    every, songs = table[~np.isnan(table)], len(table)
    if songs < LEAST_SONGS:
        table = every[:, None]
    picks = np.random.default_rng(seed).integers(0, len(table), (DRAWS, len(table)))
    drawn = table[picks].reshape(DRAWS, -1)
    whole = not np.isnan(table).any()
    medians = np.median(drawn, axis=1) if whole else np.nanmedian(drawn, axis=1)
    means = np.nanmean(drawn, axis=1)
    return Summary(
        len(every), songs,
        float(np.median(every)), *_interval(medians, len(every) == 1),
        float(every.mean()), *_interval(means, len(every) == 1),
    )  # fmt: skip


def _by_song(values: Values) -> Array:
    """(songs, most clips of a song), NaN where a song has fewer."""
    songs: dict[str, list[float]] = {}
    for (song, _), value in values.items():
        songs.setdefault(song, []).append(value)
    width = max(map(len, songs.values()))
    return np.array([row + [np.nan] * (width - len(row)) for row in songs.values()])


def _interval(drawn: Array, single: bool) -> tuple[float | None, float | None]:
    if single:
        return None, None
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def paired(ours: Values, theirs: Values) -> dict[tuple[str, str], float]:
    """Differences where both have a value."""
    return {key: ours[key] - theirs[key] for key in ours if key in theirs}


def over_seeds(values: Sequence[Values]) -> dict[tuple[str, str], float]:
    """The mean over seeds of each clip that every seed has."""
    shared = set(values[0]).intersection(*values[1:])
    return {key: float(np.mean([one[key] for one in values])) for key in values[0] if key in shared}


def seed_spread(values: Sequence[Values]) -> dict[str, float] | None:
    """How far seeds lie apart, as standard deviations in dB; None of a single seed.

    `of_means`: of the seeds' means over clips; `of_clips`: within a clip, root mean square over
    clips.
    """
    if len(values) < 2:
        return None
    shared = sorted(set(values[0]).intersection(*values[1:]))
    if not shared:
        return None
    table = np.array([[one[key] for key in shared] for one in values])
    within = np.sqrt((table.std(axis=0, ddof=1) ** 2).mean())
    return {
        "of_means": round(float(table.mean(axis=1).std(ddof=1)), 4),
        "of_clips": round(float(within), 4),
    }
