"""Negative SDR in dB / 10 from the sums of export/bands.py, for fine-tuning.

Energies are summed over the window before the logarithm, as in plain SDR; FLOOR times the mixture's
energy is added to both, so silent stems and perfect ones do not dominate.
"""

from typing import Any

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.training.bands import BandCriterion, error_energy

FLOOR = 1e-3


class Loss(BandCriterion):
    """See the module's docstring."""

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion."""
        estimate = self.masks(signal, context, masks)
        soft = FLOOR * batch.mix_energy.sum((1, 2, 3)).unsqueeze(1) + 1e-6
        error = self._total(masks, error_energy(estimate, batch)) + soft
        truth = self._total(masks, batch.energy.sum(3)) + soft
        return torch.log10(error / truth) * masks.scored

    def _total(self, masks: Masks, energy: Tensor) -> Tensor:
        """Energy (B, S, C, T) in the hidden frames, as much as if the window held no others."""
        return masks.mean(energy) * energy.shape[2:].numel()
