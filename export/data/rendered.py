"""Rendered songs, read window by window: from their FLAC files at 44.1 kHz, or at another rate
from arrays that are made once per song, when it is first read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from export.data.errors import DataError

RATE_HZ = 44100


class RenderedSong:
    """One folder of `render.py`. Windows are (channels, samples) float32."""

    def __init__(self, folder: Path, rate_hz: int, channels: int, cache: Path) -> None:
        self.folder, self.rate_hz, self.channels = folder, rate_hz, channels
        self._arrays = cache / f"bands-{rate_hz}-{channels}" / folder.parent.name / folder.name
        self.stems = frozenset(path.stem for path in folder.glob("*.flac"))
        if not self.stems:
            raise DataError("bands-missing", f"{folder} holds no FLAC stems; render it again")
        frames = soundfile.info(folder / f"{min(self.stems)}.flac").frames
        #: Samples that every read may count on, at `rate_hz`.
        self.samples = frames * rate_hz // RATE_HZ

    def read(self, stem: str, start: int, samples: int) -> NDArray[np.float32]:
        """A stem from `start` on; zeros beyond its end, and for a stem the song lacks."""
        out = np.zeros((self.channels, samples), np.float32)
        if stem not in self.stems:
            return out
        if self.rate_hz == RATE_HZ:
            part = self._fitted(self._flac(stem, start, samples))
        else:
            scaled = self._array(stem)[start : start + samples].astype(np.float32)
            part = scaled / np.float32(32767)
        out[:, : len(part)] = part.T
        return out

    def _flac(self, stem: str, start: int = 0, samples: int = -1) -> NDArray[np.float32]:
        try:
            audio, _ = soundfile.read(
                self.folder / f"{stem}.flac", samples, start, dtype="float32", always_2d=True
            )
        except soundfile.LibsndfileError as error:
            raise DataError("audio-unreadable", f"{self.folder}/{stem}.flac: {error}") from None
        return np.asarray(audio, np.float32)

    def _fitted(self, audio: NDArray[np.float32]) -> NDArray[np.float32]:
        return audio.mean(axis=1, keepdims=True) if self.channels == 1 else audio

    def _array(self, stem: str) -> NDArray[np.int16]:
        path = self._arrays / f"{stem}.npy"
        if not path.is_file():
            self._make_array(stem, path)
        return np.asarray(np.load(path, mmap_mode="r"))

    def _make_array(self, stem: str, path: Path) -> None:
        """(samples, channels) int16; another process may be making the same: the last one wins."""
        whole = self._fitted(self._flac(stem))
        audio = soxr.resample(whole, RATE_HZ, self.rate_hz, "HQ")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, np.round(np.clip(audio, -1, 1) * 32767).astype(np.int16))
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


def rendered_songs(
    bands: Path, split: str, rate_hz: int, channels: int, cache: Path
) -> list[RenderedSong]:
    """The finished songs of a split, by name. Raises DataError("bands-missing")."""
    notes = sorted((bands / split).glob("[!.]*/song.json"))
    if not notes:
        command = f"python -m export render --out {bands} --split {split}"
        raise DataError("bands-missing", f"no songs in {bands / split}; run: {command}")
    return [RenderedSong(path.parent, rate_hz, channels, cache) for path in notes]
