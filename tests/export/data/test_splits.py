"""Which songs validate: the same ones, whole artists, and none that was trained on."""

from __future__ import annotations

import pytest

from export.data.errors import DataError
from export.data.layouts import DataSet, Song
from export.data.licences import Licence
from export.data.splits import counts, drawn, wanted

SET = DataSet("mine", Licence("mine", "permissive"))


def songs(*names: str, artist: str = "") -> list[Song]:
    return [Song(name, SET, (), "", artist or name.split(" - ")[0]) for name in names]


def chosen(found: list[Song]) -> set[str]:
    return {song.name for song in found if song.split == "valid"}


@pytest.mark.parametrize(
    ("have", "keep"), [(2, 0), (3, 1), (5, 1), (6, 2), (10, 2), (40, 4), (900, 24)]
)
def test_how_many_validate_where_nobody_says_it(have: int, keep: int) -> None:
    assert wanted(have) == keep


def test_whole_artists_and_the_same_every_time() -> None:
    names = [f"Artist {a} - Song {s}" for a in range(20) for s in range(3)]
    found = chosen(drawn(songs(*names), None, {}))
    assert len(found) == 6 and found == chosen(drawn(songs(*reversed(names)), None, {}))
    held = {name.split(" - ")[0] for name in found}
    assert found == {name for name in names if name.split(" - ")[0] in held}


def test_songs_of_one_artist_are_divided_all_the_same() -> None:
    found = drawn(songs(*(f"Me - {n}" for n in range(10))), None, {})
    assert len(chosen(found)) == 2
    assert counts(found) == "8 to train on, 2 to validate on"


def test_few_singers_of_many_clips_are_held_back_whole() -> None:
    """MIR-1K: 19 singers of about 50 clips."""
    names = [f"Singer {a} - {s}" for a in range(19) for s in range(45 + a)]
    found = chosen(drawn(songs(*names), None, {}))
    held = {name.split(" - ")[0] for name in found}
    assert len(held) == 1 and found == {name for name in names if name.split(" - ")[0] in held}


def test_an_artist_of_more_than_half_of_the_songs_is_learnt_from() -> None:
    found = chosen(drawn(songs("A - 1", *(f"B - {n}" for n in range(9))), None, {}))
    assert found == {"A - 1"}


def test_new_songs_of_an_artist_that_was_learnt_from_are_too() -> None:
    names = [f"{a} - {s}" for a in "ABCDE" for s in range(2)]
    kept = dict.fromkeys((name for name in names if name.endswith("0")), "train")
    kept["E - 0"] = "valid"
    assert chosen(drawn(songs(*names), None, kept)) <= {"E - 0", "E - 1"}


def test_songs_added_later_change_no_choice_and_what_was_learnt_is_not_validated_on() -> None:
    first = drawn(songs(*"abcdef"), None, {})
    before = {song.name: song.split for song in first}
    more = drawn(songs(*"abcdefghijklmnopqrstuvwxyz1234"), None, before)  # 30: three
    assert chosen(first) < chosen(more) and len(chosen(more)) == 3
    assert not (chosen(more) - chosen(first)) & set("abcdef")


def test_a_number_that_is_asked_for_takes_nothing_that_was_learnt_from() -> None:
    found = drawn(songs("a", "b", "c"), 1, {})
    before = {song.name: song.split for song in found}
    with pytest.raises(DataError, match="only 1 of them can"):
        drawn(songs("a", "b", "c"), 2, before)
    assert chosen(drawn(songs("a", "b", "c", "d"), 2, before)) == chosen(found) | {"d"}


def test_what_a_set_states_stands() -> None:
    found = songs("a", "b", "c", "d")
    found[1] = Song("b", SET, (), "valid")
    assert chosen(drawn(found, None, {})) == {"b"}
    assert len(chosen(drawn(found, 1, {}))) == 2  # asked for, beside it
    assert chosen(drawn(songs("a", "b", "c"), 0, {})) == set()
