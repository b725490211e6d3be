"""Numbers out of texts, and nothing but numbers."""

from __future__ import annotations

import pytest

from engines.errors import RecipeError
from engines.recipes.formula import filled

BOUND = {"T": 256, "F": 2048, "name": "kim", "gain": 1.035}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1024 * (T - 1)", 261120), ("=F // 3 % 7", 682 % 7), ("=T / 512", 0.5), ("=gain", 1.035),
        ("=max(T // 16, 8) + min(T, 3)", 19), ("{name}-{T}", "kim-256"), (3, 3), (True, True),
        (["=T", {"a": "=F"}], [256, {"a": 2048}]),
    ],
)  # fmt: skip
def test_values_are_filled(value: object, expected: object) -> None:
    assert filled(value, BOUND) == expected


@pytest.mark.parametrize(
    "value",
    ["=X", "=T **", "=T ** 9", "=__import__('os')", "=T.real", "=[T]", "=1 / 0", "={", "{X}",
     "{T.x}", "=max(x=1)", "='a' * 9", "=F if T else 1"],
)  # fmt: skip
def test_anything_else_is_an_error_of_the_recipe(value: str) -> None:
    with pytest.raises(RecipeError, match="in a recipe"):
        filled(value, BOUND)
