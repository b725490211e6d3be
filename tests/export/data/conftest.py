"""A cache of clips, rendered bands, accompaniments and prepared songs, shared by the sampler's
tests: all noise."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from export.data import clip_cache
from export.data.config import PREPARED
from export.data.prepare import PrepareOptions, prepare
from tests.rigs.export.bands import RATE_HZ, noise, write_band
from tests.rigs.export.songs import write


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache and rendered bands under one folder."""
    root = tmp_path_factory.mktemp("data")
    for split in ("train", "valid", "test"):
        for number in range(3):
            write_band(root / "bands" / split / f"{split}{number}", 10 * number)
    for index, (folder, names) in enumerate(
        {"clips/train": ("A", "B"), "clips/valid": ("V",)}.items()
    ):
        for name in names:
            files = []
            for stem in clip_cache.SONG_STEMS:
                path = root / f"{name}-{stem}.wav"
                soundfile.write(path, noise(100 + 7 * index + len(files), 1.5), RATE_HZ, "FLOAT")
                files.append((stem, path))
            speeds = clip_cache.SPEEDS if folder == "clips/train" else (1.0,)
            clip_cache.cache_source(
                clip_cache.Source(folder, name, tuple(files), speeds), root / "cache"
            )
    path = root / "voice.wav"
    soundfile.write(path, noise(1, 1.5, 1), 16000, "FLOAT")
    voice = clip_cache.Source(
        "voices/train", "singer", (("vocals", path),), clip_cache.SPEEDS, True
    )
    clip_cache.cache_source(voice, root / "cache")
    for number, rate_hz in enumerate((RATE_HZ, 48000)):
        folder = root / "cache/accompaniment/train" / f"track{number}"
        folder.mkdir(parents=True)
        soundfile.write(folder / "accompaniment.ogg", noise(200 + number, 2.0), rate_hz)
        (folder / "track.json").write_text("{}")
    for number in range(2):
        game = root / "games" / f"game{number}"
        for place, file in enumerate(("guitar", "song", "vocals")[: 2 + number]):
            write(game / f"{file}.ogg", noise(300 + 3 * number + place, 2.0))
        (game / "song.ini").write_text(f"[song]\nartist = Band {number}\n")
    prepare([root / "games"], root / "cache" / PREPARED, PrepareOptions(valid=0))
    return root
