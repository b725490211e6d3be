"""The error's norm in a frame over its bands, relative to the mixture's; see training/band_sums.py.

By Parseval it is the norm of the windowed error, so like waveform L1 it grows with the error's
amplitude, at half the training time.
"""

from torch import Tensor

from export.nets.masks import Masks
from export.training.band_sums import BandCriterion, BandSums, error_energy

LEVEL_FLOOR = 0.1


class Loss(BandCriterion):
    """See the module's docstring."""

    def error(self, estimate: Tensor, sums: BandSums, masks: Masks) -> Tensor:
        """See BandCriterion."""
        norms = masks.mean((error_energy(estimate, sums) + 1e-6).sqrt())
        level = sums.mix_energy.sum(2).sqrt().mean((-2, -1)).clamp(min=LEVEL_FLOOR)
        return norms / level.unsqueeze(1)
