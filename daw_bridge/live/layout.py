"""The outputs of a stream stay the same when its model changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.spec import RESIDUAL
from engines.types import Audio


@dataclass(frozen=True)
class Layout:
    """`names`: the stream's outputs, which are fixed. `model_outputs`: those of the model.

    A stem without a row is added to the residual, so that the rows still sum to the mix.
    """

    names: tuple[str, ...]
    model_outputs: tuple[str, ...]

    @property
    def folded(self) -> tuple[str, ...]:
        """Stems of the model without a row."""
        return tuple(name for name in self.model_outputs if name not in self.names)

    @property
    def silent(self) -> tuple[str, ...]:
        """Rows without a stem of the model."""
        return tuple(name for name in self.names if name not in self.model_outputs)

    def arrange(self, outputs: Audio) -> Audio:
        """(model_outputs, channels, n) as (names, channels, n)."""
        if self.names == self.model_outputs:
            return outputs
        rows = np.zeros((len(self.names), *outputs.shape[1:]), np.float32)
        for name, output in zip(self.model_outputs, outputs, strict=True):
            rows[self.names.index(name if name in self.names else RESIDUAL)] += output
        return rows
