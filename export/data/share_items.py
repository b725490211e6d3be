"""Training items of a tagger that hears shares: sounds as masks leave them, and what is in them.

    config = ShareConfig(cache=Path("cache"), bands=Path("tags"), rate_hz=16000, channels=1)
    batch = ShareSampler(config, seed=0).batch(step=17)       # a ShareBatch

Mixes are those of tag_items. Of each comes one sound (TREATMENTS): the whole, some parts of it, all
of it very quiet, silence, or what a mask leaves of it. A mask is random; or the ideal one of a tag,
sharpened, spoiled or turned round. A tag's share in a piece of time is its energy over that of all,
both after the mask: from -20 dB (0) to 0 dB (1). Where little sounds, shares fall to 0: silence
has none. A tag that a part could be or not be (a clip's drums and `kick`) is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft
from scipy.ndimage import uniform_filter, zoom

from export.common.tags import NAMES, covered
from export.data.clip_cache import cached_songs
from export.data.errors import DataError
from export.data.shape import rms
from export.data.tag_items import ATTEMPTS, Sounding, TagConfig, TagSampler

#: Samples of one answer, at 16 kHz a quarter of a second.
ANSWER = 4096
#: What is made of a mix, and how often.
TREATMENTS = {
    "whole": 0.15, "some": 0.2, "quiet": 0.07, "silence": 0.03, "random": 0.15, "ideal": 0.4,
}  # fmt: skip
LOWEST_DB = -20.0
#: Levels of a piece of time, in dBFS: at the first it counts as silence, from the second on it does
#: not.
SILENT_DB, SOUNDING_DB = -55.0, -40.0
_FFT, _HOP = 1024, 512
_WINDOW = np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT), np.float32)
_TINY = 1e-12
Array = NDArray[np.float32]


@dataclass(frozen=True)
class ShareConfig(TagConfig):
    """As TagConfig, of which `questions` and the shares of kinds of them are as they are there:
    nothing is asked. Mono; `samples` a multiple of ANSWER. `quiet_db`: how far a quiet mix is
    turned down. Raises DataError("bad-config")."""

    channels: int = 1
    quiet_db: tuple[float, float] = (25.0, 60.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.channels != 1 or self.samples % ANSWER:
            seen = f"{self.channels} channels, {self.samples} samples"
            raise DataError("bad-config", f"{seen}; expected mono and a multiple of {ANSWER}")
        asked = (self.questions, self.absent_share, self.several_share)
        if asked != (TagConfig.questions, TagConfig.absent_share, TagConfig.several_share):
            raise DataError("bad-config", "questions; expected none: shares are heard, not asked")


class ShareBatch(NamedTuple):
    """audio (B, T); shares (B, answers, tags), 0 to 1; known (B, tags), 0 or 1; all float32. Tags
    in the order of export/common/tags.py."""

    audio: Array
    shares: Array
    known: Array


class ShareSampler:
    """Batches by number, as TagSampler has them, whose errors it raises."""

    def __init__(self, config: ShareConfig, seed: int, split: str = "train") -> None:
        self.config, self.seed = config, seed
        self._mixes = TagSampler(config, seed, split)

    def batch(self, step: int) -> ShareBatch:
        """Raises DataError("no-window")."""
        self._mixes.list_songs(step)
        rng = np.random.default_rng([self.seed, step, 2])
        rows = [self._item(rng) for _ in range(self.config.batch)]
        return ShareBatch(*(np.stack(column) for column in zip(*rows, strict=True)))

    def _item(self, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        names = list(TREATMENTS)
        treatment = names[int(rng.choice(len(names), p=list(TREATMENTS.values())))]
        parts = self._parts(rng)
        if treatment == "some":
            keep = rng.random(len(parts)) < rng.uniform(0.1, 0.9)
            keep[int(rng.integers(len(parts)))] = True
            parts = [part for part, kept in zip(parts, keep, strict=True) if kept]
        gain_db = {"quiet": -rng.uniform(*self.config.quiet_db), "silence": -200.0}
        level = 10 ** (gain_db.get(treatment, 0.0) / 20)
        parts = [Sounding(one.leaves, one.audio * np.float32(level)) for one in parts]
        return labelled(parts, self._mask(rng, treatment, parts))

    def _parts(self, rng: np.random.Generator) -> list[Sounding]:
        """Of a mix at the level of one."""
        for _ in range(ATTEMPTS):
            parts = self._mixes.mix(rng)
            if parts and (loudness := rms(np.sum([one.audio for one in parts], axis=0))) > 0:
                level_db = rng.uniform(*self.config.mix_level_db)
                gain = np.float32(10 ** (level_db / 20) / loudness)
                return [Sounding(one.leaves, one.audio * gain) for one in parts]
        raise DataError("no-window", f"{ATTEMPTS} silent windows; is the data silent?")

    def _mask(
        self, rng: np.random.Generator, treatment: str, parts: list[Sounding]
    ) -> Array | None:
        bins, frames = _FFT // 2 + 1, 1 + self.config.samples // _HOP
        if treatment == "random":
            return random_mask(rng, bins, frames)
        if treatment != "ideal":
            return None
        wanted = parts[int(rng.integers(len(parts)))].leaves
        if rng.random() < 0.3:  # with what else is of its group
            groups = [one for one in NAMES if wanted <= covered(one)]
            wanted = covered(groups[int(rng.integers(len(groups)))]) if groups else wanted
        return spoiled(rng, ideal_mask(parts, wanted))


def spectra(parts: list[Sounding]) -> NDArray[np.complex64]:
    """(parts, bins, frames) of mono parts; frames are centred, and their windows add up to 1."""
    audio = np.concatenate([part.audio for part in parts])
    padded = np.pad(audio, ((0, 0), (_HOP, _HOP)))
    framed = np.lib.stride_tricks.sliding_window_view(padded, _FFT, axis=1)[:, ::_HOP]
    return np.asarray(rfft(framed * _WINDOW), np.complex64).transpose(0, 2, 1)


def sound(spectrum: NDArray[np.complex64], samples: int) -> Array:
    """(bins, frames) -> (samples,): the inverse."""
    framed = irfft(spectrum.T, _FFT).reshape(-1, 2, _HOP)
    found = np.zeros((len(framed) + 1, _HOP), np.float32)
    found[:-1] += framed[:, 0]
    found[1:] += framed[:, 1]
    return found.reshape(-1)[_HOP : _HOP + samples]


def ideal_mask(parts: list[Sounding], wanted: frozenset[str]) -> Array:
    """(bins, frames): the share of the power that parts of these leaves have."""
    every = spectra(parts)
    inside = np.array([part.leaves <= wanted for part in parts])
    powers = [np.abs(every[chosen].sum(axis=0)) ** 2 for chosen in (inside, ~inside)]
    return np.asarray(powers[0] / (powers[0] + powers[1] + _TINY), np.float32)


def random_mask(rng: np.random.Generator, bins: int, frames: int) -> Array:
    """(bins, frames), 0 to 1: coarse patches, or the same over all frames."""
    grid = int(rng.integers(3, 25)), 1 if rng.random() < 0.3 else int(rng.integers(2, 25))
    coarse = rng.random(grid) ** rng.uniform(0.5, 4.0)
    scale = bins / grid[0], frames / grid[1]
    found = np.clip(zoom(coarse, scale, order=1, grid_mode=True, mode="nearest"), 0, 1)
    return np.asarray(found[:bins, :frames], np.float32)


def spoiled(rng: np.random.Generator, mask: Array) -> Array:
    """An ideal mask as steering may meet it: sharper, blurred, noisy, mixed with a random one; and
    perhaps turned round."""
    kind = rng.choice(["as it is", "sharp", "hard", "blurred", "noisy", "mixed"])
    found = mask
    if kind == "sharp":
        found = mask ** rng.uniform(1.5, 4.0)
    elif kind == "hard":
        found = (mask > rng.uniform(0.3, 0.7)).astype(np.float32)
    elif kind == "blurred":
        found = uniform_filter(mask, (int(rng.integers(3, 40)), int(rng.integers(1, 30))))
    elif kind == "noisy":
        found = np.clip(mask + rng.uniform(0.1, 0.5) * rng.standard_normal(mask.shape), 0, 1)
    elif kind == "mixed":
        weight = rng.uniform(0.3, 0.95)
        found = weight * mask + (1 - weight) * random_mask(rng, *mask.shape)
    return np.asarray(1 - found if rng.random() < 0.3 else found, np.float32)


def labelled(parts: list[Sounding], mask: Array | None) -> tuple[Array, Array, Array]:
    """audio (T,), shares (answers, tags), known (tags,) of what a mask leaves of mono parts."""
    every = spectra(parts)
    audio = np.sum([part.audio for part in parts], axis=0)[0]
    samples = len(audio)
    if mask is not None:
        every = every * mask
        audio = sound(every.sum(axis=0), samples)
    audio = np.asarray(audio, np.float32)
    shares, known = _shares(parts, every, samples // ANSWER)
    loudness = np.sqrt(np.square(audio.reshape(-1, ANSWER)).mean(axis=1))
    level_db = 20 * np.log10(loudness + _TINY)
    sounds = np.clip((level_db - SILENT_DB) / (SOUNDING_DB - SILENT_DB), 0, 1)
    return audio, np.asarray(shares * sounds[:, None], np.float32), known


def _shares(
    parts: list[Sounding], every: NDArray[np.complex64], answers: int
) -> tuple[Array, Array]:
    shares = np.zeros((answers, len(NAMES)), np.float32)
    known = np.ones(len(NAMES), np.float32)
    common = _common(every, answers)
    for row, name in enumerate(NAMES):
        leaves = covered(name)
        inside = np.array([part.leaves <= leaves for part in parts])
        if any(part.leaves & leaves and not part.leaves <= leaves for part in parts):
            known[row] = 0
        elif inside.any():
            energy, rest = (common[:, one][:, :, one].sum(axis=(1, 2)) for one in (inside, ~inside))
            energy, rest = np.maximum(energy, 0) + _TINY, np.maximum(rest, 0)
            share_db = 10 * np.log10(energy / (energy + rest))
            shares[:, row] = np.clip(1 - share_db / LOWEST_DB, 0, 1)
    return shares, known


def _common(every: NDArray[np.complex64], answers: int) -> NDArray[np.float32]:
    """(parts, bins, frames) -> (answers, parts, parts): of each two their common energy, which
    added up over some of them is the energy of their sum."""
    parts, bins, _ = every.shape
    each = ANSWER // _HOP
    cut = every[..., : answers * each].reshape(parts, bins, answers, each)
    flat = np.ascontiguousarray(cut.transpose(2, 0, 1, 3)).reshape(answers, parts, -1)
    both = flat.view(np.float32)
    found: NDArray[np.float32] = both @ both.transpose(0, 2, 1)
    return found


def validation_shares(config: ShareConfig, batches: int = 12) -> list[ShareBatch]:
    """Batches of the rendered `valid` songs, always the same, with a real voice where one is kept
    for validation. Raises DataError("bands-missing")."""
    sings = any("vocals" in clip.stems for clip in cached_songs(config.cache, "clips/valid"))
    voice = config.voice_share if sings else 0.0
    held = replace(config, batch=8, clip_share=0.0, voice_share=voice)
    sampler = ShareSampler(held, 0, "valid")
    return [sampler.batch(step) for step in range(batches)]
