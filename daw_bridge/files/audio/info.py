"""What a file is: its rate, channels and length, and its name as libsndfile takes it.

Audio is `(channels, frames) float32`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]
LIBSNDFILE = "libsndfile"


@dataclass(frozen=True)
class AudioInfo:
    """What a file holds. `frames` are samples per channel, without the encoder's padding.

    `decoder`: who reads it. `damage`: what is missing of it, "" for a whole file. `notes`: what the
    user should know about how it is read. `partial`, `track`: how it was asked for.
    """

    path: Path
    rate_hz: int
    channels: int
    frames: int
    encoding: str
    decoder: str = LIBSNDFILE
    damage: str = ""
    notes: tuple[str, ...] = ()
    partial: bool = False
    track: int = 1

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate_hz

    def notices(self) -> list[tuple[str, str]]:
        """(code, words) that the user should read before the samples are used."""
        found = [("file", note) for note in self.notes]
        if self.decoder != LIBSNDFILE:
            found.append(("decoder", f"read by {self.decoder}: {self.encoding}"))
        if self.damage:
            found.append(("partial", f"damaged or truncated {self.damage}; what is there is used"))
        return found


def soundfile_name(path: Path) -> str | bytes:
    """As libsndfile takes it: bytes where names are bytes and need not be text."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def reason(error: Exception) -> str:
    """What libsndfile says, without the full stop."""
    text = getattr(error, "error_string", "") or str(error)
    return str(text).rstrip(".")
