"""Boxes where they are put, with the ports they have; cords only where ports are."""

from __future__ import annotations

import json

import pytest

from max_patches.generate.canvas import CELL, Patch, wrapped
from max_patches.generate.geometry import inlet_at, outlet_at
from max_patches.generate.objects import Ports


def test_a_span_lets_cords_fall_straight() -> None:
    patch = Patch(40, 20)
    above = patch.obj(2, 2, "t i i", 12)
    below = [patch.obj(2, 6, "int"), patch.obj(14, 6, "int")]
    trees = [one.box.to_dict()["box"] for one in (above, *below)]
    for n, one in enumerate(trees[1:]):
        assert outlet_at(trees[0], n)[0] == inlet_at(one, 0)[0]
        assert one["patching_rect"][0] == (2 + 12 * n) * CELL


def test_a_span_narrower_than_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="narrower than its text"):
        Patch(40, 20).obj(2, 2, "udpreceive 9000 @defer 1", 3)


def test_a_cord_to_a_port_that_is_not_there_is_refused() -> None:
    patch = Patch(40, 20)
    with pytest.raises(IndexError, match="int"):
        patch.cord(patch.obj(2, 2, "loadbang"), 1, patch.obj(2, 6, "int"))
    with pytest.raises(IndexError, match="int"):
        patch.cord(patch.obj(12, 2, "loadbang"), 0, patch.obj(12, 6, "int"), 2)


def test_the_same_patch_gives_the_same_bytes() -> None:
    def made() -> str:
        patch = Patch(40, 20)
        inner = Patch(20, 20, patch)
        inner.chain(inner.inlet(2, 2, 1, "in"), inner.outlet(2, 8, 1, "out"))
        patch.chain(patch.obj(2, 2, "loadbang"), patch.sub(2, 6, "inner", inner, Ports(1, ("",))))
        return patch.text()

    assert made() == made()
    assert json.loads(made())["patcher"]["rect"][2:] == [600.0, 300.0]


def test_a_comment_breaks_between_words() -> None:
    assert wrapped("one two", 1000, 12) == ["one two"]
    assert wrapped("one two", 30, 12) == ["one", "two"]
    assert wrapped("one\ntwo", 1000, 12) == ["one", "two"]
