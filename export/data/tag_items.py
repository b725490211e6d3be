"""Training items of networks that listen to tags: a mix, some tags, and what they mean in it.

    config = TagConfig(cache=Path("cache"), bands=Path("tags"))
    batch = TagSampler(config, seed=0).batch(step=17)       # a TagBatch

A mix is a window of a rendered song (`render --by tags`), of two such songs in which each part is
kept by chance, by chance with a real voice; or a window of a real clip, of which drums, bass,
vocals and the rest are known. Of each mix several questions are asked: a tag, or two or three at
once; and, by `absent_share`, a tag that nothing in the mix could be, whose answer is silence. Where
a part could be what a tag means and could be something else (a clip's rest and `piano`), the tag is
not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.common.tags import NAMES, PARENTS, UNTAGGED, covered
from export.data.clip_cache import RATE_HZ, SONG_STEMS, CachedSong, cached_songs
from export.data.config import ACTIVE_RMS
from export.data.errors import DataError
from export.data.rendered import RenderedSong, rendered_songs
from export.data.shape import Audio, rms, to_level
from export.data.windows import fit

ATTEMPTS = 50
UNTOLD = frozenset({UNTAGGED})


@dataclass(frozen=True)
class TagConfig:
    """What a batch is made of. `samples` per window at `rate_hz`; `cache`: real clips and voices;
    `bands`: songs rendered by tags.

    Of the mixes `clip_share` are real clips and `blend_share` parts of two songs, each kept by
    `keep_share`; `voice_share`: of the rendered ones, how many have a real voice. `questions` of
    each mix; of these `absent_share` ask for what is not there, `several_share` for two or three
    tags at once. Levels are RMS in dB. Raises DataError("bad-config").
    """

    cache: Path
    bands: Path
    rate_hz: int = RATE_HZ
    channels: int = 2
    samples: int = 4 * RATE_HZ
    batch: int = 6
    clip_share: float = 0.15
    blend_share: float = 0.35
    keep_share: float = 0.6
    voice_share: float = 0.25
    questions: int = 3
    absent_share: float = 0.2
    several_share: float = 0.15
    part_gain_db: float = 6.0
    mix_level_db: tuple[float, float] = (-26.0, -12.0)
    relist_every: int = 100
    hold_back: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shares = (self.clip_share, self.blend_share, self.keep_share, self.voice_share,
                  self.absent_share, self.several_share)  # fmt: skip
        if not all(0 <= share <= 1 for share in shares):
            raise DataError("bad-config", f"shares {shares}; expected 0 to 1")
        if self.channels not in (1, 2) or min(self.samples, self.batch, self.questions) < 1:
            raise DataError("bad-config", "expected 1 or 2 channels, sizes and questions above 0")


@dataclass(frozen=True)
class TagBatch:
    """stems (B, 2, C, T) float32: what was asked for, and the rest of the mix; tags (B, tags)
    float32: 1 for each tag asked for, in the order of export/common/tags.py."""

    stems: NDArray[np.float32]
    tags: NDArray[np.float32]


@dataclass(frozen=True)
class Sounding:
    """A part of a mix: the leaves it may be of, and its audio (C, T)."""

    leaves: frozenset[str]
    audio: Audio


class TagSampler:
    """Batches by number: `batch(step)` depends on (config, seed, step) and the files present, as
    `Sampler` has it. Raises DataError("cache-missing") where no clip, or no voice, is there to be
    drawn from and its share is not 0."""

    def __init__(self, config: TagConfig, seed: int, split: str = "train") -> None:
        self.config, self.seed, self.split = config, seed, split
        clips = cached_songs(config.cache, f"clips/{split}")
        clips = [clip for clip in clips if clip.folder.name not in config.hold_back]
        self._whole = [clip for clip in clips if clip.stems >= set(SONG_STEMS)]
        self._singing = [clip for clip in clips if "vocals" in clip.stems]
        _require(config, config.clip_share, self._whole, "clip_share", ", ".join(SONG_STEMS))
        voices = config.voice_share if config.clip_share < 1 else 0.0
        _require(config, voices, self._singing, "voice_share", "vocals")
        self._songs: list[RenderedSong] = []
        self._listed = -1

    def batch(self, step: int) -> TagBatch:
        """Raises DataError("no-window")."""
        self.list_songs(step)
        rng = np.random.default_rng([self.seed, step])
        pairs: list[tuple[Audio, NDArray[np.float32]]] = []
        for _ in range(ATTEMPTS):
            pairs += self._questions(rng)
            if len(pairs) >= self.config.batch:
                stems, tags = zip(*pairs[: self.config.batch], strict=True)
                return TagBatch(np.stack(stems), np.stack(tags))
        raise DataError("no-window", f"{ATTEMPTS} silent windows; is the data silent?")

    def list_songs(self, step: int) -> None:
        """Looks for songs that have been rendered since; to be called before `mix`."""
        if self._listed != (turn := step // self.config.relist_every):
            config = self.config
            self._songs = rendered_songs(
                config.bands, self.split, config.rate_hz, config.channels, config.cache
            )
            self._listed = turn

    def _questions(self, rng: np.random.Generator) -> list[tuple[Audio, NDArray[np.float32]]]:
        """Some of one mix, none where it is silent."""
        parts = self.mix(rng)
        if not parts:
            return []
        mix = np.sum([part.audio for part in parts], axis=0)
        if rms(mix) <= ACTIVE_RMS:
            return []
        gain = np.float32(10 ** (rng.uniform(*self.config.mix_level_db) / 20) / rms(mix))
        found = []
        for _ in range(self.config.questions):
            tags = self._asked(rng, [part.leaves for part in parts])
            wanted = answer(parts, tags)
            found.append((np.stack([wanted, mix - wanted]) * gain, vector(tags)))
        return found

    def _asked(self, rng: np.random.Generator, parts: Sequence[frozenset[str]]) -> tuple[str, ...]:
        config = self.config
        present, absent = askable(parts)
        pool = absent if absent and rng.random() < config.absent_share else present or absent
        count = int(rng.integers(2, 4)) if rng.random() < config.several_share else 1
        drawn = rng.permutation(len(pool))[:count]
        return tuple(pool[int(i)] for i in drawn)

    def mix(self, rng: np.random.Generator) -> list[Sounding]:
        """The parts of one mix that can be heard; perhaps none."""
        if rng.random() < self.config.clip_share:
            return self._varied(rng, self._clip(rng))
        songs = [self._songs[int(rng.integers(len(self._songs)))] for _ in range(2)]
        blends = rng.random() < self.config.blend_share
        parts = [
            part
            for song in (songs if blends else songs[:1])
            for part in self._song(rng, song, self.config.keep_share if blends else 1.0)
        ]
        if rng.random() < self.config.voice_share:
            parts.append(self._voice(rng))
        return self._varied(rng, parts)

    def _song(self, rng: np.random.Generator, song: RenderedSong, keep: float) -> list[Sounding]:
        start = int(rng.integers(max(song.samples - self.config.samples, 0) + 1))
        names = [name for name in sorted(song.stems) if rng.random() < keep]
        return song_parts(song, names, start, self.config.samples)

    def _clip(self, rng: np.random.Generator) -> list[Sounding]:
        clip = self._whole[int(rng.integers(len(self._whole)))]
        audio = self._cached(rng, clip, SONG_STEMS)
        return [Sounding(covered(name), one) for name, one in zip(SONG_STEMS, audio, strict=True)]

    def _voice(self, rng: np.random.Generator) -> Sounding:
        clip = self._singing[int(rng.integers(len(self._singing)))]
        (audio,) = self._cached(rng, clip, ("vocals",))
        return Sounding(covered("vocals"), to_level(audio, float(rng.uniform(-26, -15))))

    def _cached(
        self, rng: np.random.Generator, clip: CachedSong, stems: tuple[str, ...]
    ) -> list[Audio]:
        speed = clip.speeds[int(rng.integers(len(clip.speeds)))]
        length = -(-self.config.samples * RATE_HZ // self.config.rate_hz)
        start = int(rng.integers(max(clip.samples(stems[0], speed) - length, 0) + 1))
        return [fit(clip.read(s, start, length, speed), RATE_HZ, self.config) for s in stems]

    def _varied(self, rng: np.random.Generator, parts: list[Sounding]) -> list[Sounding]:
        """Gain, polarity and perhaps swapped channels for each part; silent ones left out."""
        found = []
        for part in parts:
            spread = self.config.part_gain_db
            gain = 10 ** (rng.uniform(-spread, spread) / 20) * rng.choice((-1.0, 1.0))
            audio = part.audio[::-1] if rng.random() < 0.5 else part.audio
            if rms(audio) > ACTIVE_RMS:
                found.append(Sounding(part.leaves, audio * np.float32(gain)))
        return found


def _require(
    config: TagConfig, share: float, clips: Sequence[CachedSong], name: str, stems: str
) -> None:
    """Raises DataError("cache-missing") where a share draws from no clip."""
    if share > 0 and not clips:
        held = f", the {len(config.hold_back)} held back left out" if config.hold_back else ""
        raise DataError(
            "cache-missing",
            f"no clip in {config.cache / 'clips'} has {stems}{held}; expected one at least "
            f"for {name} = {share:g}; cache such clips (python -m export clips --data DATA "
            f"--cache {config.cache}), or set {name} = 0",
        )


def song_parts(
    song: RenderedSong, names: Iterable[str], start: int, samples: int
) -> list[Sounding]:
    """A window of the parts of a rendered song."""
    return [
        Sounding(UNTOLD if name == UNTAGGED else covered(name), song.read(name, start, samples))
        for name in names
    ]


def askable(parts: Sequence[frozenset[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags that are in a mix of parts of these leaves, and those that are surely not."""
    present, absent = [], []
    for name in NAMES:
        leaves = covered(name)
        inside = [part for part in parts if part <= leaves]
        if not any(part & leaves for part in parts):
            absent.append(name)
        elif len(inside) == sum(bool(part & leaves) for part in parts):
            present.append(name)
    return tuple(present), tuple(absent)


def answer(parts: Sequence[Sounding], tags: Iterable[str]) -> Audio:
    """(C, T): what these tags mean together, each part once."""
    leaves = frozenset().union(*(covered(tag) for tag in tags))
    silence = np.zeros_like(parts[0].audio)
    return np.sum([silence, *(part.audio for part in parts if part.leaves <= leaves)], axis=0)


def vector(tags: Iterable[str]) -> NDArray[np.float32]:
    """(tags,): 1 for each of these."""
    found = np.zeros(len(NAMES), np.float32)
    found[[NAMES.index(tag) for tag in tags]] = 1
    return found


@dataclass(frozen=True)
class Question:
    """A fixed one for validation: mix (C, T), the tag, and what it means there (C, T)."""

    name: str
    mix: Audio
    tag: str
    truth: Audio


def validation_questions(
    config: TagConfig, songs: int = 12, windows: int = 2, absent: int = 3, present: int = 5
) -> list[Question]:
    """Of windows of rendered `valid` songs up to `present` tags that are there and `absent` that
    are not, and of the `valid` clips their stems; drawn with one seed, always the same.

    Raises DataError("bands-missing").
    """
    rng = np.random.default_rng(0)
    rendered = rendered_songs(config.bands, "valid", config.rate_hz, config.channels, config.cache)
    found: list[Question] = []
    for song in rendered[:songs]:
        for start in np.linspace(0, max(song.samples - config.samples, 0), windows + 2)[1:-1]:
            parts = song_parts(song, sorted(song.stems), int(start), config.samples)
            found += _drawn(rng, f"{song.folder.name}@{int(start)}", parts, present, absent)
    for clip in cached_songs(config.cache, "clips/valid"):
        length = -(-config.samples * RATE_HZ // config.rate_hz)
        start = max(clip.samples(SONG_STEMS[0]) - length, 0) // 2
        audio = [fit(clip.read(stem, start, length), RATE_HZ, config) for stem in SONG_STEMS]
        pairs = zip(SONG_STEMS, audio, strict=True)
        parts = [Sounding(covered(stem), one) for stem, one in pairs]
        found += _drawn(rng, clip.folder.name, parts, len(SONG_STEMS), 0)
    return found


def _drawn(
    rng: np.random.Generator, name: str, parts: list[Sounding], present: int, absent: int
) -> list[Question]:
    sounding = [part for part in parts if rms(part.audio) > ACTIVE_RMS]
    if len(sounding) < 2:
        return []
    mix = np.sum([part.audio for part in sounding], axis=0)
    there, missing = askable([part.leaves for part in sounding])
    whole = [tag for tag in there if tag not in PARENTS or len(there) > 1]
    tags = [whole[int(i)] for i in rng.permutation(len(whole))[:present]]
    tags += [missing[int(i)] for i in rng.permutation(len(missing))[:absent]]
    return [Question(name, mix, tag, answer(sounding, [tag])) for tag in tags]
