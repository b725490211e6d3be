"""Which estimates belong to which truth, where a model's stems are not those of the clip.

Stems of the same name are the same, but for `other`: that is the rest, and a rest is the same only
where all else is. What is left on both sides is compared as a sum. A `band` model (bass, drums,
guitar, piano, other) on MUSDB gives bass, drums, and guitar+piano+other against other+vocals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from engines.spec import RESIDUAL
from engines.types import Audio
from export.scores.evaluation.sets import OTHER
from export.scores.peers import Row

#: How a stem with the residual added ends, in tables.
WITH_RESIDUAL = f" + {RESIDUAL}"
#: Row of true stems -> the model's outputs whose sum estimates it.
Atoms = dict[Row, tuple[str, ...]]


def atoms(model: Sequence[str], truth: Sequence[str]) -> Atoms:
    """The smallest sums that can be compared.

    A model that has nothing for the rest of the clip has its residual for it; a stem of the model
    for which the clip has no rest either is compared with nothing.
    """
    if set(model) == set(truth):
        return _same(truth)
    common = [name for name in truth if name in model and name != OTHER]
    rest = tuple(name for name in truth if name not in common)
    left = tuple(name for name in model if name not in common)
    found: Atoms = _same(common)
    if rest:
        found[rest] = left or (RESIDUAL,)
    return found


def _same(names: Iterable[str]) -> Atoms:
    return {(name,): (name,) for name in names}


def with_residual(stem: str) -> Row:
    """The row of a stem whose estimate has the residual added."""
    return (stem, RESIDUAL)


def truth_of(row: Row) -> Row:
    """The true stems of a row: the residual is no part of the truth."""
    return tuple(name for name in row if name != RESIDUAL)


def outputs_of(row: Row, found: Atoms) -> tuple[str, ...] | None:
    """The outputs whose sum estimates a row, or None where the atoms do not make it up."""
    if RESIDUAL in row:
        outputs = outputs_of(truth_of(row), found)
        return None if outputs is None or RESIDUAL in outputs else (*outputs, RESIDUAL)
    inside = [atom for atom in found if set(atom) <= set(row)]
    if {name for atom in inside for name in atom} != set(row):
        return None
    return tuple(output for atom in inside for output in found[atom])


def total(audio: Mapping[str, Audio], names: Iterable[str]) -> Audio:
    """The sum of some stems, (channels, samples) float32."""
    return np.sum([audio[name] for name in names], axis=0, dtype=np.float32)


def label(row: Row) -> str:
    """A row's name in tables."""
    stems = truth_of(row)
    return "+".join(stems or row) + (WITH_RESIDUAL if stems != row and stems else "")


def ordered(rows: Iterable[Row], truth: Sequence[str]) -> tuple[Row, ...]:
    """Rows once each: single stems in the clip's order, sums, stems with the residual."""

    def key(row: Row) -> tuple[bool, bool, list[int]]:
        stems = truth_of(row)
        return RESIDUAL in row, len(stems) > 1, [truth.index(name) for name in stems]

    return tuple(sorted(set(rows), key=key))
