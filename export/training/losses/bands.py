"""The error's norm in a frame over its bands, relative to the mixture's; see export/bands.py.

By Parseval it is the norm of the windowed error, so like waveform L1 it grows with the error's
amplitude, at half the training time.
"""

from typing import Any

import torch
from torch import Tensor

from export.nets.masks import Masks
from export.training.bands import BandCriterion, error_energy

LEVEL_FLOOR = 0.1


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
        norms = masks.mean((error_energy(estimate, batch) + 1e-6).sqrt())
        level = batch.mix_energy.sum(2).sqrt().mean((-2, -1)).clamp(min=LEVEL_FLOOR)
        return norms * masks.scored / level.unsqueeze(1)
