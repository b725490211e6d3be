"""The figures of one song: against the true stems where there are some, and of model on model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daw_bridge.cli.models.comparing.lanes import LANES
from daw_bridge.cli.models.comparing.sums import Row, Sums
from engines.spec import RESIDUAL

A, B = LANES
REST_ROW = "all but "
"""So the row of the rest is called, and then what it leaves out."""
OTHER = "other"
"""A model's stem for all that it has no name for."""


@dataclass(frozen=True)
class Scored:
    """Plain SDR in dB of both models for one true signal; None where a model has none of it."""

    stem: str
    a: float | None
    b: float | None


@dataclass(frozen=True)
class Beside:
    """A stem that both models have, one beside the other, without any truth.

    `agreement_db`: SDR of a's stem with b's in the place of the truth. `a_leakage`: for each other
    stem of b the share of a's stem that is a copy of it and not of b's own; `b_leakage` the
    reverse.
    """

    stem: str
    agreement_db: float | None
    a_leakage: Mapping[str, float]
    b_leakage: Mapping[str, float]


@dataclass(frozen=True)
class SongFigures:
    """All of a song. `seconds`: of audio; `computing`: of each model.

    `shares`: for each model the energy of each output over the mix's.
    """

    name: str
    seconds: float
    computing: Mapping[str, float]
    scores: tuple[Scored, ...]
    beside: tuple[Beside, ...]
    shares: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...] = ()


def scores(sums: Sums) -> tuple[Scored, ...]:
    """One for each true stem that a model has, and one for the rest; silent ones are left out.

    The rest is all but the true stems that both models have: the sum of the other true stems, and
    for each model that of its other outputs, the residual among them.
    """
    true = _of(sums, "true")
    a, b = (_of(sums, whose) for whose in LANES)
    found = [
        Scored(
            stem,
            _sdr(sums, [stem], A, [stem]) if is_same(stem, true, a) else None,
            _sdr(sums, [stem], B, [stem]) if is_same(stem, true, b) else None,
        )
        for stem in true
    ]
    both = [stem for stem in true if is_same(stem, true, a) and is_same(stem, true, b)]
    left = [stem for stem in true if stem not in both]
    if both and left:
        rest = ([stem for stem in outputs if stem not in both] for outputs in (a, b))
        scored = (_sdr(sums, left, who, of) for who, of in zip(LANES, rest, strict=True))
        found.append(Scored(REST_ROW + ", ".join(both), *scored))
    return tuple(one for one in found if one.a is not None or one.b is not None)


def is_same(stem: str, first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether a stem of this name is the same music among these stems and among those.

    `other` is all that the further stems are not: the same only where those are. The residual is no
    music that has a name.
    """
    if stem == RESIDUAL or stem not in first or stem not in second:
        return False
    return stem != OTHER or {*first, RESIDUAL} == {*second, RESIDUAL}


def beside(sums: Sums) -> tuple[Beside, ...]:
    """One for each stem that both models have."""
    a, b = (_of(sums, whose) for whose in LANES)
    return tuple(
        Beside(
            stem,
            sums.sdr_db([Row(B, stem)], [Row(A, stem)]),
            _leakage(sums, stem, A, B),
            _leakage(sums, stem, B, A),
        )
        for stem in a
        if is_same(stem, a, b)
    )


def shares(sums: Sums) -> dict[str, dict[str, float]]:
    """For each model the energy of each output over the mix's; none where the mix is silent."""
    found = {
        whose: {stem: sums.share([Row(whose, stem)], [Row("mix", "")]) for stem in _of(sums, whose)}
        for whose in LANES
    }
    return {
        whose: {stem: share for stem, share in of.items() if share is not None}
        for whose, of in found.items()
    }


def mix_db(sums: Sums) -> float | None:
    """The SDR of the sum of the true stems with the mix in the place of the truth; None without
    true stems, or a mix."""
    true = [Row("true", stem) for stem in _of(sums, "true")]
    return sums.sdr_db([Row("mix", "")], true) if true else None


def _of(sums: Sums, whose: str) -> list[str]:
    return [row.stem for row in sums.rows if row.whose == whose]


def _sdr(sums: Sums, true: Sequence[str], whose: str, stems: Sequence[str]) -> float | None:
    return sums.sdr_db([Row("true", one) for one in true], [Row(whose, one) for one in stems])


def _leakage(sums: Sums, stem: str, whose: str, other: str) -> dict[str, float]:
    found = {
        one: sums.leakage([Row(whose, stem)], [Row(other, stem)], [Row(other, one)])
        for one in _of(sums, other)
        if one not in (stem, RESIDUAL)
    }
    return {one: share for one, share in found.items() if share is not None}
