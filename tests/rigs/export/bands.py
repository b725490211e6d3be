"""Rendered bands of noise, as export.data keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 44100


def noise(seed: int, seconds: float, channels: int = 2) -> np.ndarray:
    """White noise at -20 dB, (samples, channels)."""
    shape = (round(seconds * RATE_HZ), channels)
    return 0.1 * np.random.default_rng(seed).standard_normal(shape)


def write_band(folder: Path, seed: int, leave_out: str = "") -> None:
    """A rendered song of 2 s of noise."""
    folder.mkdir(parents=True)
    for number, stem in enumerate(("drums", "bass", "guitar", "piano", "other")):
        if stem != leave_out:
            audio = noise(seed + number, 2.0)
            soundfile.write(folder / f"{stem}.flac", audio, RATE_HZ, "PCM_16")
    (folder / "song.json").write_text(json.dumps({"seconds": 2.0}))
