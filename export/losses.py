"""Training losses on waveforms."""

import torch
from torch import Tensor


def masked_l1(estimate: Tensor, stems: Tensor, masked: Tensor, level_floor: float = 0.01) -> Tensor:
    """Scalar mean absolute error of the masked stems only, each item scaled by S / k.

    estimate (n, C, T): the n masked stems in row order; stems (B, S, C, T) the truth; masked (B, S)
    bool with k >= 1 masked stems per item. Averaged over stems after the S / k scale, so each item
    weighs the same however many it hides. Items are divided by their mixture's mean absolute level
    (at least `level_floor`), so that quiet passages teach as much as loud ones.
    """
    errors = (estimate - stems[masked]).abs().mean((-2, -1))
    level = stems.sum(1).abs().mean((-2, -1)).clamp(min=level_floor)
    weights = 1 / (masked.sum(1) * level * len(masked))
    return torch.dot(errors, weights[masked.nonzero()[:, 0]])
