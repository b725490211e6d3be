"""What an autoencoder keeps of music, and how much of its codebook it uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from export.common.metrics import bootstrap, sdr, si_sdr
from export.common.songs import Clip
from export.nets.nade import Nade
from export.training.losses.autoencoder import spectral


@dataclass(frozen=True)
class Kept:
    """Over clips: SDR and SI-SDR (mean, low, high of its 95 % interval) in dB of what comes back,
    and with latents that were not rounded; the spectral loss; codes used by any clip, how many
    there are, and as many as would carry as much if all were used alike; the latents' spread.
    """

    clips: int
    sdr_db: tuple[float, float, float]
    si_sdr_db: tuple[float, float, float]
    unrounded_sdr_db: tuple[float, float, float]
    spectral_loss: float
    codes_used: int
    codes: int
    perplexity: float
    spread: float


@torch.no_grad()
def kept(model: Nade, clips: Sequence[Clip]) -> Kept:
    """The figures of an autoencoder, whose network has a codebook, on the clips' mixes."""
    core, codes = model.core, len(model.core.codebook.codes)
    counts = np.zeros(codes, np.int64)
    rows: list[tuple[float, float, float, float]] = []
    spreads = []
    for clip in clips:
        samples = clip.mix.shape[-1] // core.domain.length_step_samples
        mix = torch.from_numpy(clip.mix[None, :, : samples * core.domain.length_step_samples])
        latent = core.encoder(mix)
        chosen = core.codebook.nearest(latent.transpose(1, 2).flatten(0, 1))
        counts += np.bincount(chosen.numpy(), minlength=codes)
        rounded, plain = model(mix)[:, 0], core.decoder(latent)
        truth = mix.numpy()
        scores = [fn(rounded.numpy(), truth)[0] for fn in (sdr, si_sdr)]
        scores.append(sdr(plain.numpy(), truth)[0])
        rows.append((*map(float, scores), float(spectral(rounded, mix))))  # type: ignore[arg-type]
        spreads.append(float(latent.std()))
    table = np.array(rows)
    shares = counts[counts > 0] / counts.sum()
    return Kept(
        len(rows), bootstrap(table[:, 0]), bootstrap(table[:, 1]), bootstrap(table[:, 2]),
        float(table[:, 3].mean()), len(shares), codes,
        float(np.exp(-(shares * np.log(shares)).sum())), float(np.mean(spreads)),
    )  # fmt: skip


def described(found: Kept) -> str:
    """The figures, a line each."""

    def db(value: tuple[float, float, float]) -> str:
        return "{:.2f} dB [{:.2f}, {:.2f}]".format(*value)

    return "\n".join(
        (
            f"clips: {found.clips}",
            f"reconstruction SDR: {db(found.sdr_db)}, SI-SDR {db(found.si_sdr_db)}",
            f"without rounding to codes: SDR {db(found.unrounded_sdr_db)}",
            f"spectral loss: {found.spectral_loss:.3f}",
            f"codes used: {found.codes_used} of {found.codes}, perplexity {found.perplexity:.0f}",
            f"spread of the latents: {found.spread:.3f}",
        )
    )
