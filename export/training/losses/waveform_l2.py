"""Squared error of the waveforms, summed over the stems (Sams-Net, docs/research/sources.md).

The mean over channels and samples, not the paper's sum: it does not depend on the window's length,
and to Adam such a factor is none. Not divided by the level: loud passages teach more.
"""

from torch import Tensor

from export.training.criterion import WaveformCriterion


class Loss(WaveformCriterion):
    """See the module's docstring."""

    sums_stems = True

    def distance(self, estimate: Tensor, truth: Tensor) -> Tensor:
        """See WaveformCriterion."""
        return (estimate - truth) ** 2
