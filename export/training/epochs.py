"""Mean errors per epoch, where an epoch is a number of steps, and what depends on them."""

from typing import Any

import torch
from torch import Tensor

FALL = 0.1


class Epoch:
    """Sums each stem's unweighted errors over the items in which it is masked."""

    def __init__(self, stems: int) -> None:
        self.sums, self.counts = torch.zeros(stems), torch.zeros(stems)

    def add(self, errors: Tensor, masked: Tensor) -> None:
        """errors (B, S), 0 where not masked (B, S) bool. A batch with a NaN is left out."""
        errors = errors.detach()
        if torch.isfinite(errors).all():
            self.sums += errors.sum(0)
            self.counts += masked.sum(0)

    def close(self) -> Tensor:
        """The means (S,) since the last call, 0 for a stem that was never masked."""
        means = self.sums / self.counts.clamp(min=1)
        self.sums, self.counts = torch.zeros_like(self.sums), torch.zeros_like(self.counts)
        return means

    def state(self) -> dict[str, Any]:
        """What resuming needs."""
        return {"sums": self.sums, "counts": self.counts}

    def restore(self, state: dict[str, Any]) -> None:
        """The inverse of `state`."""
        self.sums, self.counts = state["sums"], state["counts"]


class Plateau:
    """A factor of the learning rate: times FALL after `patience` epochs without a lower error.

    Kadandale et al. watch the unweighted validation error; this watches that of training, which on
    data that never repeats says nearly the same and needs no validation pass.
    """

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.factor, self.best, self.waited = 1.0, float("inf"), 0

    def end_epoch(self, error: float) -> None:
        """Told the mean error of each epoch."""
        if error < self.best:
            self.best, self.waited = error, 0
            return
        self.waited += 1
        if self.waited > self.patience:
            self.factor, self.waited = self.factor * FALL, 0

    def state(self) -> dict[str, Any]:
        """What resuming needs."""
        return {"factor": self.factor, "best": self.best, "waited": self.waited}

    def restore(self, state: dict[str, Any]) -> None:
        """The inverse of `state`."""
        self.factor, self.best, self.waited = state["factor"], state["best"], state["waited"]
