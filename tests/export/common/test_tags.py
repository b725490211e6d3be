"""The table of tags: every General MIDI sound has one place in it."""

from __future__ import annotations

import re

from export.common.tags import (
    COVERS,
    LEAF_NAMES,
    LEAVES,
    NAMES,
    PARENTS,
    UNTAGGED,
    covered,
    leaf_of,
)  # fmt: skip


def test_there_are_families_and_parents_enough() -> None:
    assert len(LEAF_NAMES) >= 24 and len(set(NAMES)) == len(NAMES)
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in NAMES)
    wanted = {"strings", "violin", "brass", "sax", "flute", "organ", "electric_piano", "choir",
              "acoustic_guitar", "clean_guitar", "distorted_guitar", "synth_lead", "synth_pad",
              "bass", "drums", "kick", "snare", "hats", "percussion", "vocals"}  # fmt: skip
    assert wanted <= set(NAMES)


def test_every_program_and_every_note_of_the_kit_belongs_to_one_leaf() -> None:
    programs = [program for leaf in LEAVES for program in leaf.programs]
    notes = [note for leaf in LEAVES for note in leaf.kit_notes]
    assert len(set(programs)) == len(programs) and len(set(notes)) == len(notes)
    assert {leaf_of(p, False, 60) for p in range(128)} <= {*LEAF_NAMES, UNTAGGED}
    assert [leaf_of(40, True, n) for n in (36, 38, 42, 75)] == [
        "kick", "snare", "hats", "percussion"
    ]  # fmt: skip
    assert (leaf_of(73, False, 36), leaf_of(125, False, 60)) == ("flute", UNTAGGED)


def test_parents_cover_leaves_and_leaves_themselves() -> None:
    assert len(COVERS) == len(NAMES)
    assert all(set(leaves) < set(LEAF_NAMES) for leaves in PARENTS.values())
    assert covered("violin") == {"violin"} and covered("violin") < covered("strings")
    parts = [covered(name) for name in ("drums", "bass", "vocals", "other")]
    assert set().union(*parts) == set(LEAF_NAMES)
    assert sum(map(len, parts)) == len(LEAF_NAMES)
