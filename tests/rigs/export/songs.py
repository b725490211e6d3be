"""Songs of a musician's own: a folder for each, a file for each stem, told apart by pitch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 44100
STEMS = ("drums", "bass", "other", "vocals")


def tone(number: int, seconds: float = 1.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(samples, 2): a trembling tone of its own for each number, at -20 dB."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    hertz = 60.0 * 1.31 ** (number % 16)
    wave = 0.1 * np.sin(2 * np.pi * hertz * time_s) * (1 + 0.5 * np.sin(40 * time_s + number))
    return np.stack([wave, 0.7 * wave], 1)


def write(path: Path, audio: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    """An audio file, its folder with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio, rate_hz, None if path.suffix != ".wav" else "FLOAT")
    return path


def write_songs(root: Path, count: int = 10, seconds: float = 1.0) -> Path:
    """`Song 1` to `Song N` with the stems of `song`, WAV files."""
    for song in range(count):
        for place, stem in enumerate(STEMS):
            audio = tone(4 * place + song % 3, seconds)
            write(root / f"Song {song + 1}" / f"{stem}.wav", audio)
    return root
