"""MusiCNN: tall and long filters over 3 s, then a few convolutions (Pons and others, ISMIR 2018).

Two filters over 70 and 40 % of the bands, whose loudest place counts; three along time over the
mean of the bands; three residual convolutions; the loudest frame and the mean of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from export.nets.taggers import RATE_HZ
from export.nets.taggers.mel import MELS, MelSpectrogram

#: Shares of the bands that tall filters see, and lengths of long ones in frames.
TALL, LONG = (0.7, 0.4), (129, 65, 33)
SAMPLES = 3 * RATE_HZ


@dataclass(frozen=True)
class Config:
    """Channels: of each tall and each long filter, of the back end, before the tags."""

    tall: int = 204
    long: int = 51
    back: int = 64
    dense: int = 200
    tags: int = 50
    samples: int = SAMPLES


class Tall(nn.Module):
    """(B, 1, bands, frames) -> (B, width, frames): where it is loudest on the bands."""

    def __init__(self, width: int, share: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, width, (int(share * MELS), 7), padding=(0, 3))
        self.bn = nn.BatchNorm2d(width)

    def forward(self, signal: Tensor) -> Tensor:
        return self.bn(self.conv(signal)).relu().amax(2)


class Long(nn.Module):
    """(B, inward, frames) -> (B, width, frames)."""

    def __init__(self, inward: int, width: int, length: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inward, width, length, padding=length // 2)
        self.bn = nn.BatchNorm1d(width)

    def forward(self, signal: Tensor) -> Tensor:
        return self.bn(self.conv(signal)).relu()


class Musicnn(nn.Module):
    """See the module's docstring. Named as in the published weights."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.spec, self.spec_bn = MelSpectrogram(RATE_HZ), nn.BatchNorm2d(1)
        tall = [Tall(config.tall, share) for share in TALL]
        self.layers = nn.ModuleList([*tall, *(Long(1, config.long, length) for length in LONG)])
        front = len(TALL) * config.tall + len(LONG) * config.long
        self.layer1 = Long(front, config.back, 7)
        self.layer2, self.layer3 = (Long(config.back, config.back, 7) for _ in range(2))
        self.dense1 = nn.Linear(2 * (front + 3 * config.back), config.dense)
        self.bn = nn.BatchNorm1d(config.dense)
        self.dense2 = nn.Linear(config.dense, config.tags)

    def forward(self, audio: Tensor) -> Tensor:
        """(B, samples) at 16 kHz -> probabilities (B, tags)."""
        signal = self.spec_bn(self.spec(audio))
        mean = signal.mean(2)
        parts = [layer(signal if isinstance(layer, Tall) else mean) for layer in self.layers]
        front = torch.cat(parts, 1)
        first = self.layer1(front)
        second = self.layer2(first) + first
        third = self.layer3(second) + second
        every = torch.cat([front, first, second, third], 1)
        pooled = torch.cat([every.amax(-1), every.mean(-1)], 1)
        return self.dense2(self.bn(self.dense1(pooled)).relu()).sigmoid()


def build(config: Config) -> Musicnn:
    """The network. Raises ValueError where a call is too short for it."""
    if config.samples < RATE_HZ // 10:
        raise ValueError(f"{config.samples} samples, expected at least {RATE_HZ // 10}")
    return Musicnn(config)


def config_of(state: Mapping[str, Tensor], samples: int = SAMPLES) -> Config:
    """The sizes of these weights. Raises KeyError where they are no MusiCNN's."""
    tall, long = (len(state[f"layers.{place}.conv.weight"]) for place in (0, len(TALL)))
    back, dense = len(state["layer1.conv.weight"]), len(state["dense1.bias"])
    return Config(tall, long, back, dense, len(state["dense2.bias"]), samples)
