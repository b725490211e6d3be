"""Samples of the stems of one clip, each made once for all the systems that need it.

One sample or the mean of four, raw or as masks: they are made of the same samples, which is where
all the time goes.
"""

from __future__ import annotations

import numpy as np

from engines.domains import Estimates, make_estimates
from engines.methods.diffusion.network import as_denoiser
from engines.methods.diffusion.remask import remasked
from engines.methods.diffusion.separating import Mixes, separate
from engines.spec import ModelSpec
from engines.types import Audio
from engines.window import Window
from export.scores.evaluation.systems import Exported, loaded
from export.scores.sampled.setting import Setting

NOT_FINITE = 1e15
"""What a sample that is no number counts as: a sampler that diverged has a score that shows it."""


class Chains:
    """Of one clip: mix (C, T) at the model's rate, the seed of its noise."""

    def __init__(self, model: Exported, mix: Audio, seed: int) -> None:
        self._model, self._spec, self._seed = loaded(model), model.spec, seed
        self._count = mix.shape[-1]
        self._frames, self.mix = _at_level(self._spec, mix)
        self._made: dict[Setting, list[Audio]] = {}

    def mean(self, setting: Setting, samples: int) -> Audio:
        """Of so many samples, (S, C, W) at the network's level."""
        made = self._made.setdefault(setting, [])
        while len(made) < samples:
            made.append(self._sample(setting, len(made)))
        total = made[0].copy()
        for one in made[1:samples]:
            total += one
        mean: Audio = total / np.float32(samples)
        return mean

    def finished(self, stems: Audio, remask_fft: int) -> Audio:
        """Stems (S, C, W) at the network's level, as they come out: (S, C, T)."""
        if remask_fft:
            stems = remasked(stems, self.mix, remask_fft)
        part = self._frames.needed(stems, 0, 0, self._count)
        return self._frames.synthesise(part, 0, 0, self._count)

    def _sample(self, setting: Setting, variant: int) -> Audio:
        mixes = Mixes(self.mix[None], [0], self._seed, variant)
        denoise = as_denoiser(self._model.session)
        with np.errstate(over="ignore", invalid="ignore"):
            found = separate(denoise, self._spec.stems, mixes, setting.separation(self._spec))
            most = NOT_FINITE
            stems: Audio = np.nan_to_num(found.stems[0], nan=most, posinf=most, neginf=-most)
        return np.clip(stems, -most, most, dtype=np.float32)


def _at_level(spec: ModelSpec, mix: Audio) -> tuple[Estimates, Audio]:
    """The mix as the network hears it, as long as it can be heard: (C, W)."""
    whole = spec.valid_window(mix.shape[-1])
    padded = np.pad(mix, ((0, 0), (0, whole - mix.shape[-1])))
    stems = len(spec.stems)
    known, mask = np.zeros((stems, *padded.shape), np.float32), np.zeros(stems, np.bool_)
    frames = make_estimates(spec, [Window(padded, known, mask, 0, 0, mix.shape[-1])])
    return frames, frames.mix[0]


class Last:
    """The chains of the clip that was asked for last; one of them fits into memory."""

    def __init__(self) -> None:
        self._key: tuple[Exported, str, int] | None = None
        self._chains: Chains | None = None

    def of(self, model: Exported, clip: str, mix: Audio, seed: int) -> Chains:
        """Those of this clip; its name stands for its mix."""
        key = model, clip, seed
        if self._chains is None or key != self._key:
            self._chains, self._key = Chains(model, mix, seed), key
        return self._chains
