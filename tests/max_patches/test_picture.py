"""The picture of a patch shows what is in it."""

from __future__ import annotations

from PIL import Image

from max_patches.generate.canvas import Patch
from max_patches.generate.picture import AUDIO, CORD, OBJECT, PAPER, SCALE, draw
from tests.rigs.patches import patchers

CELL = 15 * SCALE


def shown(patch: Patch) -> Image.Image:
    return draw(patch.tree()["patcher"])


def at(image: Image.Image, x: float, y: float) -> str:
    """The colour at a place, in cells."""
    found = image.getpixel((int(x * CELL), int(y * CELL)))
    assert isinstance(found, tuple)
    return "#{:02x}{:02x}{:02x}".format(*found)


def test_it_has_the_windows_size_and_paper() -> None:
    image = shown(Patch(20, 10))
    assert image.size == (20 * CELL, 10 * CELL)
    assert at(image, 10, 5) == PAPER


def test_boxes_and_cords_are_where_they_are() -> None:
    patch = Patch(30, 20)
    patch.chain(patch.obj(2, 2, "loadbang"), patch.obj(2, 10, "prepend set"))
    image = shown(patch)
    assert at(image, 2.2, 2.8) == OBJECT
    assert at(image, 2 + 9.5 / 15, 6) == CORD
    assert at(image, 2 + 9.5 / 15, 14) == PAPER


def test_audio_has_a_colour_of_its_own() -> None:
    patch = Patch(30, 20)
    patch.chain(patch.obj(2, 2, "adc~ 1"), patch.obj(2, 10, "dac~ 1"))
    assert at(shown(patch), 2 + 9.5 / 15, 6) == AUDIO


def test_every_patch_of_the_package_can_be_drawn() -> None:
    for patcher in patchers():
        assert draw(patcher.tree).getcolors(1 << 20) != [(1, PAPER)]
