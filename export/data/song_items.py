"""Items of the stem set `song`: drums, bass, other, vocals.

Of recorded music without singing (`accompaniments.py`) drums, bass and other are known as a sum,
of songs that `prepare` made what their files tell apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from export.data.config import Kind, SamplerConfig
from export.data.prepared_items import PreparedItems, beside
from export.data.shape import Audio
from export.data.windows import Windows


class SongItems(Windows):
    """Draws items (4, channels, samples), every stem known, or with their groups, see
    `export.batch`, where the config asks for accompaniments."""

    def __init__(self, config: SamplerConfig) -> None:
        super().__init__(config)
        self.prepared: PreparedItems | None = beside(config)

    @property
    def needs_bands(self) -> bool:
        """Whether rendered songs are read."""
        config = self.config
        remixes_bands = config.remix_share > 0 and config.remix_band_share > 0
        return config.band_share > 0 or config.band_voice_share > 0 or remixes_bands

    def draw(self, rng: np.random.Generator) -> tuple[Audio, NDArray[np.int8] | None]:
        """An item and the groups (4,) of its stems, None where no item has any."""
        kind = self.kind(rng)
        known = np.arange(len(self.config.stems), dtype=np.int8)
        if kind == "accompaniment":
            return self._accompanied(rng), np.where(known == self._vocals, known, np.int8(0))
        if kind == "prepared" and self.prepared is not None:
            stems, groups = self.prepared.draw(rng)
        else:
            stems, groups = self._song(rng, kind), None
        sums = self.config.accompaniment_share or self.config.prepared_share
        return stems, groups if groups is not None else known if sums else None

    def least_audible(self, groups: NDArray[np.int8] | None) -> int:
        """How many rows of an item must sound; an accompaniment may be all there is."""
        least = super().least_audible(groups)
        return least if groups is None or len(np.unique(groups)) == len(groups) else min(1, least)

    @property
    def _vocals(self) -> int:
        return self.config.stems.index("vocals")

    def _song(self, rng: np.random.Generator, kind: Kind) -> Audio:
        if kind == "clip":
            return self.clip(rng, self.config.stems)
        if kind == "remix":
            return self._remix(rng)
        stems = self.band(rng)
        return self._with_voice(rng, stems) if kind == "band_voice" else stems

    def _accompanied(self, rng: np.random.Generator) -> Audio:
        """An accompaniment in the first row, by chance a voice over it, silence in the others."""
        music = self.accompaniment(rng)
        stems = np.stack([music, *([np.zeros_like(music)] * (len(self.config.stems) - 1))])
        if rng.random() < self.config.accompaniment_voice_share:
            return self._with_voice(rng, stems)
        return stems

    def _remix(self, rng: np.random.Generator) -> Audio:
        stems = np.stack([self.stem(rng, name) for name in self.config.stems])
        if rng.random() < self.config.mir_share:
            stems[self._vocals] = 0
            return self._with_voice(rng, stems, mir=True)
        return stems

    def _with_voice(self, rng: np.random.Generator, stems: Audio, mir: bool | None = None) -> Audio:
        voice, limited = self.voice(rng, mir)
        stems[self._vocals] = voice
        return self.voice_limited(stems) if limited else stems
