"""Which estimates belong to which truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.spec import RESIDUAL
from export.scores.evaluation.rows import atoms, label, ordered, outputs_of, total

SONG = ("drums", "bass", "other", "vocals")
BAND = ("bass", "drums", "guitar", "piano", "other")
MUSDB = ("bass", "drums", "vocals", "other")
STEMS = st.lists(st.sampled_from((*SONG, "guitar", "piano")), min_size=1, unique=True)


def names(model: tuple[str, ...], truth: tuple[str, ...]) -> dict[str, str]:
    return {label(row): label(outputs) for row, outputs in atoms(model, truth).items()}


def test_the_same_stems_are_compared_one_by_one() -> None:
    assert names(SONG, MUSDB) == {stem: stem for stem in MUSDB}
    assert names(BAND, BAND) == {stem: stem for stem in BAND}


@pytest.mark.parametrize(
    ("model", "truth", "rest"),
    [
        (BAND, MUSDB, {"vocals+other": "guitar+piano+other"}),
        (SONG, BAND, {"guitar+piano+other": "other+vocals"}),
        (BAND[:4], MUSDB, {"vocals+other": "guitar+piano"}),
        (("drums", "bass"), MUSDB, {"vocals+other": RESIDUAL}),
        (BAND, BAND[:4], {"guitar": "guitar", "piano": "piano"}),
    ],
)
def test_the_rest_is_compared_as_a_sum(
    model: tuple[str, ...], truth: tuple[str, ...], rest: dict[str, str]
) -> None:
    assert names(model, truth) == {"bass": "bass", "drums": "drums", **rest}


def test_other_is_not_other_where_an_instrument_may_hide_in_it() -> None:
    found = names(SONG, ("drums", "vocals", "other"))
    assert found == {"drums": "drums", "vocals": "vocals", "other": "bass+other"}


@given(STEMS, STEMS)
def test_every_true_stem_is_in_one_row_and_no_output_in_two(
    model: list[str], truth: list[str]
) -> None:
    found = atoms(model, truth)
    assert sorted(stem for row in found for stem in row) == sorted(truth)
    outputs = [name for used in found.values() for name in used]
    assert len(set(outputs)) == len(outputs)
    assert outputs_of(tuple(truth), found) == tuple(outputs)


def test_sums_are_made_of_whole_atoms_only() -> None:
    found = atoms(BAND, MUSDB)
    assert outputs_of(("bass", "drums"), found) == ("bass", "drums")
    assert outputs_of(("bass", "vocals", "other"), found) == ("bass", "guitar", "piano", "other")
    assert outputs_of(("vocals",), found) is None
    assert outputs_of(("bass", "vocals"), found) is None


def test_totals_and_order() -> None:
    audio = {name: np.full((1, 2), n, np.float32) for n, name in enumerate("abc", start=1)}
    assert total(audio, ("a", "c")).tolist() == [[4, 4]]
    assert total(audio, ("a", "c")).dtype == np.float32
    rows = [("a", "b"), ("b",), ("a",), ("b",)]
    assert ordered(rows, ("a", "b")) == (("a",), ("b",), ("a", "b"))
