"""Whether a denoiser listens to its labels: its errors with the true ones, with none, with others.

A network's loss falls whether it does or not. What its labels are worth is the difference between
its error when it is told nothing and when it is told what plays, at the same noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from export.common.metrics import audible
from export.common.songs import Clip
from export.nets.denoising.denoiser import MixDenoiser

LEVELS = (0.03, 0.1, 0.3, 1.0)
MOST_CLIPS = 8
_SEED = 3


@torch.no_grad()
def measure(core: MixDenoiser, clips: Sequence[Clip]) -> dict[str, Any]:
    """dB by noise level: `true`, the error over the signal; `gain`, how much worse it is without a
    label; `body`, where the filters know the label and the body does not; `wiener`, `gain` of the
    filters alone; and `mean`, that of `gain` at levels of 0.1 and above.

    Rows are the mixes of the clips and, of each, two of its stems.
    """
    mixes, labels = rows_of(clips[:MOST_CLIPS], core)
    noise = torch.randn(mixes.shape, generator=torch.Generator().manual_seed(_SEED))
    none = torch.zeros_like(labels)
    found: dict[str, list[float]] = {"true": [], "gain": [], "body": [], "wiener": []}
    for level in LEVELS:
        sigma = torch.full((len(mixes),), level)
        given = (mixes + level * noise, sigma)
        true = error(core(*given, labels), mixes)
        found["true"].append(true)
        found["gain"].append(error(core(*given, none), mixes) - true)
        found["body"].append(error(core.denoise(*given, labels, none), mixes) - true)
        filtered = (core.wiener(*given, told) for told in (none, labels))
        without, told = (error(clean, mixes) for clean in filtered)
        found["wiener"].append(without - told)
    counted = [gain for gain, level in zip(found["gain"], LEVELS, strict=True) if level >= 0.1]
    return {**found, "levels": list(LEVELS), "mean": float(np.mean(counted))}


def error(clean: Tensor, truth: Tensor) -> float:
    """Both (N, C, T) -> the mean of the rows' errors over their signals, in dB."""
    ratio = (clean.float() - truth).square().mean((1, 2)) / truth.square().mean((1, 2))
    return float((10 * ratio.log10()).mean())


def rows_of(clips: Sequence[Clip], core: MixDenoiser) -> tuple[Tensor, Tensor]:
    """Mixes (N, C, T) at the network's level, cut to a length that it takes, and labels (N, L)."""
    mixes, labels = [], []
    for clip in clips:
        step = core.domain.length_step_samples
        stems = clip.stems[..., : clip.stems.shape[-1] // step * step]
        heard = np.flatnonzero(audible(stems))
        level = core.level / max(1e-9, float(np.sqrt(np.square(stems.sum(0)).mean())))
        for chosen in (heard, heard[:2]):
            mixes.append(level * stems[chosen].sum(0))
            labels.append(np.isin(np.arange(len(stems)), chosen))
    return (
        torch.from_numpy(np.stack(mixes).astype(np.float32)),
        torch.from_numpy(np.stack(labels).astype(np.float32)),
    )
