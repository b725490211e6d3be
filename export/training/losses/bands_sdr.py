"""Negative SDR in dB / 10 from the sums of training/band_sums.py, for fine-tuning.

Energies are summed over the window before the logarithm, as in plain SDR; FLOOR times the mixture's
energy is added to both, so silent stems and perfect ones do not dominate.
"""

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.training.band_sums import BandCriterion, BandSums, error_energy

FLOOR = 1e-3


class Loss(BandCriterion):
    """See the module's docstring."""

    def error(self, estimate: Tensor, sums: BandSums, masks: Masks) -> Tensor:
        """See BandCriterion."""
        soft = FLOOR * sums.mix_energy.sum((1, 2, 3)).unsqueeze(1) + 1e-6
        error = self._total(masks, error_energy(estimate, sums)) + soft
        truth = self._total(masks, sums.energy.sum(3)) + soft
        return torch.log10(error / truth)

    def _total(self, masks: Masks, energy: Tensor) -> Tensor:
        """Energy (B, S, C, T) in the hidden frames, as much as if the window held no others."""
        return masks.mean(energy) * energy.shape[2:].numel()
