"""|min(S / X, 10) - M|: the masks' own L1 error (Kadandale et al. 2020, docs/research/sources.md).

Every bin counts alike, however quiet. Where the mixture is silent the target is 0.
"""

import torch
from torch import Tensor

from export.training.criterion import SpectralCriterion

LARGEST_MASK = 10.0
SILENCE = 1e-8


class Loss(SpectralCriterion):
    """See the module's docstring."""

    def distance(self, masks: Tensor, mix: Tensor, truth: Tensor) -> Tensor:
        """See SpectralCriterion."""
        ratio = (truth / mix.clamp(min=SILENCE)).clamp(max=LARGEST_MASK)
        return (torch.where(mix > SILENCE, ratio, 0.0) - masks).abs()
