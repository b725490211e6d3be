"""A graph against a recipe's axes."""

from __future__ import annotations

from engines.recipes.shapes import lengths

WANTED = {"input": "B 4 F T"}


def test_stated_lengths_are_found() -> None:
    assert lengths(WANTED, {"input": ["batch", 4, 2048, 256]}) == {"F": 2048, "T": 256}
    assert lengths(WANTED, {"input": [None, 4, 2048, "T"]}) == {"F": 2048}
    assert lengths(WANTED, {"input": []}) == {}


def test_what_does_not_fit_is_none() -> None:
    for seen in (
        {"input": [1, 3, 2048, 256]}, {"input": [1, 4, 2048]}, {"mix": [1, 4, 2048, 256]},
        {"input": [1, 4, 2048, 256], "more": [1]}, {},
    ):  # fmt: skip
        assert lengths(WANTED, seen) is None


def test_one_letter_is_one_length() -> None:
    wanted = {"a": "B T", "b": "B T"}
    assert lengths(wanted, {"a": [1, 5], "b": [1, 5]}) == {"B": 1, "T": 5}
    assert lengths(wanted, {"a": [1, 5], "b": [1, 6]}) is None
