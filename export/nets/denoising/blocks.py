"""Blocks of the U-Net of audio-diffusion-pytorch 0.0.43 (its code was read: sizes and order).

Signals are (N, channels, T), or (N, channels, frames, bins) of blocks of two `dims`, which have all
taps and patches along both. `mapping` (N, M) says the noise level and, by FiLM, the labels;
`context` (N, K, D) are vectors that are attended to.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from torch import Tensor, nn
from torch.nn import functional as F

TAPS: dict[int, type[nn.Conv1d] | type[nn.Conv2d]] = {1: nn.Conv1d, 2: nn.Conv2d}
"""Convolutions by their dims."""


@dataclass(frozen=True)
class Told:
    """What all blocks of one call are told."""

    mapping: Tensor
    context: Tensor | None


@dataclass(frozen=True)
class Telling:
    """Widths of it; `context` 0: there is none. `heads` of `head_width` attend."""

    mapping: int
    context: int
    heads: int
    head_width: int


class Conv(nn.Module):
    """Group norm, scaled and shifted where asked, SiLU, three taps."""

    def __init__(self, inward: int, outward: int, groups: int, dims: int = 1) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, inward)
        self.taps = TAPS[dims](inward, outward, 3, padding=1)

    def forward(self, signal: Tensor, film: tuple[Tensor, Tensor] | None = None) -> Tensor:
        """film: scale and shift, (N, inward) each."""
        signal = self.norm(signal)
        if film is not None:
            scale, shift = (one[(..., *[None] * (signal.dim() - 2))] for one in film)
            signal = signal * (scale + 1) + shift
        return self.taps(F.silu(signal))


def in_a_row(layer: nn.Module, signal: Tensor, context: Tensor | None = None) -> Tensor:
    """A layer of (N, width, T) on all places of a signal of any dims, one after another."""
    told = () if context is None else (context,)
    if signal.dim() == 3:
        return layer(signal, *told)
    return layer(signal.flatten(2), *told).reshape(signal.shape)


class Attention(nn.Module):
    """From a signal to itself, or to a context where it has a width. Without its own skip."""

    def __init__(self, width: int, telling: Telling, context: int = 0) -> None:
        super().__init__()
        self.heads, between = telling.heads, telling.heads * telling.head_width
        self.norm = nn.LayerNorm(width, bias=False)
        self.context_norm = nn.LayerNorm(context, bias=False) if context else None
        self.asks = nn.Linear(width, between, bias=False)
        self.answers = nn.Linear(context or width, 2 * between, bias=False)
        self.out = nn.Linear(between, width, bias=False)
        self.out_norm = nn.LayerNorm(width, bias=False)

    def forward(self, signal: Tensor, context: Tensor | None = None) -> Tensor:
        """(N, width, T) -> (N, width, T)."""
        rows = self.norm(signal.transpose(1, 2))
        heard = rows if self.context_norm is None else self.context_norm(context)
        keys, values = self.answers(heard).chunk(2, -1)
        asks, keys, values = (
            one.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for one in (self.asks(rows), keys, values)
        )
        alike = (asks * asks.shape[-1] ** -0.5) @ keys.transpose(-1, -2)
        found = alike.softmax(-1) @ values
        return self.out_norm(self.out(found.transpose(1, 2).flatten(2))).transpose(1, 2)


class Block(nn.Module):
    """Two convolutions around a skip; the second one is told the mapping, between them is the
    context attended to."""

    def __init__(
        self, inward: int, outward: int, groups: int, telling: Telling, dims: int = 1
    ) -> None:
        super().__init__()
        self.first = Conv(inward, outward, groups, dims)
        self.film = nn.Linear(telling.mapping, 2 * outward)
        self.attend = Attention(outward, telling, telling.context) if telling.context else None
        self.second = Conv(outward, outward, groups, dims)
        self.skip = TAPS[dims](inward, outward, 1) if inward != outward else nn.Identity()

    def forward(self, signal: Tensor, told: Told) -> Tensor:
        """(N, inward, T) -> (N, outward, T)."""
        inner = self.first(signal)
        if self.attend is not None:
            inner = in_a_row(self.attend, inner, told.context) + inner
        scale, shift = self.film(F.silu(told.mapping)).chunk(2, 1)
        return self.second(inner, (scale, shift)) + self.skip(signal)


class Wide(nn.Module):
    """Attention of a signal to itself and two products of each place alone, each with a skip."""

    def __init__(self, width: int, telling: Telling) -> None:
        super().__init__()
        self.attention = Attention(width, telling)
        self.norm, self.inner_norm = (nn.LayerNorm(n, bias=False) for n in (width, 2 * width))
        self.rise = nn.Linear(width, 2 * width, bias=False)
        self.fall = nn.Linear(2 * width, width, bias=False)

    def forward(self, signal: Tensor) -> Tensor:
        """(N, width, T) -> (N, width, T)."""
        signal = self.attention(signal) + signal
        rows = F.gelu(self.rise(self.norm(signal.transpose(1, 2))))
        return self.fall(self.inner_norm(rows)).transpose(1, 2) + signal


class Patch(nn.Module):
    """A block, then `patch` neighbours in time (and in frequency) become channels."""

    def __init__(
        self, inward: int, outward: int, patch: int, telling: Telling, dims: int = 1
    ) -> None:
        super().__init__()
        self.patch = patch
        narrow, within = Telling(telling.mapping, 0, 0, 0), outward // patch**dims
        self.block = Block(inward, within, gcd(patch, inward, within), narrow, dims)

    def forward(self, signal: Tensor, told: Told) -> Tensor:
        """(N, inward, T) -> (N, outward, T / patch)."""
        signal = self.block(signal, told)
        if signal.dim() == 4:
            grid = signal.unflatten(3, (-1, self.patch)).unflatten(2, (-1, self.patch))
            return grid.permute(0, 1, 3, 5, 2, 4).flatten(1, 3)
        return signal.unflatten(-1, (-1, self.patch)).transpose(-1, -2).flatten(1, 2)


class Unpatch(nn.Module):
    """Channels become `patch` neighbours in time (and in frequency), then a block."""

    def __init__(
        self, inward: int, outward: int, patch: int, telling: Telling, dims: int = 1
    ) -> None:
        super().__init__()
        self.patch = patch
        narrow, within = Telling(telling.mapping, 0, 0, 0), inward // patch**dims
        self.block = Block(within, outward, gcd(patch, within, outward), narrow, dims)

    def forward(self, signal: Tensor, told: Told) -> Tensor:
        """(N, inward, T) -> (N, outward, T * patch)."""
        if signal.dim() == 4:
            grid = signal.unflatten(1, (-1, self.patch, self.patch)).permute(0, 1, 4, 2, 5, 3)
            return self.block(grid.flatten(4).flatten(2, 3), told)
        signal = signal.unflatten(1, (-1, self.patch)).transpose(-1, -2).flatten(-2)
        return self.block(signal, told)

    def silence(self) -> None:
        """Makes it answer 0 to everything, until it has learnt; where its block's skip has no
        weights, what that skip gives."""
        for part in (self.block.second.taps, self.block.skip):
            for value in part.parameters():
                nn.init.zeros_(value)
