"""Names of files and the stems that they hold."""

from __future__ import annotations

import pytest

from export.data.stems import NONE, REST, guess, nearest, ordered


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("drums", "drums"), ("01_Kick In", "drums"), ("Bass Drum 2", "drums"), ("HiHat", "drums"),
        ("Bass DI", "bass"), ("bass guitar", "bass"), ("EGtr dist L", "guitar"),
        ("GTR_2", "guitar"),
        ("E-Piano", "piano"), ("Synth Pad", "keys"), ("Violins II", "strings"), ("Sax", "winds"),
        ("Lead Vox", "vocals"), ("BGVs", "vocals"), ("LeadVocalDouble", "vocals"),
        ("other", REST), ("other guitar", "guitar"), ("no vocals", REST), ("FX print", REST),
        ("mixture", NONE), ("click", NONE), ("guitar mix", "guitar"),
        ("Instrumental (no vox)", ""), ("mix minus vocals", ""), ("no vocal", ""),
        ("no voice", ""), ("vocals removed", ""), ("Non-vocal", ""), ("No Drums", ""),
        ("Song without drums", ""), ("no_drums", ""), ("NoBass", ""), ("Drums karaoke", ""),
        ("Vocal mix", ""), ("Guitar Instrumental", ""), ("Instrumental", REST),
        ("Guitar No. 2", "guitar"), ("Vox no 1", "vocals"),
        ("Audio 03", ""), ("vocls", ""), ("piano guitar", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_name(name: str, stem: str) -> None:
    assert guess(name) == stem


def test_the_nearest_of_what_is_known_is_named() -> None:
    assert nearest("vocls", ["drums", "vocals"]) == "drums, vocals; the nearest is vocals"
    assert nearest("gtrs", ["guitar", "bass"]).endswith("the nearest is guitar")
    assert nearest("zzz", ["drums", "vocals"]) == "drums, vocals"


def test_stems_are_named_in_one_order() -> None:
    assert ordered({"other", "bass", "drums"}) == ("drums", "bass", "other")
