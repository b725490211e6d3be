"""DWA, dynamic weight average: stems whose error falls slowest count most.

w = S softmax(g / 2) with g_i = L_i(t - 1) / L_i(t - 2), the ratio of the stem's mean errors in the
last two epochs; g = 1 in the first two (Liu et al. 2019, as used by Kadandale et al. 2020). The
paper's text says iterations; its code averages over epochs, and so does this. The sampler has no
epochs: one is `epoch_steps` steps.
"""

from typing import Any

import torch
from torch import Tensor

from export.training.weightings import Base, WeightingError

TEMPERATURE = 2.0


class Weighting(Base):
    """See the module's docstring."""

    def __init__(self, stems: int, energies: Tensor | None = None) -> None:
        super().__init__(stems, energies)
        self.past: list[Tensor] = []

    def weights(self, batch_energies: Tensor) -> Tensor:
        """See Base."""
        if len(self.past) < 2:
            return self.fixed
        ratio = self.past[1] / self.past[0]
        return len(ratio) * torch.softmax(ratio / TEMPERATURE, 0)

    def end_epoch(self, mean_errors: Tensor) -> None:
        """See Base. Raises WeightingError where a ratio would mean nothing."""
        if not (mean_errors > 0).all():
            raise WeightingError(
                f"mean errors are {mean_errors.tolist()}, and DWA needs them above 0: choose a "
                "loss that is never negative, and more --epoch-steps if a stem was never masked"
            )
        self.past = [*self.past, mean_errors.clone()][-2:]

    def state(self) -> dict[str, Any]:
        """See Base."""
        return {"past": [errors.tolist() for errors in self.past]}

    def restore(self, state: dict[str, Any]) -> None:
        """See Base."""
        self.past = [torch.tensor(errors) for errors in state["past"]]
