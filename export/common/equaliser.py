"""A fixed equaliser for each tag: how much of a mix's spectrum is the tag's, on average over songs.

The least that a separator by tags must be better than, and what steered masks may begin as. A file
of them is JSON: frequencies in Hz, and for each tag its gains there and in how many songs it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.common.errors import FileRefused
from export.common.files import replacing

Array = NDArray[np.float32]
KIND = "daw-bridge equalisers"


@dataclass(frozen=True)
class Equalisers:
    """hz (n,), rising; gains (n,) between 0 and 1 by tag; songs by tag: how many had it."""

    hz: Array
    gains: Mapping[str, Array]
    songs: Mapping[str, int]

    def gain(self, tag: str, hz: Array) -> Array:
        """At these frequencies, 0 for a tag that no song had."""
        if tag not in self.gains:
            return np.zeros(len(hz), np.float32)
        return np.asarray(np.interp(hz, self.hz, self.gains[tag]), np.float32)

    def at(self, tags: Sequence[str], rate_hz: int, fft: int) -> Array:
        """(tags, bins of the FFT)."""
        hz = np.linspace(0, rate_hz / 2, fft // 2 + 1).astype(np.float32)
        return np.stack([self.gain(tag, hz) for tag in tags])

    def save(self, path: Path) -> None:
        """Writes the file whole or not at all."""
        rows = {tag: {"songs": self.songs[tag], "gains": _rounded(self.gains[tag])}
                for tag in self.gains}  # fmt: skip
        with replacing(path) as temporary:
            found = {"kind": KIND, "hz": _rounded(self.hz), "tags": rows}
            temporary.write_text(json.dumps(found), "utf-8")


def _rounded(values: Array) -> list[float]:
    return [round(float(value), 4) for value in values]


def load_equalisers(path: Path) -> Equalisers:
    """Raises FileRefused."""
    try:
        seen = json.loads(path.read_text("utf-8"))
        hz = np.asarray(seen["hz"], np.float32)
        gains = {tag: np.asarray(row["gains"], np.float32) for tag, row in seen["tags"].items()}
        songs = {tag: int(row["songs"]) for tag, row in seen["tags"].items()}
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}", "a file of equalisers", "check the path") \
            from error  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(path, f"{type(error).__name__}: {error}") from error
    whole = seen.get("kind") == KIND and hz.ndim == 1 and len(hz) > 1 and (np.diff(hz) > 0).all()
    fits = all(one.shape == hz.shape and ((one >= 0) & (one <= 1)).all() for one in gains.values())
    if not (whole and fits):
        raise _refused(path, "other values")
    return Equalisers(hz, gains, songs)


def _refused(path: Path, seen: str) -> FileRefused:
    action = "make it with python -m export equalisers"
    return FileRefused(f"{path}: {seen}", "gains between 0 and 1 at rising frequencies", action)
