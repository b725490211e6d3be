"""The band_unet that listens to tags: one mask for each vector of tags.

The body is band_unet's (see there). A vector of tags, one number for each (1 for those asked for,
between 0 and 1 for one that fades), passes through an embedding and a small network; what it gives
scales and shifts every channel after each block (FiLM; Perez et al. 2018, arXiv 1709.07871, in a
U-Net as Meseguer-Brocal and Peeters 2019, arXiv 1907.01277, have it): y = shift + (1 + scale) x.
There are no batch norms between tags and FiLM, so that a batch may ask for one tag throughout.

The network knows no stems beside the mixture: the engine takes known ones out of it first.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.common.tags import COVERS, NAMES
from export.nets.banding import Bands, expand_bands, reduce_bands
from export.nets.families.band_unet import UnetOnBands, runs_of
from export.nets.nade import StftDomain


@dataclass(frozen=True)
class Config:
    """tags: their names, in the order of the vector. covers: the leaves that each one means.
    tag_width: of the embedding. For the others see band_unet."""

    stems: int = 1
    channels: int = 2
    conditional: bool = False
    tags: tuple[str, ...] = NAMES
    covers: tuple[tuple[str, ...], ...] = COVERS
    fft_samples: int = 4096
    hop_samples: int = 1024
    bands: Bands = ()
    widths: tuple[int, ...] = (32, 48, 64)
    tdf_reduction: int = 8
    lstm_hidden: int = 192
    lstm_layers: int = 1
    power: float = 0.3
    tag_width: int = 64

    def __post_init__(self) -> None:
        if self.stems != 1 or self.conditional:
            raise ValueError("one stem, without conditioning on stems")
        if len(self.tags) != len(self.covers) or not self.tags:
            raise ValueError("what each tag covers")

    @property
    def runs(self) -> Bands:
        """Widths and counts of bands. Raises ValueError where they do not cover the bins."""
        return runs_of(self.bands, self.fft_samples)

    @property
    def band_count(self) -> int:
        """Bands of the network's frequency axis."""
        return sum(count for _, count in self.runs)


class QueryUnet(UnetOnBands):
    """Magnitudes (B, C, bins, T) and tags (B, tags) in, one mask (B, 1, C, bins, T) out."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.domain = StftDomain(config.fft_samples, config.hop_samples)
        channels, bands, widths = config.channels, config.band_count, config.widths
        self.gain = nn.Parameter(torch.full((1, channels, bands, 1), 2.0))
        self.bias = nn.Parameter(torch.zeros(1, channels, bands, 1))
        self.build_levels(channels, channels, normed=True)
        self.filmed = (*widths, *reversed(widths))
        self.tags = _listener(len(config.tags), config.tag_width, 2 * sum(self.filmed))

    def forward(self, mix: Tensor, given: Tensor, flags: Tensor | None = None) -> Tensor:
        """mix (B, C, bins, T); `given` are the tags (B, tags) -> masks (B, 1, C, bins, T)."""
        runs = self.config.runs
        masks = self.band_masks(reduce_bands(mix, runs), given)
        return expand_bands(masks.squeeze(1), runs).unsqueeze(1)

    def band_masks(self, mix: Tensor, given: Tensor, flags: Tensor | None = None) -> Tensor:
        """The same on banded magnitudes, (B, 1, C, bands, T): what training works on."""
        scaled = mix * (4.0 / self.config.fft_samples)
        features = (scaled + 1e-7) ** self.config.power * self.gain + self.bias
        return torch.sigmoid(self._network(features, given).float()).unsqueeze(1)

    def _network(self, features: Tensor, given: Tensor) -> Tensor:
        films = iter(self.tags(given)[..., None, None].split([2 * w for w in self.filmed], 1))
        signal, skips = self.stem(features), []
        for block, down in zip(self.encode, self.down, strict=False):
            skips.append(_filmed(block(signal), next(films)))
            signal = down(skips[-1])
        signal = _filmed(self.encode[-1](signal), next(films))
        signal = _filmed(self.recurrence(signal), next(films))
        for block, up in zip(reversed(self.decode), reversed(self.up), strict=True):
            skip = skips.pop()
            signal = _filmed(block(skip + up(signal)[..., : skip.shape[-1]]), next(films))
        return self.head(signal) + self.direct(features)


def _filmed(signal: Tensor, film: Tensor) -> Tensor:
    """signal (B, W, ...) scaled and shifted by film (B, 2 W, 1, 1)."""
    scale, shift = film.chunk(2, 1)
    return F.relu(signal * (1 + scale) + shift)


def _listener(tags: int, width: int, outputs: int) -> nn.Sequential:
    last = nn.Linear(width, outputs)
    nn.init.normal_(last.weight, std=0.02)
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        nn.Linear(tags, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), last
    )


def build(config: Config) -> QueryUnet:
    """The network of a configuration."""
    return QueryUnet(config)
