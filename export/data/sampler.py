"""Training batches from real clips, rendered bands and voices; fixed validation and test songs.

    config = SamplerConfig("song", cache=Path("cache"), bands=Path("bands"))
    stems = Sampler(config, seed=0).batch(step=17)     # (batch, stems, channels, samples) float32

Each item of a batch comes from one of six kinds of song, drawn by the config's shares:

- clip: a real clip, all of its stems from one place;
- remix: each stem from another place: another real clip, a rendered drummer or bassist, a voice;
- band: a rendered song; for the `song` stems its guitar, piano and other are one stem, other;
- band_voice: the same with a real voice over it;
- accompaniment: recorded music without singing, known as a sum, most of it with a real voice
  over it (`song` alone, and only where it is asked for);
- prepared: songs that `prepare` made, known as their files tell them apart (only where asked for).

For the `band` stems the batch is a `Batch`: a clip's guitar, piano and other are known as their sum
only (`band_items.py`); in remixes drums and bass are real, guitar, piano and other rendered.

From a `PreparedConfig` items are windows and remixes of prepared songs (`prepared_items.py`).

Every stem then gets a gain, a polarity and perhaps swapped channels of its own. Windows with fewer
than two stems above -60 dB RMS (`least_audible`, `audible_rms`) are drawn again, as in the O-NADE
paper.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.common.batch import Batch
from export.common.songs import Clip
from export.data.band_items import BandItems
from export.data.clip_cache import RATE_HZ, CachedSong, cached_songs, find_sources
from export.data.clip_cache import read_audio as read_whole
from export.data.config import KINDS, STEM_SETS, SamplerConfig
from export.data.errors import DataError
from export.data.prepared_items import PreparedConfig, PreparedItems
from export.data.rendered import rendered_songs
from export.data.shape import Audio, fit_peak
from export.data.song_items import SongItems
from export.data.windows import active, band_stem, fit

__all__ = ["ATTEMPTS", "KINDS", "STEM_SETS", "Sampler", "SamplerConfig", "test_songs",
           "validation_set"]  # fmt: skip
ATTEMPTS = 50


class Sampler:
    """Batches by number. `batch(step)` depends on (config, seed, step) and on the files present.

    Rendered songs may be added while training runs: their folder is listed again every
    `relist_every` steps, so batches repeat exactly only once the folder no longer changes.
    """

    def __init__(self, config: SamplerConfig | PreparedConfig, seed: int) -> None:
        self.config, self.seed = config, seed
        self.items = _items(config)

    def batch(self, step: int) -> Audio | Batch:
        """(batch, stems, channels, samples) float32; for `band`, for `song` with accompaniments,
        and for prepared songs with sums, a Batch of them and their groups.

        Raises DataError("no-window").
        """
        self.items.list_bands(step)
        rng = np.random.default_rng([self.seed, step])
        items = [self._item(rng) for _ in range(self.config.batch)]
        stems = np.stack([item for item, _ in items])
        groups = [known for _, known in items if known is not None]
        return Batch(stems, np.stack(groups)) if groups else stems

    def _item(self, rng: np.random.Generator) -> tuple[Audio, NDArray[np.int8] | None]:
        config = self.config
        for _ in range(ATTEMPTS):
            stems, groups = self.items.draw(rng)
            stems = self._turned(rng, stems)
            if active(stems, config.audible_rms).sum() >= self.items.least_audible(groups):
                return self._at_level(rng, fit_peak(stems)), groups
        raise DataError("no-window", f"{ATTEMPTS} windows without {config.least_audible} "
                        "audible stems; is the data silent, or the window too short?")  # fmt: skip

    def _at_level(self, rng: np.random.Generator, stems: Audio) -> Audio:
        """All stems with the same gain: of `mix_gain_db`, or to a level of `mix_level_db`.

        Nothing is drawn where neither has a range.
        """
        if self.config.mix_level_db is not None:
            level = 10 ** (float(rng.uniform(*self.config.mix_level_db)) / 20)
            rms = float(np.sqrt(np.mean(np.square(stems.sum(0), dtype=np.float64))))
            return stems * np.float32(level / max(rms, 1e-9))
        low, high = self.config.mix_gain_db
        if low == high == 0:
            return stems
        return stems * np.float32(10 ** (float(rng.uniform(low, high)) / 20))

    def _turned(self, rng: np.random.Generator, stems: Audio) -> Audio:
        """Gain, polarity, channel order and silence, drawn for each stem."""
        count = len(stems)
        gains = rng.uniform(*self.config.gain_range, count) * rng.choice((-1.0, 1.0), count)
        gains[rng.random(count) < self.config.drop_share] = 0.0
        stems = stems * gains[:, None, None].astype(np.float32)
        for index in np.flatnonzero(rng.random(count) < 0.5):
            stems[index] = stems[index, ::-1].copy()
        return stems


def _items(config: SamplerConfig | PreparedConfig) -> BandItems | SongItems | PreparedItems:
    if isinstance(config, PreparedConfig):
        return PreparedItems(config)
    return (BandItems if config.stem_set == "band" else SongItems)(config)


def validation_set(config: SamplerConfig, per_song: int = 4, songs: int = 16) -> list[Clip]:
    """Fixed held-back windows of `config.samples`, never trained on.

    `song`: the middle of each `valid` clip. `band`: `per_song` evenly spread windows of up to
    `songs` rendered `valid` songs, without those in which fewer than two stems are audible.
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
