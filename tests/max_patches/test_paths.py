"""Every path goes through conformpath: of dialogs, clips and the server, before it is used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from max_patches.generate.buffer import CONFORM
from tests.rigs.patches import Box, Patcher, patchers, typed

#: What gives a path, with its outlet.
SOURCES = {("opendialog fold", 0), ("route file_path", 0), ("route bang", 1)}
USES = ("prepend replace", "prepend writewave", "prepend /dawbridge/separate")
CONCERNED = [one for one in patchers()
             if any(typed(box) in USES for box in one.boxes.values())]  # fmt: skip


def above(patcher: Patcher, key: str) -> Iterator[tuple[Box, int]]:
    """All that leads to a box without going through conformpath, each with its outlet."""
    open_, seen = [key], set()
    while open_:
        here = open_.pop()
        for inlet in range(patcher.boxes[here]["numinlets"]):
            for box, outlet in patcher.before(here, inlet):
                yield box, outlet
                if typed(box) != CONFORM and box["id"] not in seen:
                    seen.add(box["id"])
                    open_.append(box["id"])


@pytest.mark.parametrize("patcher", CONCERNED, ids=lambda one: one.name)
def test_no_path_is_used_as_it_came(patcher: Patcher) -> None:
    for key, box in patcher.boxes.items():
        if typed(box) in USES:
            found = {(typed(one), outlet) for one, outlet in above(patcher, key)}
            assert (CONFORM, 0) in found, typed(box)
            assert not found & SOURCES, typed(box)


def test_the_path_of_a_stem_is_conformed_too() -> None:
    (buffers,) = [one for one in CONCERNED if one.name.endswith("p buffers")]
    (parts,) = [key for key, box in buffers.boxes.items() if typed(box) == "unpack s s"]
    assert [typed(one) for one in buffers.after(parts, 1)] == [CONFORM]


def test_those_are_concerned_that_read_or_write_files() -> None:
    names = {one.name.rsplit("/", 1)[-1] for one in CONCERNED}
    assert names == {"p write", "p buffers", "p clip"}
