"""Squared error of the waveforms, summed over the stems (Sams-Net, docs/research/sources.md).

The mean over channels and samples, not the paper's sum: it does not depend on the window's length,
and to Adam such a factor is none. Not divided by the level: loud passages teach more.
"""

from typing import Any

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.training.criterion import Criterion


class Loss(Criterion):
    """See the module's docstring."""

    sums_stems = True

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion."""
        passes = self.passes(signal, context, masks, generator)
        estimate = self.model.chosen_waveforms(signal, passes.raw, passes.wanted)
        distance = (estimate - passes.targets(batch)) ** 2
        return passes.per_stem(masks.row_mean(distance, passes.wanted), masks.stems)
