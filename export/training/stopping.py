"""The best validation so far, and when there has been no better one for too long."""

import math
from typing import Any


class Best:
    """Told every validation's score (higher is better), measured `by` one metric.

    `patience`: validations without a better one until `over`; 0: never.
    """

    def __init__(self, by: str, patience: int) -> None:
        self.by, self.patience = by, patience
        self.score, self.waited = -math.inf, 0

    def better(self, score: float) -> bool:
        """Whether `score` is the best so far, which it then is. NaN never is."""
        if score > self.score:
            self.score, self.waited = score, 0
            return True
        self.waited += 1
        return False

    @property
    def over(self) -> bool:
        """Whether training has gone on for long enough without a better score."""
        return 0 < self.patience <= self.waited

    def state(self) -> dict[str, Any]:
        """What resuming needs."""
        return {"by": self.by, "score": self.score, "waited": self.waited}

    def restore(self, state: dict[str, Any]) -> None:
        """The inverse of `state`; scores by another metric say nothing and are left."""
        if state["by"] == self.by:
            self.score, self.waited = state["score"], state["waited"]
