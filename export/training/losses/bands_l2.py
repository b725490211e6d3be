"""The error's energy over frames and bands, relative to the mixture's; see training/band_sums.py.

Where a sound could be of two stems, this is least when each gets the share of its chance; the loss
`bands`, which grows with the error's amplitude, is least when the likelier one gets all.
"""

from torch import Tensor

from export.nets.masks import Masks
from export.training.band_sums import BandCriterion, BandSums, error_energy

LEVEL_FLOOR = 0.01


class Loss(BandCriterion):
    """See the module's docstring."""

    def error(self, estimate: Tensor, sums: BandSums, masks: Masks) -> Tensor:
        """See BandCriterion."""
        energy = masks.mean(error_energy(estimate, sums))
        level = sums.mix_energy.sum(2).mean((-2, -1)).clamp(min=LEVEL_FLOOR)
        return energy / level.unsqueeze(1)
