"""Which stems a training item hides: coconet's count-then-subset draw (SYSTEMS.md part 000)."""

import torch
from torch import Tensor


def draw_masks(batch: int, stems: int, generator: torch.Generator) -> Tensor:
    """(batch, stems) bool, True = masked: k uniform on 1..stems, then a uniform k-subset."""
    counts = torch.randint(1, stems + 1, (batch, 1), generator=generator)
    ranks = torch.rand(batch, stems, generator=generator).argsort(1).argsort(1)
    return ranks < counts
