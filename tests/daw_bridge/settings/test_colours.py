"""A stem has the same colour everywhere."""

from __future__ import annotations

import re

from daw_bridge.settings.colours import stem_colours


def test_a_stem_keeps_its_colour_whatever_stands_beside_it() -> None:
    alone = stem_colours(["drums"])
    assert stem_colours(["flute", "drums"])["drums"] == alone["drums"]


def test_every_stem_has_a_colour_of_its_own() -> None:
    found = stem_colours(["drums", "bass", "other", "vocals", "guitar", "piano", "residual"])
    assert len(set(found.values())) == 7
    assert all(re.fullmatch(r"#[0-9A-F]{6}", one) for one in found.values())


def test_stems_of_other_names_have_colours_too() -> None:
    assert list(stem_colours(["flute", "horn"]).values()) == ["#0072B2", "#E69F00"]
