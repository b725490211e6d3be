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


@dataclass(frozen=True)
class AudioInfo:
    """What a file's header says. `frames` are samples per channel."""

    path: Path
    rate_hz: int
    channels: int
    frames: int
    encoding: str

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate_hz


def soundfile_name(path: Path) -> str | bytes:
    """As libsndfile takes it: bytes where names are bytes and need not be text."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def reason(error: Exception) -> str:
    """What libsndfile says, without the full stop."""
    text = getattr(error, "error_string", "") or str(error)
    return str(text).rstrip(".")
