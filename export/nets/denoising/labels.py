"""A set of labels as vectors, learnt; the place for an encoder of texts."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn


class Embedding(Protocol):
    """What tells a body which instruments to expect: labels (N, L) -> vectors (N, K, width).

    A row of zeros is told nothing: the null embedding of classifier-free guidance. An encoder of
    texts would look a set's words up, and have one vector for each of them.
    """

    def __call__(self, labels: Tensor) -> Tensor: ...


class LabelSet(nn.Module):
    """For each label one vector where it is in the set and another one where it is not; for the row
    that is told nothing a third, as audio-diffusion-pytorch's null embedding has one for each word.
    """

    def __init__(self, labels: int, width: int) -> None:
        super().__init__()
        self.present = nn.Parameter(torch.randn(labels, width))
        self.absent = nn.Parameter(torch.randn(labels, width))
        self.untold = nn.Parameter(torch.randn(labels, width))

    def forward(self, labels: Tensor) -> Tensor:
        """(N, L) of 0 and 1 -> (N, L, width)."""
        chosen = labels[..., None]
        told = chosen * self.present + (1 - chosen) * self.absent
        some = labels.amax(1)[:, None, None]
        return some * told + (1 - some) * self.untold
