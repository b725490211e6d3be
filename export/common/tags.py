"""Tags: the names of instruments and of groups of them, and the General MIDI sounds they mean.

One table: what renders songs by tag, what trains on them and what a checkpoint says all read it. A
leaf is the least that is told apart; a parent covers leaves. The order of NAMES is the order of a
network's tags.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    """One family of sounds: its General MIDI programs (0-127), or notes of the drum kit."""

    name: str
    programs: tuple[int, ...] = ()
    kit_notes: tuple[int, ...] = ()


LEAVES = (
    Leaf("piano", (0, 1, 2, 3)),
    Leaf("electric_piano", (4, 5)),
    Leaf("harpsichord", (6, 7)),
    Leaf("mallets", (8, 9, 10, 11, 12, 13, 14, 15, 108, 112, 114)),
    Leaf("organ", (16, 17, 18, 19, 20)),
    Leaf("accordion", (21, 22, 23)),
    Leaf("acoustic_guitar", (24, 25)),
    Leaf("clean_guitar", (26, 27, 28, 31)),
    Leaf("distorted_guitar", (29, 30)),
    Leaf("acoustic_bass", (32,)),
    Leaf("electric_bass", (33, 34, 35, 36, 37)),
    Leaf("synth_bass", (38, 39)),
    Leaf("violin", (40, 110)),
    Leaf("cello", (41, 42, 43)),
    Leaf("string_ensemble", (44, 48, 49, 50, 51)),
    Leaf("harp", (45, 46)),
    Leaf("choir", (52, 53, 54)),
    Leaf("trumpet", (56, 59)),
    Leaf("trombone", (57, 58)),
    Leaf("horn", (60,)),
    Leaf("brass_section", (61, 62, 63)),
    Leaf("sax", (64, 65, 66, 67)),
    Leaf("oboe", (68, 69, 109, 111)),
    Leaf("clarinet", (70, 71)),
    Leaf("flute", (72, 73, 74, 75, 76, 77, 78, 79)),
    Leaf("synth_lead", (80, 81, 82, 83, 84, 85, 86, 87)),
    Leaf("synth_pad", tuple(range(88, 104))),
    Leaf("banjo", (104, 105, 106, 107)),
    Leaf("kick", kit_notes=(35, 36)),
    Leaf("snare", kit_notes=(37, 38, 39, 40)),
    Leaf("hats", kit_notes=(42, 44, 46)),
    Leaf("toms", kit_notes=(41, 43, 45, 47, 48, 50)),
    Leaf("cymbals", kit_notes=(49, 51, 52, 53, 55, 57, 59)),
    Leaf("percussion", (47, 113, 115, 116, 117, 118, 119)),
    Leaf("vocals"),
)
#: Notes of the kit that no leaf names are percussion: tambourine, congas, shakers, whistles.
KIT_REST = "percussion"
#: What no tag means: sound effects and orchestra hits. It is in a mix, and nobody can ask for it.
UNTAGGED = "untagged"

_TUNED = tuple(one.name for one in LEAVES if one.programs and one.name != KIT_REST)
_BASS = ("acoustic_bass", "electric_bass", "synth_bass")
#: What each parent covers, itself leaves. `other` is what is neither drums, bass nor vocals.
PARENTS: dict[str, tuple[str, ...]] = {
    "drums": ("kick", "snare", "hats", "toms", "cymbals", "percussion"),
    "bass": _BASS,
    "guitar": ("acoustic_guitar", "clean_guitar", "distorted_guitar"),
    "keyboards": ("piano", "electric_piano", "harpsichord", "organ", "accordion"),
    "strings": ("violin", "cello", "string_ensemble"),
    "brass": ("trumpet", "trombone", "horn", "brass_section"),
    "woodwinds": ("sax", "oboe", "clarinet", "flute"),
    "synth": ("synth_lead", "synth_pad"),
    "other": tuple(name for name in _TUNED if name not in _BASS),
}

LEAF_NAMES = tuple(one.name for one in LEAVES)
NAMES = (*LEAF_NAMES, *PARENTS)
#: What each tag covers, in the order of NAMES; of a leaf, itself.
COVERS: tuple[tuple[str, ...], ...] = tuple(PARENTS.get(name, (name,)) for name in NAMES)

_BY_PROGRAM = {program: one.name for one in LEAVES for program in one.programs}
_BY_NOTE = {note: one.name for one in LEAVES for note in one.kit_notes}


def leaf_of(program: int, is_drums: bool, pitch: int) -> str:
    """The leaf that a note belongs to, or UNTAGGED. `program` 0-127; `pitch`: what the kit's notes
    are told apart by."""
    if is_drums:
        return _BY_NOTE.get(pitch, KIT_REST)
    return _BY_PROGRAM.get(program, UNTAGGED)


def covered(tag: str) -> frozenset[str]:
    """The leaves of a tag. Raises KeyError for no tag."""
    return _COVERED[tag]


_COVERED = {name: frozenset(leaves) for name, leaves in zip(NAMES, COVERS, strict=True)}
