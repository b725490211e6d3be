"""Items of the stem set `song`: drums, bass, other, vocals."""

from __future__ import annotations

import numpy as np

from export.data.shape import Audio
from export.data.windows import Windows


class SongItems(Windows):
    """Draws items (4, channels, samples), every stem known."""

    @property
    def needs_bands(self) -> bool:
        """Whether rendered songs are read."""
        config = self.config
        remixes_bands = config.remix_share > 0 and config.remix_band_share > 0
        return any(config.shares[2:]) or remixes_bands

    def draw(self, rng: np.random.Generator) -> tuple[Audio, None]:
        """An item and None: its stems are known one by one."""
        return self._song(rng), None

    def _song(self, rng: np.random.Generator) -> Audio:
        kind = self.kind(rng)
        if kind == "clip":
            return self.clip(rng, self.config.stems)
        if kind == "remix":
            return self._remix(rng)
        stems = self.band(rng)
        return self._with_voice(rng, stems) if kind == "band_voice" else stems

    def _remix(self, rng: np.random.Generator) -> Audio:
        stems = np.stack([self.stem(rng, name) for name in self.config.stems])
        if rng.random() < self.config.mir_share:
            stems[self.config.stems.index("vocals")] = 0
            return self._with_voice(rng, stems, mir=True)
        return stems

    def _with_voice(self, rng: np.random.Generator, stems: Audio, mir: bool | None = None) -> Audio:
        voice, limited = self.voice(rng, mir)
        stems[self.config.stems.index("vocals")] = voice
        return self.voice_limited(stems) if limited else stems
