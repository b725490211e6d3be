"""The folder of Pure Data as it lies in the tree: made anew it is the same, and well laid out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from daw_bridge.errors import BridgeError
from daw_bridge.files.options import job_parameter
from daw_bridge.settings.parameters import PREFIX, STEM
from max_patches.generate.addresses import OUTPUTS, live_parameters
from max_patches.generate.checks import crowded
from max_patches.generate.objects import Ports, UnknownObject
from max_patches.generate.package import write
from max_patches.generate.pd.canvas import GRID, Patch, escaped, wrapped
from max_patches.generate.pd.objects import OBJECTS, ports
from max_patches.generate.pd.package import FOLDER, PATCHES, files
from tests.max_patches.test_addresses import checked
from tests.rigs.osc_told import told
from tests.rigs.patches import atoms

MADE = files()
TOLD = told()


def walk(name: str, patch: Patch) -> Iterator[tuple[str, Patch]]:
    yield name, patch
    for one in patch.boxes:
        if one.inner is not None:
            yield from walk(f"{name}/{one.inner.name}", one.inner)


DRAWN = dict(pair for name, draw in PATCHES.items() for pair in walk(name, draw()))
every_patch = pytest.mark.parametrize("name", sorted(DRAWN))


def messages(patch: Patch) -> list[str]:
    return [one.text for one in patch.boxes if one.kind == "msg"]


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_committed_is_what_the_command_makes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == MADE[name], "run python -m max_patches.generate"


def test_nothing_else_is_in_the_folder() -> None:
    assert write(FOLDER, MADE) == []


@every_patch
def test_it_is_laid_out_as_by_a_person(name: str) -> None:
    assert crowded(DRAWN[name].tree()) == []


@every_patch
def test_every_object_stands_on_the_grid_or_straight_at_a_port_that_it_is_joined_to(
    name: str,
) -> None:
    patch = DRAWN[name]
    for one in patch.boxes:
        if one.kind != "obj" or one.text.startswith("dawbridge.strip"):
            continue
        above = {patch.under(patch.boxes[a], n) for a, n, b, _ in patch.cords if b == one.number}
        below = {patch.over(patch.boxes[b], m) for a, _, b, m in patch.cords if a == one.number}
        assert one.x % GRID == 0 or one.x in above | below, one.text


@every_patch
def test_the_server_takes_every_message(name: str) -> None:
    for text in messages(DRAWN[name]):
        if not text.startswith(PREFIX) or "$2" in text:
            continue
        value = "song" if text.split()[0].endswith(("model", "to", "tag")) else "1"
        value = "tight" if "preset" in text else value
        address, *arguments = atoms(text.replace("$1", value))
        try:
            checked(str(address), *arguments)
        except BridgeError:
            assert name.endswith("errors"), text


@every_patch
def test_options_of_a_job_are_those_of_separate(name: str) -> None:
    for text in messages(DRAWN[name]):
        words = atoms(text)
        if words[:1] == ["options"]:
            for key, value in zip(words[1::2], words[2::2], strict=True):
                job_parameter(str(key)).check(value)


def test_every_parameter_that_can_be_set_has_a_control() -> None:
    sent = " ".join(text for patch in DRAWN.values() for text in messages(patch))
    for one in live_parameters():
        assert f"{str(one.osc_address).replace(STEM, OUTPUTS[0])} $1" in sent


@every_patch
def test_what_is_routed_is_what_the_server_says(name: str) -> None:
    said = {part for address in TOLD for part in address.split("/")[2:]}
    known = {*said, PREFIX.strip("/"), f"{PREFIX}/separate", f"{PREFIX}/notify",
             f"{PREFIX}/auth", "separate", "bang", "folder", "rate",
             "options", "cancel", "$0", "$1"}  # fmt: skip
    for one in DRAWN[name].boxes:
        words = one.text.split()
        if one.kind == "obj" and words[0] == "route":
            assert set(words[1:]) <= known


def test_an_abstraction_has_the_ports_that_its_patch_holds() -> None:
    for name in ("client", "buffer", "strip", "live"):
        found = DRAWN[f"dawbridge.{name}.pd"].boxes
        inlets = sum(one.text in ("inlet", "inlet~") for one in found if one.kind == "obj")
        outlets = sorted((one.x, one.text) for one in found if one.text in ("outlet", "outlet~"))
        kinds = tuple("signal" if text == "outlet~" else "" for _, text in outlets)
        assert ports(f"dawbridge.{name}") == Ports(inlets, kinds)


def test_an_object_that_is_not_in_the_table_and_a_cord_to_no_port_are_refused() -> None:
    patch = Patch(100, 100)
    with pytest.raises(UnknownObject):
        patch.obj(0, 0, "prepend set")
    with pytest.raises(IndexError):
        patch.cord(patch.obj(0, 0, "f"), 1, patch.obj(0, 40, "f"))
    with pytest.raises(ValueError, match="fewer"):
        patch.obj(0, 0, "route a b", 3)


def test_what_the_file_keeps_for_itself_is_escaped() -> None:
    assert escaped("f $0") == r"f \$0"
    assert escaped("a, b; c", True) == r"a \, b \; c"
    assert wrapped("one two three", 7) == ["one two", "three"]


def test_every_object_of_the_table_is_used() -> None:
    drawn = {one.text.split()[0] if one.kind == "obj" else one.kind
             for patch in DRAWN.values() for one in patch.boxes}  # fmt: skip
    assert set(OBJECTS) <= {*drawn, *(one.kind for p in DRAWN.values() for one in p.boxes)}


def test_a_fault_of_the_layout_is_seen() -> None:
    patch = Patch(200, 100)
    patch.chain(patch.obj(20, 60, "f"), patch.obj(20, 20, "f"))
    patch.note(20, 60, "over it")
    faults = " ".join(crowded(patch.tree()))
    assert "upwards" in faults and "overlaps" in faults
