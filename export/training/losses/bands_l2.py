"""The error's energy over frames and bands, relative to the mixture's; see export/bands.py.

Where a sound could be of two stems, this is least when each gets the share of its chance; the loss
`bands`, which grows with the error's amplitude, is least when the likelier one gets all.
"""

from typing import Any

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.training.bands import BandCriterion, error_energy

LEVEL_FLOOR = 0.01


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
        energy = masks.mean(error_energy(estimate, batch))
        level = batch.mix_energy.sum(2).mean((-2, -1)).clamp(min=LEVEL_FLOOR)
        return energy * masks.scored / level.unsqueeze(1)
