"""Recorded music without singing, read window by window: what is known of it is its sum.

    cache/accompaniment/train/<track>/{accompaniment.*, track.json}

as `game_music.py` makes it. Drums, bass and other of such a track lie in one file, so training
holds the sum of their estimates against it (`export.batch`), and its vocals are silence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr

from export.data.clip_cache import RATE_HZ
from export.data.errors import DataError
from export.data.shape import Audio

FOLDER = "accompaniment/train"
NAME = "accompaniment"


class Accompaniment:
    """One track. Windows are (channels, samples) float32 at 44.1 kHz."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        files = sorted(folder.glob(f"{NAME}.*"))
        if not files:
            raise DataError("accompaniment-missing", f"{folder} holds no {NAME}; make it again")
        self.path = files[0]
        try:
            about = soundfile.info(self.path)
        except soundfile.LibsndfileError as error:
            raise DataError("audio-unreadable", f"{self.path}: {error}") from None
        self.rate_hz = int(about.samplerate)
        #: Length at 44.1 kHz.
        self.samples = int(about.frames) * RATE_HZ // self.rate_hz

    def read(self, start: int, samples: int) -> Audio:
        """A window from `start` on; zeros beyond the track's end. Raises DataError."""
        first, count = (-(-n * self.rate_hz // RATE_HZ) for n in (start, samples))
        try:
            part, _ = soundfile.read(self.path, count, first, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise DataError("audio-unreadable", f"{self.path}: {error}") from None
        if self.rate_hz != RATE_HZ:
            part = soxr.resample(part, self.rate_hz, RATE_HZ, "HQ")
        out = np.zeros((part.shape[1], samples), np.float32)
        out[:, : len(part)] = part.T[:, :samples]
        return out


def accompaniments(cache: Path) -> list[Accompaniment]:
    """The tracks of a cache, by name. Raises DataError("accompaniment-missing")."""
    notes = sorted((cache / FOLDER).glob("[!.]*/track.json"))
    if not notes:
        command = f"python -m export game-music --cache {cache}"
        raise DataError("accompaniment-missing", f"nothing in {cache / FOLDER}; run: {command}")
    return [Accompaniment(path.parent) for path in notes]
