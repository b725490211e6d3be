"""A cache of clips of noise and rendered bands, as little as the sampler needs."""

from __future__ import annotations

from pathlib import Path

import soundfile

from export.data import clip_cache
from tests.rigs.export.bands import RATE_HZ, noise, write_band


def write_cache(root: Path) -> None:
    """Makes root/cache and root/bands."""
    for split in ("train", "valid"):
        write_band(root / "bands" / split / "song", 3)
        files = []
        for number, stem in enumerate(clip_cache.SONG_STEMS):
            path = root / f"{split}-{stem}.wav"
            soundfile.write(path, noise(number, 1.5), RATE_HZ, "FLOAT")
            files.append((stem, path))
        source = clip_cache.Source(f"clips/{split}", split, tuple(files), (1.0,))
        clip_cache.cache_source(source, root / "cache")
    voice = root / "voice.wav"
    soundfile.write(voice, noise(1, 1.5, 1), 16000, "FLOAT")
    voices = (("vocals", voice),)
    clip_cache.cache_source(
        clip_cache.Source("voices/train", "singer", voices, (1.0,), True), root / "cache"
    )
