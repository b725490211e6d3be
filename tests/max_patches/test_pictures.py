"""The guide's pictures show the patches as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from max_patches.generate.pictures import FOLDER, pictures

DRAWN = pictures()
MOST_PIXELS = 0.002
"""Share of a picture's pixels that another build of the font renderer may draw otherwise."""
MUCH = 60
"""Of 255."""


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are of another colour."""
    a, b = (np.asarray(picture.convert("RGB"), np.int16) for picture in (one, other))
    return float((np.abs(a - b).max(axis=-1) > MUCH).mean())


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_picture_shows_the_patch_of_today(name: str) -> None:
    with Image.open(FOLDER / name) as there:
        assert there.size == DRAWN[name].size
        assert unlike(there, DRAWN[name]) < MOST_PIXELS, "python -m max_patches.generate.pictures"


def test_another_box_would_be_noticed() -> None:
    picture = DRAWN["max-live.png"].convert("RGB")
    changed = picture.copy()
    changed.paste("#4a4e55", (100, 100, 300, 144))
    assert unlike(picture, changed) > MOST_PIXELS
