"""EBW_InstP1, energy-based per batch: w_i = max_j E_j / E_i, from the batch's own energies.

The maximum over the stems, as printed in the paper. The authors' code instead always divides bass's
energy by E_i (the accompaniment's, with two stems), so that a stem louder than bass gets less than
1. Weights are at most LARGEST: a stem that is silent in a whole batch has nothing to teach.
"""

from torch import Tensor

from export.training.weightings import Base

LARGEST = 100.0


class Weighting(Base):
    """See the module's docstring."""

    def weights(self, batch_energies: Tensor) -> Tensor:
        """See Base."""
        energies = batch_energies.sum(0)
        largest = energies.max()
        if largest == 0:
            return self.fixed
        return largest / energies.clamp(min=largest / LARGEST)
