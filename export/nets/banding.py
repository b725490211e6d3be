"""Bins of a spectrum to bands and back: what the families that work on bands share."""

import torch
from torch import Tensor

Bands = tuple[tuple[int, int], ...]
"""Runs of (width in bins, count), from the lowest bin on."""


def reduce_bands(bins: Tensor, runs: Bands) -> Tensor:
    """(B, P, bins, T) -> (B, P, bands, T): the mean of each band."""
    parts, start = [], 0
    for width, count in runs:
        part = bins[:, :, start : start + width * count]
        parts.append(part if width == 1 else _folded(part, count, width).mean(3))
        start += width * count
    return torch.cat(parts, 2)


def _folded(part: Tensor, count: int, width: int) -> Tensor:
    # sizes from `shape`, not from unflatten or flatten, whose trace would fix B and T
    return part.reshape(part.shape[0], part.shape[1], count, width, part.shape[3])


def expand_bands(bands: Tensor, runs: Bands) -> Tensor:
    """(B, P, bands, T) -> (B, P, bins, T): each band's value repeated."""
    parts, start = [], 0
    for width, count in runs:
        part = bands[:, :, start : start + count]
        if width > 1:
            part = part.unsqueeze(3).expand(-1, -1, -1, width, -1)
            part = part.reshape(bands.shape[0], bands.shape[1], count * width, bands.shape[3])
        parts.append(part)
        start += count
    return torch.cat(parts, 2)
