"""Mean absolute error of the waveforms, relative to the mixture's level."""

from typing import Any

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.training.criterion import Criterion

LEVEL_FLOOR = 0.01


class Loss(Criterion):
    """Errors are divided by the mixture's mean absolute level (at least LEVEL_FLOOR), so that quiet
    passages teach as much as loud ones. Averaged over the masked stems: coconet's S / k scale."""

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
        distance = (estimate - passes.targets(batch)).abs()
        errors = masks.row_mean(distance, passes.wanted)
        level = batch.sum(1).abs().mean((-2, -1)).clamp(min=LEVEL_FLOOR)
        return passes.per_stem(errors / level[passes.wanted.nonzero()[:, 0]], masks.stems)
