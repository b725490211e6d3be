"""Tables for a terminal."""

from __future__ import annotations

from daw_bridge.cli.tables import table


def test_numbers_to_the_right_text_to_the_left() -> None:
    text = table(("name", "n", "dB"), [("a", 5, 1.23456), ("long", 1000, None)])
    assert text.splitlines() == ["name     n    dB", "a        5  1.23", "long  1000     -"]


def test_a_header_alone() -> None:
    assert table(("a", "b"), []) == "a  b"
