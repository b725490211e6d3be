"""Songs rendered by tags, of tones: a flute, a bass, and a kick that comes in late."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ, SECONDS = 44100, 8
HZ = {"flute": 2000, "electric_bass": 120, "kick": 60}


def write_songs(root: Path, split: str, count: int) -> None:
    """Writes root/<split>/song0, song1, ..."""
    time = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    for number in range(count):
        folder = root / split / f"song{number}"
        folder.mkdir(parents=True)
        rng = np.random.default_rng(number)
        for leaf, hz in HZ.items():
            tone = 0.1 * np.sin(2 * np.pi * hz * (1 + 0.05 * rng.random()) * time)
            tone = tone * (time > 5) if leaf == "kick" else tone
            audio = tone + 1e-3 * rng.standard_normal(len(time)) * (tone != 0)
            soundfile.write(folder / f"{leaf}.flac", np.stack([audio] * 2, 1), RATE_HZ, "PCM_16")
        (folder / "song.json").write_text(json.dumps({"seconds": SECONDS}))
