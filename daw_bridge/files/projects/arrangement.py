"""What a project shows: the stems as tracks, where they lie in the song, its tempo."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daw_bridge.files.audio.tags import Tags

TEMPO_BPM = (20.0, 666.0)
"""Tempi that every DAW takes; a tag beyond them is no tempo."""
#: Controls, halves of characters, ends of lines and paragraphs, what is no character.
_UNFIT = ("Cc", "Cs", "Zl", "Zp", "Cn")


@dataclass(frozen=True)
class Track:
    """A stem, or the song: its name, its colour `#rrggbb`, its file's place beside the project.

    `first`: the sample of the file that is heard where the stems begin; `frames`: samples per
    channel of the whole file, 0 for as many as are heard.
    """

    name: str
    colour: str
    file: str
    first: int = 0
    frames: int = 0
    muted: bool = False


@dataclass(frozen=True)
class Arrangement:
    """Tracks that begin together. `start`, `frames`: samples per channel, at `rate_hz`.

    `start`: where the stems begin in the song. `tags`: of the song. `mix`: the song itself, beside
    the stems; None where the project cannot have it.
    """

    title: str
    rate_hz: int
    channels: int
    start: int
    frames: int
    tracks: tuple[Track, ...]
    tags: Tags = ()
    mix: Track | None = None

    @property
    def bpm(self) -> float | None:
        """The tempo that the song's tags state; None where they state none."""
        try:
            tempo = float(dict(self.tags).get("bpm", "").replace(",", "."))
        except ValueError:
            return None
        return tempo if isfinite(tempo) and TEMPO_BPM[0] <= tempo <= TEMPO_BPM[1] else None

    def seconds(self, frames: int) -> str:
        """So many samples in seconds, as exact as a double is."""
        return f"{Decimal(frames) / Decimal(self.rate_hz):.14f}"


def one_line(text: str) -> str:
    """A name as every project can hold it: one line, all of it characters."""
    fit = (" " if unicodedata.category(one) in _UNFIT else one for one in text)
    return " ".join("".join(fit).split()) or "untitled"
