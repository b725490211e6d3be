"""Audio files with known content, and their stems read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from daw_bridge.files.record import RECORD

Array = NDArray[np.float32]


def noise(channels: int, frames: int, seed: int = 0, level: float = 0.1) -> Array:
    """`(channels, frames) float32` of Gaussian noise."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((channels, frames)) * level).astype(np.float32)


def save(
    path: Path, audio: Array, rate_hz: int = 44100, subtype: str = "FLOAT", form: str | None = None
) -> Path:
    """Writes `(channels, frames)` and returns the path."""
    soundfile.write(path, audio.T, rate_hz, subtype=subtype, format=form)
    return path


def load(path: Path) -> Array:
    """A file as `(channels, frames) float32`."""
    audio, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(audio.T)


def stems(folder: Path) -> dict[str, Array]:
    """Every file of a song's folder by stem name; its record is no stem."""
    return {path.stem: load(path) for path in sorted(folder.iterdir()) if path.name != RECORD}


def below_mix_db(folder: Path, mix: Array) -> float:
    """Level of mix - sum of all files, against the mix, in dB; -inf where it is nothing."""
    rest = mix.astype(np.float64) - sum(one.astype(np.float64) for one in stems(folder).values())
    power, reference = float(np.mean(rest**2)), float(np.mean(mix.astype(np.float64) ** 2))
    return float("-inf") if power == 0.0 else 10.0 * float(np.log10(power / reference))
