"""What every decoder is to the reader: a form, and blocks of samples up to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from daw_bridge.files.audio.info import Audio


@dataclass(frozen=True)
class Form:
    """What a decoder says of its stretch.

    `frames`: samples per channel that the header states, or None. `tracks`: audio streams.
    """

    rate_hz: int
    channels: int
    frames: int | None
    encoding: str
    decoder: str
    tracks: int = 1

    def __str__(self) -> str:
        return f"{self.channels} channels at {self.rate_hz} Hz"


class Undecodable(Exception):
    """The data cannot be decoded; the reader says of which file, and where."""


class Changes(Exception):
    """The audio goes on in another form (the argument, in words)."""


class Decoder(Protocol):
    """An open stretch of a file."""

    form: Form

    def next_block(self) -> Audio | None:
        """The next samples, `(channels, n)` and as many as there happen to be; None at the end.

        Raises Undecodable where the data is damaged, Changes where rate or channels change.
        """

    def count_block(self) -> int | None:
        """Like `next_block`, but only how many there are."""

    def exact_length(self) -> int | None:
        """At the end: samples per channel that the stretch has; None: as many as were read."""

    def missing(self) -> str:
        """At the end: what should have been there and was not, in words; "" for nothing."""

    def close(self) -> None:
        """Close the file."""
