"""What a look at the bytes of a file says, before anything is decoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daw_bridge.files.audio.span import Stretch

ANY, PYAV = "any", "PyAV"
NO_END = "its kind does not say where it ends: if the file was cut short, that may not show"
"""A note on a file that looks whole, and would if it were cut."""


@dataclass(frozen=True)
class Part:
    """A stretch that is decoded by itself. `decoder` is who must read it, where that is known.

    `frames`: samples per channel that it must give; None where only decoding tells.
    """

    stretch: Stretch
    decoder: str = ANY
    frames: int | None = None


@dataclass(frozen=True)
class Survey:
    """The parts of a file, in order; what is missing of it ("": nothing); what to tell the user.

    `stated_frames`: samples per channel that it should have, where it is not whole; 0: not known.
    """

    parts: tuple[Part, ...]
    damage: str = ""
    notes: tuple[str, ...] = ()
    stated_frames: int = 0


def whole(size: int, decoder: str = ANY, damage: str = "", notes: tuple[str, ...] = ()) -> Survey:
    """A survey of one part: the file."""
    return Survey((Part(Stretch(0, size), decoder),), damage, notes)


def shifted(survey: Survey, start: int) -> Survey:
    """The survey of a file that begins at byte `start` of another."""
    parts = tuple(
        replace(one, stretch=replace(one.stretch, start=one.stretch.start + start,
                                     end=one.stretch.end + start))
        for one in survey.parts
    )  # fmt: skip
    return replace(survey, parts=parts)


def joined(surveys: Sequence[Survey]) -> Survey:
    """The survey of files that lie one behind the other; what the first damaged one lacks."""
    if len(surveys) == 1:
        return surveys[0]
    parts = tuple(part for one in surveys for part in one.parts)
    damage = next((one.damage for one in surveys if one.damage), "")
    return Survey(
        parts, damage, tuple(dict.fromkeys(note for one in surveys for note in one.notes))
    )
