"""Scores of a network in torch, while it trains; exported models are scored by `evaluate`."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from export.common.metrics import audible, sdr, si_sdr
from export.common.songs import Clip
from export.nets import families
from export.nets.gibbs import separate
from export.nets.nade import Nade
from export.training import sampled

Scores = NDArray[np.floating]


def stems_of(model: Nade, clip: Clip, steps: int, seed: int) -> Scores:
    """Estimates (S, C, T) of one clip after so many Gibbs steps; of a denoiser, one sample."""
    if model.family in families.DENOISERS:
        return sampled.stems_of(model.core, clip, seed)
    mix = torch.from_numpy(clip.stems).sum(0, keepdim=True)
    estimate: Scores = separate(model, mix, steps, seed).stems[0].numpy()
    return estimate


def score(model: Nade, clips: Sequence[Clip], steps: int, seed: int = 0) -> dict[str, Scores]:
    """Arrays (clips, stems) in dB, NaN where a stem is silent: si_sdri, sdr. Of an autoencoder's
    one stem, the mix, si_sdri is the SI-SDR.

    Every clip has a seed of its own, `seed` + its number: one seed for all would make one draw of
    masks look like a property of the method.
    """
    rows: dict[str, list[Scores]] = {"si_sdri": [], "sdr": []}
    for number, clip in enumerate(clips):
        estimate = stems_of(model, clip, steps, seed + number)
        silent = ~audible(clip.stems)
        mixed = si_sdr(np.broadcast_to(clip.mix, clip.stems.shape), clip.stems)
        mixed = mixed if len(clip.stems) > 1 else np.zeros_like(mixed)
        rows["si_sdri"].append(np.where(silent, np.nan, si_sdr(estimate, clip.stems) - mixed))
        rows["sdr"].append(np.where(silent, np.nan, sdr(estimate, clip.stems)))
    return {name: np.stack(values) for name, values in rows.items()}


def validated(
    model: Nade, clips: Sequence[Clip], stems: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """A row of the log, by metric, stem and Gibbs steps, and the means over stems at one step."""
    row: dict[str, float] = {}
    means: dict[str, list[float]] = {"si_sdri": [], "sdr": []}
    for steps in (1, 4) if model.conditional else (1,):
        scores = score(model, clips, steps)
        for metric, reduce in (("si_sdri", np.mean), ("sdr", np.median)):
            for index, stem in enumerate(stems):
                values = scores[metric][:, index]
                kept = values[~np.isnan(values)]
                if not len(kept):  # silent in every clip
                    continue
                row[f"{metric}_{stem}_N{steps}"] = float(reduce(kept))
                if steps == 1:
                    means[metric].append(row[f"{metric}_{stem}_N1"])
    return row, {name: sum(values) / len(values) for name, values in means.items() if values}
