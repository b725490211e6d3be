"""Items of the stem set `band`: bass, drums, guitar, piano, other.

Of rendered songs all of them are known, of real clips bass and drums: there the rest, the clip's
other and vocals, is one sum for guitar, piano and other. Of songs that `prepare` made what their
files tell apart is known: a guitar, and the rest as a sum. A voice over a rendered song, or in a
remix, is part of other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from export.data.clip_cache import SONG_STEMS
from export.data.config import ACTIVE_RMS, SamplerConfig
from export.data.prepared_items import PreparedItems, beside
from export.data.shape import Audio, rms, to_level
from export.data.windows import Windows

#: The stems that a real clip does not tell apart, and that remixes take from rendered songs.
TUNED = ("guitar", "piano", "other")
#: Levels against the config's: of three stems together, and of one alone.
TUNED_DB, ALONE_DB = -4.0, -7.0
#: Windows tried for one in which a stem taken by itself can be heard.
TRIES = 3


class BandItems(Windows):
    """Draws items (5, channels, samples) with their groups, see `export.common.batch`."""

    def __init__(self, config: SamplerConfig) -> None:
        super().__init__(config)
        self.prepared: PreparedItems | None = beside(config)

    @property
    def needs_clips(self) -> bool:
        """Whether real clips are read: not for remixes of rendered songs alone."""
        config = self.config
        rhythm = config.remix_share > 0 and config.remix_band_share < 1
        return config.clip_share > 0 or rhythm or (self._sings and config.mir_share < 1)

    @property
    def needs_voices(self) -> bool:
        """Whether MIR-1K's voices are read."""
        return self._sings and self.config.mir_share > 0

    @property
    def needs_bands(self) -> bool:
        """Whether rendered songs are read."""
        config = self.config
        return any((config.remix_share, config.band_share, config.band_voice_share))

    @property
    def _sings(self) -> bool:
        config = self.config
        in_remixes = config.remix_share > 0 and config.remix_voice_share > 0
        return config.band_voice_share > 0 or in_remixes

    def draw(self, rng: np.random.Generator) -> tuple[Audio, NDArray[np.int8]]:
        """An item and the groups (5,) of its stems."""
        kind = self.kind(rng)
        known = np.arange(len(self.config.stems), dtype=np.int8)
        if kind == "prepared" and self.prepared is not None:
            stems, groups = self.prepared.draw(rng)
            return stems, known if groups is None else groups
        if kind == "clip":
            first = self.config.stems.index(TUNED[0])
            return self._clip(rng), np.minimum(known, np.int8(first))
        stems = self._remix(rng) if kind == "remix" else self.band(rng)
        stems[-len(TUNED) :][rng.random(len(TUNED)) < self.config.leave_out_share] = 0
        sings = rng.random() < self.config.remix_voice_share if kind == "remix" else False
        if sings or kind == "band_voice":
            stems = self._with_voice(rng, stems)
        return stems, known

    def least_audible(self, groups: NDArray[np.int8] | None) -> int:
        """How many rows of an item must sound; a known guitar may rest, or play alone."""
        least = super().least_audible(groups)
        return least if groups is None or len(np.unique(groups)) > 2 else min(1, least)

    def _clip(self, rng: np.random.Generator) -> Audio:
        parts = dict(zip(SONG_STEMS, self.clip(rng, SONG_STEMS), strict=True))
        rest = parts["other"] + parts["vocals"]
        return np.stack([parts["bass"], parts["drums"], rest, 0 * rest, 0 * rest])

    def _remix(self, rng: np.random.Generator) -> Audio:
        """Bass and drums each from anywhere, the rest from one rendered song or from three."""
        rhythm = [self.stem(rng, name) for name in self.config.stems[:2]]
        if rng.random() < self.config.mixed_songs_share:
            return np.stack([*rhythm, *(self._alone(rng, name) for name in TUNED)])
        song = self.bands[int(rng.integers(len(self.bands)))]
        start = self.start(rng, song.samples)
        tuned = np.stack([self.rendered(rng, song, name, start) for name in TUNED])
        level = self._level(rng, TUNED_DB)
        gain = min(10 ** (level / 20) / max(rms(tuned.sum(0)), 1e-9), 20.0)
        return np.concatenate([np.stack(rhythm), tuned * np.float32(gain)])

    def _alone(self, rng: np.random.Generator, name: str) -> Audio:
        """A stem of a rendered song that has it, or by `prepared_stem_share` of a prepared one,
        silent only if TRIES windows are."""
        have = [song for song in self.bands if name in song.stems] or self.bands
        real = self._prepared_alone(rng, name)
        for _ in range(TRIES):
            if real is not None:
                audio = real.alone(rng, self.config.stems.index(name))
            else:
                song = have[int(rng.integers(len(have)))]
                audio = self.rendered(rng, song, name, self.start(rng, song.samples))
            if rms(audio) > ACTIVE_RMS:
                break
        else:
            return 0 * audio
        return to_level(audio, self._level(rng, ALONE_DB))

    def _prepared_alone(self, rng: np.random.Generator, name: str) -> PreparedItems | None:
        """The prepared songs, by their share, if one of them has this stem by itself."""
        if not self.config.prepared_stem_share or self.prepared is None:
            return None
        has = (self.config.stems.index(name),) in self.prepared.having
        return self.prepared if has and rng.random() < self.config.prepared_stem_share else None

    def _level(self, rng: np.random.Generator, offset_db: float) -> float:
        return float(rng.uniform(*self.config.band_level_db)) + offset_db

    def _with_voice(self, rng: np.random.Generator, stems: Audio) -> Audio:
        voice, limited = self.voice(rng)
        stems[self.config.stems.index("other")] += voice
        return self.voice_limited(stems) if limited else stems
