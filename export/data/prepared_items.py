"""Items of prepared songs: windows of one song, or each stem from another song.

Stems that a song knows only as a sum are a group of the item (`export.common.batch`); in a remix
the sum comes from a song that knows the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.common.songs import Clip
from export.data.config import ACTIVE_RMS, PREPARED, SamplerConfig
from export.data.errors import DataError
from export.data.prepared import PreparedSong, prepared_songs
from export.data.shape import Audio, low_pass
from export.data.tracks import RATE_HZ
from export.data.windows import active, fit


@dataclass(frozen=True)
class PreparedConfig:
    """What a batch of prepared songs is made of: `samples` per window at `rate_hz`.

    `remix_share`: chance of an item with each stem from another song. `speeds`: range of how fast
    a song is played, pitch and all, for networks that must bear other rates. The other fields are
    those of SamplerConfig; `hold_back`: names of songs never drawn. Raises DataError("bad-config").
    """

    prepared: Path
    stems: tuple[str, ...]
    rate_hz: int = RATE_HZ
    channels: int = 2
    samples: int = 4 * RATE_HZ
    batch: int = 12
    remix_share: float = 0.6
    speeds: tuple[float, float] = (0.86, 1.16)
    drop_share: float = 0.05
    gain_range: tuple[float, float] = (0.35, 1.4)
    least_audible: int = 2
    audible_rms: float = ACTIVE_RMS
    mix_gain_db: tuple[float, float] = (0.0, 0.0)
    mix_level_db: tuple[float, float] | None = None
    hold_back: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.remix_share <= 1 or not 0 <= self.drop_share <= 1:
            raise DataError("bad-config", f"remix_share {self.remix_share}, drop_share "
                            f"{self.drop_share}; expected chances, 0 to 1")  # fmt: skip
        if not 0.5 <= self.speeds[0] <= self.speeds[1] <= 2:
            raise DataError("bad-config", f"speeds {self.speeds}; expected low, high in 0.5 to 2")
        if min(self.samples, self.batch) < 1 or self.channels not in (1, 2):
            raise DataError("bad-config", "sizes must be at least 1, channels 1 or 2")


class PreparedItems:
    """Draws items (S, channels, samples) with their groups."""

    def __init__(self, config: PreparedConfig) -> None:
        self.config = config
        songs = prepared_songs(config.prepared, "train", config.stems)
        self.songs = [song for song in songs if song.name not in config.hold_back]
        #: Songs with something to tell apart.
        self.whole = [song for song in self.songs if len(song.sounding) > 1]
        if not self.whole:
            raise DataError("bad-stems", f"no song of {config.prepared} tells two of "
                            f"{', '.join(config.stems)} apart; give other songs, or a setup with "
                            "other stems")  # fmt: skip
        self.sums = any(song.rows.sums for song in self.whole)
        #: Songs by what is known together in one of their rows: (2,) for the third stem alone.
        self.having: dict[tuple[int, ...], list[PreparedSong]] = {}
        for song in self.songs:
            for row in song.sounding:
                self.having.setdefault(members(song, row), []).append(song)

    def list_bands(self, step: int) -> None:
        """Prepared songs do not change while they are trained on."""

    def least_audible(self, groups: NDArray[np.int8] | None) -> int:
        """How many rows of an item must sound: a sum is one, and may be all there is."""
        least = min(self.config.least_audible, len(self.config.stems))
        return least if groups is None else min(least, len(np.unique(groups)))

    def draw(self, rng: np.random.Generator) -> tuple[Audio, NDArray[np.int8] | None]:
        """An item; groups (S,), or None where none of them has sums."""
        base = self.whole[int(rng.integers(len(self.whole)))]
        chosen = dict.fromkeys(base.sounding, base)
        if rng.random() < self.config.remix_share:
            chosen = dict(self._others(rng, base))
            stems = sum(self._window(rng, song, (row,)) for row, song in chosen.items())
        else:
            stems = self._window(rng, base, base.sounding)
        stems = self._as_dark_as(np.asarray(stems, np.float32), chosen.values())
        return stems, base.rows.groups if self.sums else None

    def alone(self, rng: np.random.Generator, stem: int) -> Audio:
        """(channels, samples): a stem of some song that has it by itself; `having` has (stem,)."""
        songs = self.having[(stem,)]
        song = songs[int(rng.integers(len(songs)))]
        return self._as_dark_as(self._window(rng, song, (stem,))[stem], [song])

    def _others(
        self, rng: np.random.Generator, base: PreparedSong
    ) -> Iterator[tuple[int, PreparedSong]]:
        """For each stem, or sum of stems, that `base` tells apart, a song in which it sounds."""
        for row in sorted(set(base.rows.groups.tolist())):
            if songs := self.having.get(members(base, row), []):
                yield row, songs[int(rng.integers(len(songs)))]

    def _window(self, rng: np.random.Generator, song: PreparedSong, rows: tuple[int, ...]) -> Audio:
        """(S, channels, samples): some rows of a song, at one place and one speed."""
        config = self.config
        played_hz = round(RATE_HZ * float(rng.uniform(*config.speeds)))
        length = -(-config.samples * played_hz // config.rate_hz)
        start = int(rng.integers(max(song.samples - length, 0) + 1))
        return window(song, rows, start, length, played_hz, config)

    def _as_dark_as(self, stems: Audio, songs: Iterable[PreparedSong]) -> Audio:
        """A whole item is low-passed where one of its recordings has no treble."""
        edges = [song.edge_hz for song in songs if song.edge_hz is not None]
        if not edges:
            return stems
        return low_pass(stems, min(edges) * self.config.speeds[0], self.config.rate_hz)


def beside(config: SamplerConfig) -> PreparedItems | None:
    """The prepared songs of a sampler's cache, where it asks for any. Raises DataError."""
    if not config.needs_prepared:
        return None
    same = ("stems", "rate_hz", "channels", "samples", "batch", "hold_back")
    given = {name: getattr(config, name) for name in same}
    given["remix_share"] = config.prepared_remix_share
    return PreparedItems(PreparedConfig(config.cache / PREPARED, **given))


def members(song: PreparedSong, row: int) -> tuple[int, ...]:
    """The network's stems that are known together in a row of the song."""
    return tuple(int(stem) for stem in np.flatnonzero(song.rows.groups == row))


def window(
    song: PreparedSong,
    rows: tuple[int, ...],
    start: int,
    length: int,
    played_hz: int,
    config: PreparedConfig,
) -> Audio:
    """(S, channels, config.samples): `length` samples of some rows, played at `played_hz`."""
    out = np.zeros((len(config.stems), config.channels, config.samples), np.float32)
    for row in rows:
        audio = fit(song.read(row, start, length), played_hz, config)
        out[row, :, : audio.shape[1]] = audio
    return out


def validation_windows(config: PreparedConfig, per_song: int = 4, songs: int = 16) -> list[Clip]:
    """Evenly spread windows of the validation songs that tell every stem apart; none where no
    song was kept for validation.

    Raises DataError("no-validation") where none of them does.
    """
    kept = prepared_songs(config.prepared, "valid", config.stems)
    usable = [song for song in kept if not song.rows.sums and len(song.sounding) > 1][:songs]
    length = -(-config.samples * RATE_HZ // config.rate_hz)
    found = []
    for song in usable:
        for start in np.linspace(0, max(song.samples - length, 0), per_song + 2)[1:-1]:
            stems = window(song, song.sounding, int(start), length, RATE_HZ, config)
            if active(stems).sum() >= 2:
                found.append(Clip(f"{song.name}@{int(start)}", stems))
    if kept and not found:
        raise DataError("no-validation", f"none of {len(kept)} validation songs has two of "
                        f"{', '.join(config.stems)} by themselves; name others in valid of "
                        "songs.toml, or prepare with --valid 0 to train without")  # fmt: skip
    return found
