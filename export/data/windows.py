"""Windows of real clips, rendered songs and voices, of which the items of stem sets are made."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from export.data.accompaniments import Accompaniment, accompaniments
from export.data.clip_cache import RATE_HZ, VOICE_BAND_HZ, CachedSong, cached_songs
from export.data.config import ACTIVE_RMS, KINDS, Kind, SamplerConfig
from export.data.errors import DataError
from export.data.rendered import RenderedSong, rendered_songs
from export.data.shape import Audio, low_pass, reverberate, rms, to_level
from export.data.vary import varied

#: Of a longer track no more is heard than of one this long: loops repeat.
LONGEST_S = 300.0


class Sizes(Protocol):
    """The fields of a configuration that say how large a window is."""

    @property
    def channels(self) -> int: ...
    @property
    def rate_hz(self) -> int: ...
    @property
    def samples(self) -> int: ...


class Windows:
    """Reads windows of `config.samples`, (channels, samples) float32, at places drawn from the
    generator given. Rendered songs are listed by `list_bands`."""

    def __init__(self, config: SamplerConfig) -> None:
        self.config = config
        self.clips: list[CachedSong] = []
        self.voices: list[CachedSong] = []
        if self.needs_clips:
            songs = cached_songs(config.cache, "clips/train")
            self.clips = [song for song in songs if song.folder.name not in config.hold_back]
            if not self.clips:
                raise DataError("bad-config", "hold_back leaves no clip to train on")
        if self.needs_voices:
            self.voices = cached_songs(config.cache, "voices/train")
        self.accompaniments: list[Accompaniment] = []
        if config.accompaniment_share > 0:
            self.accompaniments = accompaniments(config.cache)
        self.bands: list[RenderedSong] = []
        self._listed = -1

    @property
    def needs_clips(self) -> bool:
        """Whether real clips are read."""
        return True

    @property
    def needs_voices(self) -> bool:
        """Whether MIR-1K's voices are read."""
        return True

    @property
    def needs_bands(self) -> bool:
        """Whether rendered songs are read."""
        return True

    def list_bands(self, step: int) -> None:
        """List the rendered songs again, if it is time."""
        config = self.config
        if self.needs_bands and self._listed != (turn := step // config.relist_every):
            self.bands = rendered_songs(
                config.bands, "train", config.rate_hz, config.channels, config.cache
            )
            self._listed = turn

    def kind(self, rng: np.random.Generator) -> Kind:
        """What an item is made of, drawn by the config's shares."""
        shares = np.array(self.config.shares)
        return KINDS[int(rng.choice(len(KINDS), p=shares / shares.sum()))]

    def least_audible(self, groups: NDArray[np.int8] | None) -> int:
        """How many rows of an item must sound: stems that are known as one sum lie in one row."""
        most = len(self.config.stems) if groups is None else len(np.unique(groups))
        return min(self.config.least_audible, most)

    def clip(self, rng: np.random.Generator, stems: tuple[str, ...]) -> Audio:
        """(stems, channels, samples): a window of a real clip that has all of these."""
        whole = [song for song in self.clips if song.stems >= set(stems)]
        song = whole[int(rng.integers(len(whole)))]
        return np.stack(self.cached(rng, song, stems))

    def stem(self, rng: np.random.Generator, name: str) -> Audio:
        """A stem of some real clip, or by `remix_band_share` of some rendered song."""
        config = self.config
        if name != "vocals" and rng.random() < config.remix_band_share:
            song = self.bands[int(rng.integers(len(self.bands)))]
            part = self.rendered(rng, song, name, self.start(rng, song.samples))
            return to_level(part, float(rng.uniform(*config.band_level_db)) - 4)
        have = [song for song in self.clips if name in song.stems]
        return self.cached(rng, have[int(rng.integers(len(have)))], (name,))[0]

    def voice(self, rng: np.random.Generator, mir: bool | None = None) -> tuple[Audio, bool]:
        """A real voice, and whether it is one of MIR-1K's (`mir`; None: drawn by `mir_share`),
        over which the whole must be low-passed."""
        if not (rng.random() < self.config.mir_share if mir is None else mir):
            have = [song for song in self.clips if "vocals" in song.stems]
            song = have[int(rng.integers(len(have)))]
            return self.cached(rng, song, ("vocals",))[0], False
        singer = self.voices[int(rng.integers(len(self.voices)))]
        voice = self.cached(rng, singer, ("vocals",))[0]
        if rng.random() < 0.6:
            voice = reverberate(voice, rng, self.config.rate_hz)
        return to_level(voice, float(rng.uniform(*self.config.voice_level_db))), True

    def voice_limited(self, stems: Audio) -> Audio:
        """Stems as dark as MIR-1K's voices are."""
        return low_pass(stems, VOICE_BAND_HZ, self.config.rate_hz)

    def band(self, rng: np.random.Generator) -> Audio:
        """(stems, channels, samples): a window of a rendered song, its mix at a drawn level."""
        song = self.bands[int(rng.integers(len(self.bands)))]
        start = self.start(rng, song.samples)
        stems = np.stack([self.rendered(rng, song, s, start) for s in self.config.stems])
        level = rms(stems.sum(0))
        wanted = 10 ** (float(rng.uniform(*self.config.band_level_db)) / 20)
        return stems * np.float32(min(wanted / max(level, 1e-9), 20.0))

    def accompaniment(self, rng: np.random.Generator) -> Audio:
        """(channels, samples): a window of music without singing at a drawn level, at most 15 %
        slower or faster; a track is drawn by its length, as far as LONGEST_S."""
        longest = round(LONGEST_S * RATE_HZ)
        weights = np.array([min(track.samples, longest) for track in self.accompaniments], float)
        track = self.accompaniments[int(rng.choice(len(weights), p=weights / weights.sum()))]
        rate_hz = round(RATE_HZ * float(rng.uniform(0.87, 1.15)))
        length = -(-self.config.samples * rate_hz // self.config.rate_hz)
        window = track.read(self.start(rng, track.samples, length), length)
        return to_level(
            fit(window, rate_hz, self.config), float(rng.uniform(*self.config.band_level_db))
        )

    def rendered(
        self, rng: np.random.Generator, song: RenderedSong, stem: str, start: int
    ) -> Audio:
        """One stem of a rendered song, varied by the config's chances."""
        return varied(band_stem(song, stem, self.config, start), rng, self.config)

    def cached(
        self, rng: np.random.Generator, song: CachedSong, stems: tuple[str, ...]
    ) -> list[Audio]:
        """The same window of a cached song's stems, at one of its speeds."""
        speed = song.speeds[int(rng.integers(len(song.speeds)))]
        length = -(-self.config.samples * RATE_HZ // self.config.rate_hz)
        start = self.start(rng, song.samples(stems[0], speed), length)
        read = (song.read(stem, start, length, speed) for stem in stems)
        return [fit(audio, RATE_HZ, self.config) for audio in read]

    def start(self, rng: np.random.Generator, available: int, wanted: int | None = None) -> int:
        """Where a window begins."""
        wanted = self.config.samples if wanted is None else wanted
        return int(rng.integers(max(available - wanted, 0) + 1))


def active(stems: Audio, floor_rms: float = ACTIVE_RMS) -> NDArray[np.bool_]:
    """Which of (stems, channels, samples) are above `floor_rms`, -60 dB if not given."""
    return np.array([rms(stem) > floor_rms for stem in stems])


def band_stem(song: RenderedSong, stem: str, config: SamplerConfig, start: int) -> Audio:
    """One stem of a rendered song, as the config's stem set has it."""
    parts = (
        ("guitar", "piano", "other") if (config.stem_set, stem) == ("song", "other") else (stem,)
    )
    audio = song.read(parts[0], start, config.samples)
    for part in parts[1:]:
        audio += song.read(part, start, config.samples)
    return audio


def fit(audio: Audio, rate_hz: int, config: Sizes) -> Audio:
    """(channels, samples) at the config's rate and channel count, and at most its samples."""
    if config.channels == 1:
        audio = audio.mean(axis=0, keepdims=True)
    elif len(audio) == 1:
        audio = np.repeat(audio, 2, axis=0)
    if rate_hz != config.rate_hz:
        audio = soxr.resample(audio.T, rate_hz, config.rate_hz, "HQ").T
    return np.ascontiguousarray(audio[:, : config.samples], np.float32)
