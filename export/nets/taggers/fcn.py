"""FCN: five convolutions with pooling over a whole clip (Choi, Fazekas, Sandler, ISMIR 2016).

447,732 parameters at the published size, 29 s a call; at least 1,280 frames (20.5 s).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from export.nets.taggers import RATE_HZ
from export.nets.taggers.mel import HOP, MelSpectrogram, frames

#: Of each layer, over bands and over frames.
POOLS = ((2, 4), (2, 4), (2, 4), (3, 5), (4, 4))
SAMPLES = 29 * RATE_HZ


@dataclass(frozen=True)
class Config:
    """Channels of the five layers, tags, samples of a call."""

    widths: tuple[int, ...] = (64, 128, 128, 128, 64)
    tags: int = 50
    samples: int = SAMPLES


class Layer(nn.Module):
    """Convolution 3 x 3, batch norm, ReLU, max pooling. Named as in the published weights."""

    def __init__(self, inward: int, width: int, pool: tuple[int, int]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inward, width, 3, padding=1)
        self.bn = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(pool)

    def forward(self, signal: Tensor) -> Tensor:
        """(B, inward, bands, frames) -> (B, width, fewer, fewer)."""
        return self.pool(self.bn(self.conv(signal)).relu())


class Fcn(nn.Module):
    """See the module's docstring."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.spec, self.spec_bn = MelSpectrogram(RATE_HZ), nn.BatchNorm2d(1)
        inward = (1, *config.widths)
        for number, (width, pool) in enumerate(zip(config.widths, POOLS, strict=True)):
            self.add_module(f"layer{number + 1}", Layer(inward[number], width, pool))
        self.dense = nn.Linear(config.widths[-1], config.tags)

    def forward(self, audio: Tensor) -> Tensor:
        """(B, samples) at 16 kHz -> probabilities (B, tags)."""
        signal = self.spec_bn(self.spec(audio))
        for number in range(len(POOLS)):
            signal = self.get_submodule(f"layer{number + 1}")(signal)
        # One frame is left of 1,280 to 2,559; of more the loudest is taken.
        return self.dense(signal.flatten(2).amax(-1)).sigmoid()


def build(config: Config) -> Fcn:
    """The network. Raises ValueError where a call is too short for it."""
    least = math.prod(over for _, over in POOLS)
    if frames(config.samples) < least or len(config.widths) != len(POOLS):
        raise ValueError(
            f"{config.samples} samples and {len(config.widths)} layers, expected at least "
            f"{(least - 1) * HOP} samples and {len(POOLS)} layers"
        )
    return Fcn(config)


def config_of(state: Mapping[str, Tensor], samples: int = SAMPLES) -> Config:
    """The sizes of these weights. Raises KeyError where they are no FCN's."""
    widths = tuple(len(state[f"layer{number + 1}.conv.weight"]) for number in range(len(POOLS)))
    return Config(widths, len(state["dense.bias"]), samples)
