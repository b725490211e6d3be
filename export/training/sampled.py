"""Stems of a denoiser while it trains, by the engine's own sampler."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.prior import Denoiser
from engines.methods.diffusion.separating import Mixes, separate
from engines.methods.diffusion.settings import Sampling, Separation
from engines.types import Audio
from export.common.songs import Clip
from export.nets.denoising.denoiser import MixDenoiser

LEVELS = Levels(24, 0.5, 2e-3)
"""Fewer than a model is served with: validation is to cost little."""


def as_denoiser(core: MixDenoiser, precision: torch.dtype | None = torch.bfloat16) -> Denoiser:
    """A network as the sampler calls it."""

    def denoise(noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
        given = (torch.from_numpy(np.ascontiguousarray(one)) for one in (noisy, sigma, labels))
        with torch.no_grad(), torch.autocast("cpu", precision, enabled=precision is not None):
            found: Audio = core(*given).float().numpy()
        return found

    return denoise


def stems_of(core: MixDenoiser, clip: Clip, seed: int) -> NDArray[np.float32]:
    """Estimates (S, C, T) of a clip: one sample of the Separator, drums (or the last stem) its
    rest, whose network is told the noise that the rest has."""
    names = tuple(f"s{number}" for number in range(len(clip.stems)))
    step, length = core.domain.length_step_samples, clip.mix.shape[-1]
    mix = np.pad(clip.mix, ((0, 0), (0, -length % step)))
    level = core.level / max(1e-9, float(np.sqrt(np.square(clip.mix).mean())))
    settings = Separation(names, constrained=names[-1], told="own", sampling=Sampling(LEVELS))
    mixes = Mixes((level * mix[None]).astype(np.float32), [0], seed)
    found = separate(as_denoiser(core), names, mixes, settings).stems[0]
    return found[..., :length] / np.float32(level)
