"""The figures of all songs: medians, and paired differences with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from daw_bridge.cli.models.comparing.figures import REST_ROW, A, B, SongFigures
from daw_bridge.cli.models.comparing.lanes import LANES
from engines.spec import RESIDUAL

DRAWS, SEED = 4000, 0
LEAST_SONGS = 5
"""From so many songs on an interval is worth a verdict."""


@dataclass(frozen=True)
class Difference:
    """a less b in dB over the songs that both have a score of: the mean with its 95 % interval.

    The interval is by bootstrap over songs; None of fewer than two.
    """

    songs: int
    mean: float
    low: float | None
    high: float | None

    @property
    def better(self) -> str:
        """`a` or `b` where the interval leaves out 0; "" where it does not, and of few songs."""
        if self.songs < LEAST_SONGS or self.low is None or self.high is None:
            return ""
        return A if self.low > 0 else B if self.high < 0 else ""


@dataclass(frozen=True)
class StemScore:
    """Plain SDR in dB of a true stem: medians over songs of each model, and the difference."""

    stem: str
    songs: int
    a: float | None
    b: float | None
    difference: Difference | None


@dataclass(frozen=True)
class StemBeside:
    """Medians over songs for a stem or the residual, without truth; None where there is none.

    Shares are of the mix's energy. Leakage: the other stem of the other model with the highest
    median, and that share.
    """

    stem: str
    agreement_db: float | None
    a_share: float | None
    b_share: float | None
    a_leakage: tuple[str, float] | None
    b_leakage: tuple[str, float] | None


@dataclass(frozen=True)
class Summary:
    """Of all songs. `seconds`: of audio; `computing`: of each model."""

    songs: int
    with_truth: int
    seconds: float
    computing: Mapping[str, float]
    scores: tuple[StemScore, ...]
    beside: tuple[StemBeside, ...]


def summary(songs: Sequence[SongFigures]) -> Summary:
    """Of at least one song."""
    names = dict.fromkeys(one.stem for song in songs for one in song.scores)
    rest = [name for name in names if name.startswith(REST_ROW)]
    return Summary(
        len(songs),
        sum(bool(song.scores) for song in songs),
        sum(song.seconds for song in songs),
        {who: sum(song.computing[who] for song in songs) for who in LANES},
        tuple(_score(songs, stem) for stem in [*(n for n in names if n not in rest), *rest]),
        _beside(songs),
    )


def _score(songs: Sequence[SongFigures], stem: str) -> StemScore:
    rows = [one for song in songs for one in song.scores if one.stem == stem]
    a, b = [one.a for one in rows], [one.b for one in rows]
    pairs = [(one.a, one.b) for one in rows if one.a is not None and one.b is not None]
    gaps = [one - two for one, two in pairs]
    return StemScore(stem, len(rows), _median(a), _median(b), difference(gaps))


def difference(values: Sequence[float]) -> Difference | None:
    """The mean of paired differences, and its interval; None of none."""
    if not values:
        return None
    mean = float(np.mean(values))
    if len(values) < 2:
        return Difference(1, mean, None, None)
    picks = np.random.default_rng(SEED).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(np.asarray(values)[picks].mean(axis=1), [2.5, 97.5])
    return Difference(len(values), mean, float(low), float(high))


def _beside(songs: Sequence[SongFigures]) -> tuple[StemBeside, ...]:
    outputs = dict.fromkeys(stem for song in songs for who in LANES for stem in song.shares[who])
    last = [stem for stem in outputs if stem == RESIDUAL]
    return tuple(_stem(songs, stem) for stem in [*(s for s in outputs if s not in last), *last])


def _stem(songs: Sequence[SongFigures], stem: str) -> StemBeside:
    rows = [one for song in songs for one in song.beside if one.stem == stem]
    a, b = (_median([song.shares[who].get(stem) for song in songs]) for who in LANES)
    return StemBeside(
        stem, _median([one.agreement_db for one in rows]), a, b,
        _worst(one.a_leakage for one in rows), _worst(one.b_leakage for one in rows),
    )  # fmt: skip


def _worst(found: Iterable[Mapping[str, float]]) -> tuple[str, float] | None:
    values: dict[str, list[float]] = {}
    for one in found:
        for stem, share in one.items():
            values.setdefault(stem, []).append(share)
    medians = {stem: median(shares) for stem, shares in values.items()}
    return max(medians.items(), key=lambda item: item[1], default=None)


def _median(values: Iterable[float | None]) -> float | None:
    found = [one for one in values if one is not None]
    return median(found) if found else None
