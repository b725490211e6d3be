"""What a share tagger learns by: the cross-entropy of its answers with shares between 0 and 1.

Batches are ShareBatches of export/data/share_items.py: sounds as masks leave them. Tags that are
not known in an item do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from export.common.tags import NAMES
from export.data.share_items import ANSWER, ShareBatch
from export.nets.families import TAGGERS
from export.nets.masks import Masks
from export.nets.nade import Nade
from export.training.criterion import Criterion, LossError
from export.training.options import TrainOptions
from export.training.share_validation import heard_right


class Loss(Criterion):
    """Raises LossError for a network that does not hear shares of these tags."""

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        super().__init__(model, options)
        if model.family not in TAGGERS or model.config.tags != NAMES:
            raise LossError("loss shares needs a share_tagger of the tags of export/common/tags.py")
        if (seen := model.config.answer_samples) != ANSWER:
            raise LossError(f"an answer of {seen} samples; the data's shares are of {ANSWER}: give "
                            "the network four widths")  # fmt: skip

    def read(self, batch: Any) -> Any:
        """See Criterion."""
        return ShareBatch(*(torch.from_numpy(np.ascontiguousarray(item)) for item in batch))  # type: ignore[arg-type]

    def groups(self, batch: Any) -> Tensor | None:
        """None: there are no stems."""
        return None

    def size(self, batch: Any) -> tuple[int, int]:
        """Items, and one for the stems."""
        return len(batch.audio), 1

    def energies(self, batch: Any) -> Tensor:
        """(B, 1)."""
        found: Tensor = batch.audio.square().sum(1, keepdim=True)
        return found

    def encode(self, batch: Any, masks: Masks) -> Any:
        """The sound itself."""
        return batch.audio

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion: (B, 1), means over an item's answers and known tags."""
        with self.autocast():
            logits = self.model.core.logits(signal).float()
        every = F.binary_cross_entropy_with_logits(logits, batch.shares, reduction="none")
        weights = batch.known[:, None].expand_as(every)
        return ((every * weights).sum((1, 2)) / weights.sum((1, 2)).clamp(min=1))[:, None]

    def validated(
        self, network: Nade, clips: Sequence[Any], stems: Sequence[str]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """See Criterion: of ShareBatches."""
        return heard_right(network, clips)
