"""The picture of TouchOSC's layout in the guide is of the layout that is made now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from daw_bridge.cli.controllers.picture import PICTURE, STEMS, draw
from daw_bridge.cli.controllers.touchosc import layout

ROOT = Path(__file__).parents[4]


def test_the_picture_is_current() -> None:
    drawn = np.asarray(draw(layout(STEMS)).quantize(64).convert("RGB"), dtype=int)
    with Image.open(ROOT / PICTURE) as kept:
        there = np.asarray(kept.convert("RGB"), dtype=int)
    assert there.shape == drawn.shape
    # Letters are smoothed a little differently by another Pillow.
    assert np.mean(np.abs(drawn - there).max(axis=2) > 40) < 0.01


def test_another_layout_is_another_picture() -> None:
    one, other = draw(layout(STEMS)), draw(layout(("drums", "bass")))
    assert one.tobytes() != other.tobytes()
