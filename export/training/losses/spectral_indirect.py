"""|S - M X|: the masked magnitudes' L1 error (Kadandale et al. 2020, docs/research/sources.md).

S is the stem's magnitude, as the paper says; the authors' code takes min(S / X, 10) X, which
differs only where a stem is more than 20 dB above the mixture.
"""

from torch import Tensor

from export.training.criterion import SpectralCriterion


class Loss(SpectralCriterion):
    """See the module's docstring."""

    def distance(self, masks: Tensor, mix: Tensor, truth: Tensor) -> Tensor:
        """See SpectralCriterion."""
        return (truth - masks * mix).abs()
