"""What a training item hides: which stems, and from when on (docs/research/sources.md).

Stems: coconet's count-then-subset draw. Time: in a live stream the past of every stem has an
estimate and its newest samples have none, so a share of the items hides stems only from some place
in the window on.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

#: Where in the window the hidden part of a stem may begin.
EARLIEST, LATEST = 0.2, 0.95


@dataclass(frozen=True)
class Masks:
    """stems (B, S) bool: hidden in that item. since (B,) float32 in [0, 1): the part of the window
    from which on its hidden stems are hidden; None: 0 for all, the whole window. groups (B, S)
    int64: as in export/batch.py; None: every stem is known by itself."""

    stems: Tensor
    since: Tensor | None = None
    groups: Tensor | None = None

    def hidden(self, frames: int) -> Tensor:
        """Hidden or not, (B, S) bool, or (B, S, frames) where it changes within windows."""
        if self.since is None:
            return self.stems
        first = (self.since * frames).floor().reshape(-1, 1, 1)
        times = torch.arange(frames, device=self.stems.device)
        return self.stems.unsqueeze(-1) & (times >= first)

    @property
    def gives(self) -> Tensor:
        """(B,) bool: whether anything of the item's stems is given."""
        some = ~self.stems.all(1)
        return some if self.since is None else some | (self.since > 0)

    @property
    def scored(self) -> Tensor:
        """(B, S) bool: the hidden rows that have a truth of their own, if only that of a group."""
        if self.groups is None:
            return self.stems
        return self.stems & (self._same().tril(-1).sum(-1) == 0)

    def merged(self, estimates: Tensor) -> Tensor:
        """Estimates (B, S, ...) as the truth is known: each group's sum in its first row."""
        if self.groups is None:
            return estimates
        members = self._same() & self.scored.unsqueeze(-1)
        return torch.einsum("bks,bs...->bk...", members.to(estimates.dtype), estimates)

    def _same(self) -> Tensor:
        """(B, S, S) bool: whether two stems are in one group."""
        assert self.groups is not None
        return self.groups.unsqueeze(2) == self.groups.unsqueeze(1)

    def mean(self, values: Tensor) -> Tensor:
        """Means over the hidden frames of values (B, S, ..., frames), (B, S)."""
        every = torch.ones_like(self.stems)
        return self.row_mean(values.flatten(0, 1), every).reshape(self.stems.shape)

    def row_mean(self, values: Tensor, chosen: Tensor) -> Tensor:
        """Means over the hidden frames of values (n, ..., frames), (n,): the n rows are the (item,
        stem) pairs where chosen (B, S) bool is set, in their order."""
        if self.since is None:
            return values.flatten(1).mean(1)
        frames = values.shape[-1]
        first = (self.since[chosen.nonzero()[:, 0]] * frames).floor().unsqueeze(1)
        hidden = (torch.arange(frames, device=values.device) >= first).to(values.dtype)
        per_frame = values.reshape(len(values), -1, frames).mean(1)
        return (per_frame * hidden).sum(1) / hidden.sum(1)


def together(groups: Tensor) -> Tensor:
    """groups (B, S) -> (B, S) bool: the stems that share a group with another one."""
    return (groups.unsqueeze(2) == groups.unsqueeze(1)).sum(-1) > 1


def draw_masks(batch: int, stems: int, generator: torch.Generator) -> Tensor:
    """(batch, stems) bool, True = masked: k uniform on 1..stems, then a uniform k-subset."""
    counts = torch.randint(1, stems + 1, (batch, 1), generator=generator)
    ranks = torch.rand(batch, stems, generator=generator).argsort(1).argsort(1)
    return ranks < counts


def draw_since(batch: int, share: float, generator: torch.Generator) -> Tensor | None:
    """(batch,) float32: for `share` of the items uniform in EARLIEST..LATEST, else 0.

    None, and nothing drawn, where `share` is 0.
    """
    if share == 0:
        return None
    chosen = torch.rand(batch, generator=generator) < share
    places = EARLIEST + (LATEST - EARLIEST) * torch.rand(batch, generator=generator)
    return torch.where(chosen, places, 0.0)
