"""Recipes as records."""

from __future__ import annotations

import pytest

from engines.errors import RecipeError
from engines.recipes.reading import FOLDER, recipe, recipes


def test_every_file_is_a_recipe() -> None:
    assert set(recipes()) == {one.stem for one in FOLDER.glob("*.toml")}
    assert recipe("mdx-net").table == "mdx-net.rows"


def test_a_wrong_name_gets_the_nearest_one() -> None:
    with pytest.raises(RecipeError, match="perhaps spleeter was meant"):
        recipe("spleter")
    with pytest.raises(RecipeError, match=r"own-models\.md"):
        recipe("zzz")
