"""Training batches from real clips, rendered bands and voices; fixed validation and test songs.

    config = SamplerConfig("song", cache=Path("cache"), bands=Path("bands"))
    stems = Sampler(config, seed=0).batch(step=17)     # (batch, stems, channels, samples) float32

Each item of a batch comes from one of four kinds of song, drawn by the config's shares:

- clip: a real clip, all of its stems from one place;
- remix: each stem from another place: another real clip, a rendered drummer or bassist, a voice;
- band: a rendered song; for the `song` stems its guitar, piano and other are one stem, other;
- band_voice: the same with a real voice over it.

Every stem then gets a gain, a polarity and perhaps swapped channels of its own. Windows with fewer
than two stems above -60 dB RMS (`least_audible`, `audible_rms`) are drawn again, as in the O-NADE
paper.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soxr
from numpy.typing import NDArray

from export.clips import Clip
from export.data.bands import RenderedSong, rendered_songs
from export.data.clips import RATE_HZ, VOICE_BAND_HZ, CachedSong, cached_songs, find_sources
from export.data.clips import read_audio as read_whole
from export.data.errors import DataError
from export.data.shape import fit_peak, low_pass, reverberate, rms, to_level

Audio = NDArray[np.float32]
STEM_SETS = {
    "song": ("drums", "bass", "other", "vocals"),
    "band": ("bass", "drums", "guitar", "piano"),
}
ACTIVE_RMS = 1e-3
ATTEMPTS = 50
Kind = Literal["clip", "remix", "band", "band_voice"]
KINDS: tuple[Kind, ...] = ("clip", "remix", "band", "band_voice")


@dataclass(frozen=True)
class SamplerConfig:
    """What a batch is made of. `samples` per window at `rate_hz`; shares are relative weights.

    The `band` stems come from rendered songs alone, so there the shares are not used.
    `mir_share`: of the voices over bands and in remixes, how many are MIR-1K's, whose songs are
    low-passed as a whole. `remix_band_share`: of the drums, basses and others in remixes, how many
    are rendered. `drop_share`: chance of each stem to be silent. Levels are RMS in dB.
    Raises DataError("bad-config").
    """

    stem_set: Literal["song", "band"]
    cache: Path
    bands: Path
    rate_hz: int = RATE_HZ
    channels: Literal[1, 2] = 2
    samples: int = 4 * RATE_HZ
    batch: int = 12
    clip_share: float = 0.3
    remix_share: float = 0.35
    band_share: float = 0.05
    band_voice_share: float = 0.3
    mir_share: float = 0.35
    remix_band_share: float = 0.2
    drop_share: float = 0.05
    gain_range: tuple[float, float] = (0.35, 1.4)
    band_level_db: tuple[float, float] = (-24.0, -14.0)
    voice_level_db: tuple[float, float] = (-26.0, -15.0)
    relist_every: int = 200
    least_audible: int = 2
    audible_rms: float = ACTIVE_RMS

    def __post_init__(self) -> None:
        if self.stem_set not in STEM_SETS or self.channels not in (1, 2):
            raise DataError("bad-config", f"{self.stem_set}, {self.channels} channels; expected "
                            "'song' or 'band', 1 or 2 channels")  # fmt: skip
        if min(self.shares) < 0 or sum(self.shares) <= 0 or min(self.samples, self.batch) < 1:
            raise DataError("bad-config", "shares must be >= 0 and not all 0, sizes at least 1")
        if not 0 <= self.least_audible <= len(self.stems):
            raise DataError("bad-config", f"least_audible {self.least_audible}; expected 0 to "
                            f"{len(self.stems)}, the number of stems")  # fmt: skip

    @property
    def stems(self) -> tuple[str, ...]:
        """Stem names in the order of the batch's second axis."""
        return STEM_SETS[self.stem_set]

    @property
    def shares(self) -> tuple[float, ...]:
        """Weights of KINDS."""
        return (self.clip_share, self.remix_share, self.band_share, self.band_voice_share)


class Sampler:
    """Batches by number. `batch(step)` depends on (config, seed, step) and on the files present.

    Rendered songs may be added while training runs: their folder is listed again every
    `relist_every` steps, so batches repeat exactly only once the folder no longer changes.
    """

    def __init__(self, config: SamplerConfig, seed: int) -> None:
        self.config, self.seed = config, seed
        self.clips: list[CachedSong] = []
        self.voices: list[CachedSong] = []
        if config.stem_set == "song":
            self.clips = cached_songs(config.cache, "clips/train")
            self.voices = cached_songs(config.cache, "voices/train")
        self.bands: list[RenderedSong] = []
        self._listed = -1

    def batch(self, step: int) -> Audio:
        """(batch, stems, channels, samples) float32. Raises DataError("no-window")."""
        self._list_bands(step)
        rng = np.random.default_rng([self.seed, step])
        return np.stack([self._item(rng) for _ in range(self.config.batch)])

    def _list_bands(self, step: int) -> None:
        config = self.config
        needs_bands = config.stem_set == "band" or any(config.shares[2:]) or self._remixes_bands
        if needs_bands and self._listed != (turn := step // config.relist_every):
            self.bands = rendered_songs(
                config.bands, "train", config.rate_hz, config.channels, config.cache
            )
            self._listed = turn

    @property
    def _remixes_bands(self) -> bool:
        return self.config.remix_share > 0 and self.config.remix_band_share > 0

    def _item(self, rng: np.random.Generator) -> Audio:
        shares = np.array(self.config.shares)
        for _ in range(ATTEMPTS):
            if self.config.stem_set == "band":
                stems = self._band(rng)
            else:
                kind = KINDS[int(rng.choice(len(KINDS), p=shares / shares.sum()))]
                stems = self._song(rng, kind)
            stems = self._varied(rng, stems)
            if active(stems, self.config.audible_rms).sum() >= self.config.least_audible:
                return fit_peak(stems)
        raise DataError("no-window", f"{ATTEMPTS} windows without {self.config.least_audible} "
                        "audible stems; is the data silent, or the window too short?")  # fmt: skip

    def _song(self, rng: np.random.Generator, kind: Kind) -> Audio:
        if kind == "clip":
            return self._clip(rng)
        if kind == "remix":
            return self._remix(rng)
        stems = self._band(rng)
        if kind == "band":
            return stems
        return self._with_voice(rng, stems)

    def _clip(self, rng: np.random.Generator) -> Audio:
        whole = [song for song in self.clips if song.stems >= set(self.config.stems)]
        song = whole[int(rng.integers(len(whole)))]
        return np.stack(self._cached(rng, song, self.config.stems))

    def _remix(self, rng: np.random.Generator) -> Audio:
        stems = np.stack([self._stem(rng, name) for name in self.config.stems])
        if rng.random() < self.config.mir_share:
            stems[self.config.stems.index("vocals")] = 0
            return self._with_voice(rng, stems, mir=True)
        return stems

    def _stem(self, rng: np.random.Generator, name: str) -> Audio:
        if name != "vocals" and rng.random() < self.config.remix_band_share:
            song = self.bands[int(rng.integers(len(self.bands)))]
            part = band_stem(song, name, self.config, self._start(rng, song.samples))
            return to_level(part, float(rng.uniform(*self.config.band_level_db)) - 4)
        have = [song for song in self.clips if name in song.stems]
        return self._cached(rng, have[int(rng.integers(len(have)))], (name,))[0]

    def _with_voice(self, rng: np.random.Generator, stems: Audio, mir: bool | None = None) -> Audio:
        """Stems with a voice; the whole is low-passed where the voice itself is."""
        index = self.config.stems.index("vocals")
        if not (rng.random() < self.config.mir_share if mir is None else mir):
            have = [song for song in self.clips if "vocals" in song.stems]
            song = have[int(rng.integers(len(have)))]
            stems[index] = self._cached(rng, song, ("vocals",))[0]
            return stems
        singer = self.voices[int(rng.integers(len(self.voices)))]
        voice = self._cached(rng, singer, ("vocals",))[0]
        if rng.random() < 0.6:
            voice = reverberate(voice, rng, self.config.rate_hz)
        stems[index] = to_level(voice, float(rng.uniform(*self.config.voice_level_db)))
        return low_pass(stems, VOICE_BAND_HZ, self.config.rate_hz)

    def _band(self, rng: np.random.Generator) -> Audio:
        """A window of a rendered song, its mix at a drawn level."""
        song = self.bands[int(rng.integers(len(self.bands)))]
        start = self._start(rng, song.samples)
        stems = np.stack([band_stem(song, s, self.config, start) for s in self.config.stems])
        level = rms(stems.sum(0))
        wanted = 10 ** (float(rng.uniform(*self.config.band_level_db)) / 20)
        return stems * np.float32(min(wanted / max(level, 1e-9), 20.0))

    def _cached(
        self, rng: np.random.Generator, song: CachedSong, stems: tuple[str, ...]
    ) -> list[Audio]:
        """The same window of a cached song's stems, at one of its speeds."""
        speed = song.speeds[int(rng.integers(len(song.speeds)))]
        length = -(-self.config.samples * RATE_HZ // self.config.rate_hz)
        start = self._start(rng, song.samples(stems[0], speed), length)
        return [self._fitted(song.read(stem, start, length, speed)) for stem in stems]

    def _start(self, rng: np.random.Generator, available: int, wanted: int | None = None) -> int:
        wanted = self.config.samples if wanted is None else wanted
        return int(rng.integers(max(available - wanted, 0) + 1))

    def _fitted(self, audio: Audio) -> Audio:
        return fit(audio, RATE_HZ, self.config)

    def _varied(self, rng: np.random.Generator, stems: Audio) -> Audio:
        """Gain, polarity, channel order and silence, drawn for each stem."""
        count = len(stems)
        gains = rng.uniform(*self.config.gain_range, count) * rng.choice((-1.0, 1.0), count)
        gains[rng.random(count) < self.config.drop_share] = 0.0
        stems = stems * gains[:, None, None].astype(np.float32)
        for index in np.flatnonzero(rng.random(count) < 0.5):
            stems[index] = stems[index, ::-1].copy()
        return stems


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


def fit(audio: Audio, rate_hz: int, config: SamplerConfig) -> Audio:
    """(channels, samples) at the config's rate and channel count, and at most its samples."""
    if config.channels == 1:
        audio = audio.mean(axis=0, keepdims=True)
    elif len(audio) == 1:
        audio = np.repeat(audio, 2, axis=0)
    if rate_hz != config.rate_hz:
        audio = soxr.resample(audio.T, rate_hz, config.rate_hz, "HQ").T
    return np.ascontiguousarray(audio[:, : config.samples], np.float32)


def validation_set(config: SamplerConfig, per_song: int = 4, songs: int = 16) -> list[Clip]:
    """Fixed held-back windows of `config.samples`, never trained on.

    `song`: the middle of each `valid` clip. `band`: `per_song` evenly spread windows of up to
    `songs` rendered `valid` songs. Windows with fewer than two audible stems are left out.
    """
    if config.stem_set == "song":
        return [_middle(song, config) for song in cached_songs(config.cache, "clips/valid")]
    rendered = rendered_songs(config.bands, "valid", config.rate_hz, config.channels, config.cache)
    found = []
    for song in rendered[:songs]:
        for start in np.linspace(0, max(song.samples - config.samples, 0), per_song + 2)[1:-1]:
            stems = np.stack([band_stem(song, s, config, int(start)) for s in config.stems])
            if active(stems).sum() >= 2:
                found.append(Clip(f"{song.folder.name}@{int(start)}", stems))
    return found


def _middle(song: CachedSong, config: SamplerConfig) -> Clip:
    length = -(-config.samples * RATE_HZ // config.rate_hz)
    start = max(song.samples(config.stems[0]) - length, 0) // 2
    stems = [fit(song.read(stem, start, length), RATE_HZ, config) for stem in config.stems]
    return Clip(song.folder.name, np.stack(stems))


def test_songs(config: SamplerConfig, data: Path | None = None) -> Iterator[Clip]:
    """Held-back songs, whole, one after another.

    `song`: the clips of `musdb18-7/test` under `data`, decoded afresh, not from the int16 cache.
    `band`: the rendered `test` songs, made with a SoundFont that training never hears.
    """
    if config.stem_set == "song":
        yield from _test_clips(config, data)
        return
    for song in rendered_songs(config.bands, "test", config.rate_hz, config.channels, config.cache):
        whole = dataclasses.replace(config, samples=song.samples)
        yield Clip(song.folder.name, np.stack([band_stem(song, s, whole, 0) for s in whole.stems]))


def _test_clips(config: SamplerConfig, data: Path | None) -> Iterator[Clip]:
    if data is None:
        raise DataError("data-missing", "the test clips are decoded afresh; give `data`")
    whole = dataclasses.replace(config, samples=10**12)
    for source in find_sources(data):
        if source.folder == "clips/test":
            files = dict(source.files)
            stems = [fit(read_whole(files[s]).T, RATE_HZ, whole) for s in config.stems]
            yield Clip(source.name, np.stack(stems))
