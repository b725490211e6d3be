"""Negative SDR in dB / 10 from the sums of export/bands.py, for fine-tuning.

Energies are summed over the window before the logarithm, as in plain SDR; FLOOR times the mixture's
energy is added to both, so silent stems and perfect ones do not dominate.
"""

from typing import Any

import torch
from torch import Tensor

from export.bands import BandCriterion, error_energy

FLOOR = 1e-3


class Loss(BandCriterion):
    """See the module's docstring."""

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masked: Tensor,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion."""
        masks = self.masks(signal, context, masked)
        soft = FLOOR * batch.mix_energy.sum((1, 2, 3)).unsqueeze(1) + 1e-6
        error = error_energy(masks, batch).sum((2, 3)) + soft
        truth = batch.energy.sum((2, 3, 4)) + soft
        return torch.log10(error / truth) * masked
