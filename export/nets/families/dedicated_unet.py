"""Dedicated U-Nets: one network per stem, each with its own mask, served as one graph.

The baseline of Kadandale et al. 2020 (arXiv 2003.10414): the multi-channel U-Net's architecture
with K = 1, 124,448,673 parameters each at the published size. No weight is shared and each
network's gradient has a limit of its own, so a step on the sum of the stems' errors trains each
network as if alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from export.nets.unet import Unet, UnetConfig, WarpedMasks


@dataclass(frozen=True)
class Config(UnetConfig):
    """See UnetConfig; sizes are those of each stem's network."""


class DedicatedUnet(WarpedMasks):
    """See the module's docstring."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        sizes = (config.planes, config.channels, config.widths, config.dropout)
        self.unets = nn.ModuleList(Unet(*sizes) for _ in range(config.stems))

    def independent(self) -> Iterable[nn.Module]:
        """The parts whose gradients are limited each on its own; see trainer.limit_gradients."""
        return self.unets

    def _heads(self, planes: Tensor) -> Tensor:
        return torch.stack([unet(planes) for unet in self.unets], 1)


def build(config: Config) -> DedicatedUnet:
    """The networks of a configuration, as one module."""
    return DedicatedUnet(config)
