"""Which stems of a network a song tells apart."""

from __future__ import annotations

import pytest

from export.data.errors import DataError
from export.data.layouts.musdb18 import CONTENTS
from export.data.rows import rows_of
from export.data.stems import EVERYTHING

SONG = ("drums", "bass", "other", "vocals")
BAND = ("bass", "drums", "guitar", "piano", "other")
MUSDB = list(CONTENTS.values())


def parts(*stems: str) -> list[frozenset[str]]:
    """Parts from `guitar` or `bass+guitar`."""
    return [frozenset(one.split("+")) for one in stems]


def test_a_record_tells_the_stems_of_song_apart_and_only_two_of_a_band() -> None:
    rows = rows_of(MUSDB, SONG)
    assert rows.groups.tolist() == [0, 1, 2, 3] and rows.places == (0, 1, 2, 3) and not rows.sums
    rows = rows_of(MUSDB, BAND)
    assert rows.groups.tolist() == [0, 1, 2, 2, 2] and rows.places == (1, 0, 2, 2) and rows.sums
    assert [rows.alone(stem) for stem in range(5)] == [True, True, False, False, False]


def test_a_guitar_and_the_rest_are_a_guitar_and_a_sum() -> None:
    game = [*parts("guitar"), EVERYTHING - {"guitar"}]
    assert rows_of(game, BAND).groups.tolist() == [0, 0, 2, 0, 0]
    assert rows_of(game, SONG).groups.tolist() == [0, 0, 0, 0]  # its other is in both files
    assert rows_of(game, SONG).places == (0, 0)


def test_stems_that_a_song_has_not_are_silent_and_known() -> None:
    rows = rows_of(parts("drums", "piano"), BAND)
    assert not rows.sums and rows.places == (1, 3)
    assert rows.alone(3) and not rows.alone(2)


def test_chains_of_sums_are_one_sum() -> None:
    rows = rows_of(parts("piano+other", "guitar+piano", "drums"), BAND)
    assert rows.groups.tolist() == [0, 1, 2, 2, 2] and rows.places == (2, 2, 1)


def test_a_stem_of_any_other_name_is_everything_else() -> None:
    rows = rows_of(MUSDB, ("vocals", "accompaniment"))
    assert rows.places == (1, 1, 1, 0) and not rows.sums


def test_what_a_network_has_no_stem_for_is_an_error() -> None:
    with pytest.raises(DataError, match=r"data has .*guitar.*expected an `other`.*\[bad-stems\]"):
        rows_of(MUSDB, ("drums", "bass", "vocals"))
    with pytest.raises(DataError, match=r"stems vocls, rest of it.*the nearest is vocals"):
        rows_of(MUSDB, ("vocls", "rest of it"))
    assert rows_of(parts("drums"), ("drums", "bass")).places == (0,)
