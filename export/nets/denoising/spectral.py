"""EDM's preconditioning with a level for each frequency and set of labels.

Karras et al. 2022 (arXiv 2206.00364), table 1, has one level of the data, sigma_data, and from it
the gains of a denoiser D = skip x + outer body(inner x):

    skip = P / (P + s^2)     inner = 1 / sqrt(P + s^2)     outer = s sqrt(P) / sqrt(P + s^2)

with P = sigma_data^2 and s the noise level. Here P is the power that the instruments of a row are
expected to have at a frequency: the sum of the mean spectra of its labels. `skip` is then the
Wiener filter of that set, so that a network that has learnt nothing already separates by spectra.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

SKIP_FLOOR, SCALE_FLOOR = 1e-3, 0.05
"""Powers below these parts of the mean mix count as that much: in `skip`, and for the levels of
what the body hears and answers. Where an instrument is nearly absent from a frequency on average,
it still is there at times: with lower levels the loss would be made of those times."""


@dataclass(frozen=True)
class Gains:
    """Each (N, bins) float32."""

    skip: Tensor
    inner: Tensor
    outer: Tensor


class Spectral(nn.Module):
    """`spectra` (L + 1, bins): power of each label, and last of a row that is not told any, where
    white noise of standard deviation 1 has a power of 1. They are data, measured before training
    (`export/training/spectra.py`); `level`^2 everywhere until then, and in published networks.
    """

    spectra: Tensor

    def __init__(self, labels: int, bins: int, level: float) -> None:
        super().__init__()
        self.register_buffer("spectra", torch.full((labels + 1, bins), level**2))

    def powers(self, labels: Tensor) -> Tensor:
        """Of the sets in labels (N, L): (N, bins)."""
        none = 1 - labels.amax(1, keepdim=True)
        return torch.cat([labels, none], 1) @ self.spectra

    def forward(self, sigma: Tensor, labels: Tensor) -> Gains:
        """sigma (N,), labels (N, L); a row of zeros is told none."""
        powers, noise = self.powers(labels), sigma.square()[:, None]
        expected = torch.maximum(powers, SKIP_FLOOR * self.spectra[-1])
        scale = torch.maximum(powers, SCALE_FLOOR * self.spectra[-1])
        inner = (scale + noise).rsqrt()
        return Gains(expected / (expected + noise), inner, sigma[:, None] * scale.sqrt() * inner)
