"""Cords join ports that are there; the table of objects says what Max's reference says."""

from __future__ import annotations

import pytest
from py2max.maxref import get_inlet_count, get_object_info, get_outlet_count

from max_patches.generate.objects import OBJECTS, UnknownObject, ports
from tests.rigs.patches import Patcher, patch_files, patchers, read, typed

ALL = patchers()
#: Their ports follow from their arguments, or the reference tells no number.
BY_ARGUMENTS = {
    "adc~", "dac~", "pack", "play~", "route", "select", "sfplay~", "sprintf", "t", "trigger",
    "unpack",
}  # fmt: skip
NOT_TOLD = {"inlet", "live.object", "live.path", "node.script", "outlet", "udpsend",
            "bpatcher"}  # fmt: skip
every_patcher = pytest.mark.parametrize("patcher", ALL, ids=lambda one: one.name)


@every_patcher
def test_every_cord_joins_ports_that_are_there(patcher: Patcher) -> None:
    boxes = patcher.boxes
    assert len(boxes) == len(patcher.tree["boxes"])
    for (source, outlet), (target, inlet) in patcher.cords:
        assert outlet < boxes[source]["numoutlets"], typed(boxes[source])
        assert inlet < boxes[target]["numinlets"], typed(boxes[target])


@every_patcher
def test_every_box_has_the_ports_of_the_table(patcher: Patcher) -> None:
    for box in patcher.boxes.values():
        found = (box["numinlets"], tuple(box["outlettype"]))
        if "patcher" in box:
            assert found == inside(box["patcher"]), box["text"]
        else:
            known = ports(typed(box))
            assert found == (known.inlets, known.outlets), typed(box)


def inside(tree: dict[str, object]) -> tuple[int, tuple[str, ...]]:
    """The ports that a patcher's inlets and outlets give it."""
    classes = [one.get("maxclass") for one in Patcher("", tree).boxes.values()]
    return classes.count("inlet"), ("",) * classes.count("outlet")


@pytest.mark.parametrize("path", [one for one in patch_files() if one.suffix == ".maxpat"],
                         ids=lambda one: one.stem)  # fmt: skip
def test_an_abstraction_has_the_ports_of_the_table(path) -> None:  # type: ignore[no-untyped-def]
    if path.parent.name != "patchers":
        return
    known, boxes = ports(path.stem), Patcher("", read(path)).boxes.values()
    for kind, count in (("inlet", known.inlets), ("outlet", len(known.outlets))):
        numbers = [box["index"] for box in boxes if box["maxclass"] == kind]
        assert sorted(numbers) == list(range(1, count + 1))
        across = sorted(boxes, key=lambda box: box["patching_rect"][0])
        order = [box["index"] for box in across if box["maxclass"] == kind]
        assert order == sorted(order), "Max counts them from left to right"


@pytest.mark.parametrize("name", sorted(set(OBJECTS) - BY_ARGUMENTS - NOT_TOLD))
def test_the_table_says_what_maxs_reference_says(name: str) -> None:
    if name.startswith("dawbridge."):
        return
    assert get_object_info(name) is not None
    found = ports(name)
    told = get_inlet_count(name), get_outlet_count(name)
    exact = {"message": (2, 1), "button": (1, 1)}.get(name, told)
    assert (found.inlets, len(found.outlets)) == exact


@pytest.mark.parametrize(
    ("text", "inlets", "outlets"),
    [
        ("route /a /b", 3, 3),
        ("t l b", 1, 2),
        ("unpack s i s s", 1, 4),
        ("sprintf symout %s: %s", 2, 1),
        ("adc~ 3 4 5", 1, 3),
        ("udpreceive 9000 @defer 1", 1, 1),
    ],
)
def test_arguments_make_ports(text: str, inlets: int, outlets: int) -> None:
    assert (ports(text).inlets, len(ports(text).outlets)) == (inlets, outlets)


def test_an_object_that_the_table_lacks_is_not_used() -> None:
    with pytest.raises(UnknownObject, match="not in the table"):
        ports("jit.window mine")
