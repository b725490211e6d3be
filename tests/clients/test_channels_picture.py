"""The drawing in the guide to virtual channels shows what the guide's command says."""

from __future__ import annotations

import numpy as np
from PIL import Image

from daw_bridge.settings.colours import MIX_COLOUR, stem_colours
from tests.rigs.channels_picture import BOX_LEFT, PICTURE, ROW, TOP, draw, maps


def test_every_channel_has_the_colour_of_what_it_carries() -> None:
    image = np.asarray(draw().convert("RGB"))
    heard, played = maps()
    assert heard == {"mix": (1, 2)} and len(played) == 5
    fills = stem_colours(list(played)) | {"mix": MIX_COLOUR}
    for name, (first, last) in (heard | played).items():
        for row in (TOP + ROW * first - ROW // 2, TOP + ROW * last - ROW // 2):
            assert "#" + bytes(image[row, BOX_LEFT + 60]).hex().upper() == fills[name].upper()


def test_the_committed_picture_is_this_one() -> None:
    committed = np.asarray(Image.open(PICTURE).convert("RGB"), np.int16)
    drawn = np.asarray(draw().quantize(64).convert("RGB"), np.int16)
    assert committed.shape == drawn.shape and np.abs(committed - drawn).mean() < 2
