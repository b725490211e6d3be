"""Every patch is laid out as a person would; each rule of it finds what breaks it."""

from __future__ import annotations

import pytest

from max_patches.generate.canvas import Patch
from max_patches.generate.checks import faults
from tests.rigs.patches import Patcher, patchers


@pytest.mark.parametrize("patcher", patchers(), ids=lambda one: one.name)
def test_a_patch_reads_well(patcher: Patcher) -> None:
    assert faults(patcher.tree) == []


def found(patch: Patch) -> list[str]:
    return faults(patch.tree()["patcher"])


def test_a_tidy_patch_has_no_faults() -> None:
    patch = Patch(30, 20)
    patch.chain(patch.obj(2, 2, "loadbang"), patch.obj(2, 5, "prepend set"), patch.msg(2, 8, ""))
    assert found(patch) == []


def test_a_box_off_the_grid_is_found() -> None:
    patch = Patch(30, 20)
    patch.obj(2.5, 2, "loadbang")
    assert found(patch) == ["loadbang is off the grid"]


def test_boxes_that_overlap_are_found() -> None:
    patch = Patch(30, 20)
    patch.obj(2, 2, "loadbang")
    patch.obj(3, 3, "prepend set")
    assert found(patch) == ["loadbang overlaps prepend set"]


def test_a_box_outside_of_the_window_is_found() -> None:
    patch = Patch(30, 20)
    patch.obj(29, 2, "loadbang")
    assert found(patch) == ["loadbang is outside of the window"]


def test_a_cord_through_a_box_is_found() -> None:
    patch = Patch(30, 20)
    top, below = patch.obj(2, 2, "loadbang"), patch.obj(2, 10, "prepend set")
    patch.obj(2, 6, "int")
    patch.cord(top, 0, below)
    assert found(patch) == ["[loadbang] 0 to [prepend set] 0 of obj-2 runs through int"]


def test_a_cord_that_runs_upwards_is_found() -> None:
    patch = Patch(30, 20)
    top, below = patch.obj(2, 2, "prepend set"), patch.obj(12, 10, "loadbang")
    patch.cord(below, 0, top)
    assert found(patch) == ["[loadbang] 0 to [prepend set] 0 of obj-1 runs upwards"]


@pytest.mark.parametrize("swapped", [2, 3, 4])
def test_more_than_three_crossings_are_found(swapped: int) -> None:
    patch = Patch(90, 20)
    above = [patch.obj(2 + 12 * n, 2, "loadbang") for n in range(swapped)]
    below = [patch.obj(2 + 12 * n, 12, "prepend set") for n in range(swapped)]
    for one, other in zip(above, reversed(below), strict=True):
        patch.cord(one, 0, other)
    crossings = swapped * (swapped - 1) // 2
    assert len(found(patch)) == (crossings if crossings > 3 else 0)
