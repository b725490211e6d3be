"""Multi-channel U-Net: one U-Net, one mask per stem (Kadandale et al. 2020, arXiv 2003.10414).

The inputs, the logarithmic frequency axis and the choices made are in export/unet.py. The published
size has 124,448,772 parameters with 4 stems; full-resolution channels, not parameters, cost time.
"""

from dataclasses import dataclass

from torch import Tensor

from export.nets.unet import Unet, UnetConfig, WarpedMasks


@dataclass(frozen=True)
class Config(UnetConfig):
    """See UnetConfig."""


class MUnet(WarpedMasks):
    """See the module's docstring."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        heads = config.stems * config.channels
        self.unet = Unet(config.planes, heads, config.widths, config.dropout)

    def _heads(self, planes: Tensor) -> Tensor:
        return self.unet(planes).unflatten(1, (self.config.stems, self.config.channels))


def build(config: Config) -> MUnet:
    """The network of a configuration."""
    return MUnet(config)
