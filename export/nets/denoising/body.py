"""The U-Net on samples of audio-diffusion-pytorch 0.0.43, which MSDM and GMSDI have.

Patches, then levels each of which makes the time axis shorter, residual blocks on the way down and
up with a skip for every one of them, attention in the lowest. The same of two `dims` goes through
frames and bins (`stft_body.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.denoising.blocks import (
    TAPS,
    Attention,
    Block,
    Patch,
    Telling,
    Told,
    Unpatch,
    Wide,
    in_a_row,
)  # fmt: skip

SKIP_LEVEL = 2**-0.5
LONGER: dict[int, type[nn.ConvTranspose1d] | type[nn.ConvTranspose2d]] = {
    1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d,
}  # fmt: skip
"""Transposed convolutions by their dims."""


@dataclass(frozen=True)
class Sizes:
    """`inward` and `outward` channels of the signal; `patches` times neighbours of `patch` samples
    become channels; `multipliers` of the width, one more than `factors` of time, `blocks` and
    `attentions`. `context` is the width of vectors that are attended to, `features` of one that
    goes into the mapping; 0: none. `dims`: 1, of samples; 2, of frames and bins."""

    inward: int
    outward: int
    width: int
    patch: int
    patches: int
    multipliers: tuple[int, ...]
    factors: tuple[int, ...]
    blocks: tuple[int, ...]
    attentions: tuple[bool, ...]
    heads: int
    head_width: int
    groups: int
    context: int
    features: int
    dims: int = 1


class Level(nn.Module):
    """A noise level (N,) as (N, width): learnt frequencies of a quarter of its logarithm."""

    def __init__(self, waves: int, width: int) -> None:
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(waves // 2))
        self.out = nn.Linear(2 * (waves // 2) + 1, width)

    def forward(self, sigma: Tensor) -> Tensor:
        """Karras et al. 2022, table 1: ln(sigma) / 4."""
        level = (sigma.log() / 4)[:, None]
        turns = 2 * math.pi * level * self.frequencies
        return F.gelu(self.out(torch.cat([level, turns.sin(), turns.cos()], 1)))


class Down(nn.Module):
    """Time becomes shorter by `factor`; then blocks, and attention where asked."""

    def __init__(self, ends: tuple[int, int], place: int, sizes: Sizes, telling: Telling) -> None:
        super().__init__()
        inward, outward = ends
        factor = sizes.factors[place]
        taps = TAPS[sizes.dims]
        self.shorter = taps(inward, outward, 2 * factor + 1, factor, padding=factor)
        self.blocks = nn.ModuleList(
            Block(outward, outward, sizes.groups, telling, sizes.dims)
            for _ in range(sizes.blocks[place])
        )
        self.wide = Wide(outward, telling) if sizes.attentions[place] else None

    def forward(self, signal: Tensor, told: Told) -> tuple[Tensor, list[Tensor]]:
        """The signal, and what goes across."""
        signal, skips = self.shorter(signal), []
        for block in self.blocks:
            signal = block(signal, told)
            skips.append(signal)
        if self.wide is not None:
            signal = in_a_row(self.wide, signal)
            skips.append(signal)
        return signal, skips


class Up(nn.Module):
    """Blocks that hear what came across, one more where there is attention; then time is longer."""

    def __init__(self, ends: tuple[int, int], place: int, sizes: Sizes, telling: Telling) -> None:
        super().__init__()
        inward, outward = ends
        factor, attends = sizes.factors[place], sizes.attentions[place]
        self.blocks = nn.ModuleList(
            Block(2 * inward, inward, sizes.groups, telling, sizes.dims)
            for _ in range(sizes.blocks[place] + attends)
        )
        self.wide = Wide(inward, telling) if attends else None
        odd = factor % 2
        self.longer = LONGER[sizes.dims](
            inward, outward, 2 * factor, factor, padding=factor // 2 + odd, output_padding=odd
        )

    def forward(self, signal: Tensor, skips: Sequence[Tensor], told: Told) -> Tensor:
        """The last skip goes to the first block."""
        for block, skip in zip(self.blocks, reversed(skips), strict=True):
            signal = block(torch.cat([signal, SKIP_LEVEL * skip], 1), told)
        return self.longer(signal if self.wide is None else in_a_row(self.wide, signal))


class Middle(nn.Module):
    """A block, attention without a skip, a block."""

    def __init__(self, width: int, groups: int, telling: Telling, dims: int) -> None:
        super().__init__()
        self.first, self.last = (Block(width, width, groups, telling, dims) for _ in range(2))
        self.attention = Attention(width, telling)

    def forward(self, signal: Tensor, told: Told) -> Tensor:
        """(N, width, T) -> (N, width, T)."""
        return self.last(in_a_row(self.attention, self.first(signal, told)), told)


class Body(nn.Module):
    """See the module's docstring. It answers 0 until it has learnt."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width, wide = sizes.width, 4 * sizes.width
        telling = Telling(wide, sizes.context, sizes.heads, sizes.head_width)
        self.level = Level(width, wide)
        self.features = nn.Linear(sizes.features, wide) if sizes.features else None
        self.mapping = nn.Sequential(
            nn.Linear(wide, wide), nn.GELU(), nn.Linear(wide, wide), nn.GELU()
        )
        self.patches = nn.ModuleList(
            Patch(inward, outward, sizes.patch, telling, sizes.dims)
            for inward, outward in _ends(sizes.inward, width, sizes)
        )
        widths = [width * one for one in sizes.multipliers]
        ends = list(enumerate(pairwise(widths)))
        self.downs = nn.ModuleList(Down(pair, at, sizes, telling) for at, pair in ends)
        self.middle = Middle(widths[-1], sizes.groups, telling, sizes.dims)
        self.ups = nn.ModuleList(
            Up((pair[1], pair[0]), at, sizes, telling) for at, pair in reversed(ends)
        )
        unpatches = [
            Unpatch(inward, outward, sizes.patch, telling, sizes.dims)
            for outward, inward in reversed(_ends(sizes.outward, width, sizes))
        ]
        unpatches[-1].silence()
        self.unpatches = nn.ModuleList(unpatches)

    def forward(self, signal: Tensor, sigma: Tensor, vectors: Tensor | None) -> Tensor:
        """(N, inward, T), levels (N,), labels' vectors (N, K, D) -> (N, outward, T)."""
        mapping = self.level(sigma)
        if self.features is not None and vectors is not None:
            mapping = mapping + F.gelu(self.features(vectors.mean(1)))
        told = Told(self.mapping(mapping), vectors)
        for patch in self.patches:
            signal = patch(signal, told)
        first, across = signal, []
        for down in self.downs:
            signal, skips = down(signal, told)
            across.append(skips)
        signal = self.middle(signal, told)
        for up in self.ups:
            signal = up(signal, across.pop(), told)
        signal = signal + first
        for unpatch in self.unpatches:
            signal = unpatch(signal, told)
        return signal


def _ends(channels: int, width: int, sizes: Sizes) -> list[tuple[int, int]]:
    """Channels before and after each patch: patches of channels alone until the last."""
    patch = sizes.patch**sizes.dims
    counts = [channels * patch**number for number in range(sizes.patches)]
    return list(zip(counts, [*counts[1:], width], strict=True))
