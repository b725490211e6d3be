"""What an autoencoder learns by: spectra at three resolutions, samples, and its commitment.

As Jukebox has it (docs/research/tagbox.md): the distance of magnitudes, as a norm over a window's
bins and frames, the mean of three STFTs; mean squared error; the mean of the largest squared
errors, a little of it; the latents' distance from their codes. Jukebox divides by its data set's
mean levels; here these are the batch's own.
"""

from typing import Any

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.nets.nade import Nade
from export.training.criterion import Criterion, LossError
from export.training.options import TrainOptions

#: FFT, hop and window in samples.
SPECTRA = ((2048, 240, 1200), (1024, 120, 600), (512, 50, 240))
LARGEST, LARGEST_SHARE = 2048, 0.02
COMMITMENT = 0.02
_FLOOR = 1e-6


class Loss(Criterion):
    """Raises LossError for a network without a codebook."""

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        super().__init__(model, options)
        if not hasattr(model.core, "codebook"):
            raise LossError(f"{model.family} has no codebook: this loss is for autoencoders")

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion: (B, 1)."""
        passes = self.passes(signal, context, masks, generator)
        made, truth = passes.raw[:, 0], batch[:, 0]
        commitment = COMMITMENT * self.model.core.commitment
        return (reconstruction(made, truth) + commitment)[:, None]


def reconstruction(made: Tensor, truth: Tensor) -> Tensor:
    """Both (B, C, T) -> (B,): the error of each item, over the mean level of all."""
    squared = (made - truth).square().flatten(1)
    level = truth.square().mean().clamp(min=_FLOOR)
    largest = squared.topk(min(LARGEST, squared.shape[1]), 1).values.mean(1)
    return (squared.mean(1) + LARGEST_SHARE * largest) / level + spectral(made, truth)


def spectral(made: Tensor, truth: Tensor) -> Tensor:
    """Both (B, C, T) -> (B,): distances of magnitudes over the batch's mean norm."""
    total = made.new_zeros(len(made))
    for sizes in SPECTRA:
        wanted = magnitudes(truth, *sizes)
        distance = (magnitudes(made, *sizes) - wanted).square().sum((1, 2, 3))
        norm = wanted.square().sum((1, 2, 3)).sqrt().mean().clamp(min=_FLOOR)
        total = total + (distance + _FLOOR**2).sqrt() / norm
    return total / len(SPECTRA)


def magnitudes(signal: Tensor, fft: int, hop: int, window: int) -> Tensor:
    """(B, C, T) -> (B, C, bins, frames)."""
    shape = torch.hann_window(window, device=signal.device)
    spectrum = torch.stft(
        signal.flatten(0, 1), fft, hop, window, shape, center=True, return_complex=True
    )
    power = spectrum.real.square() + spectrum.imag.square()
    return (power + _FLOOR**2).sqrt().unflatten(0, signal.shape[:2])
