"""Demucs v2 under O-NADE conditioning (Défossez et al. 2019, arXiv 1911.13254).

Facts: docs/research/sources.md, Demucs v2 and O-NADE.

Encoder level: Conv1d k8 s4, ReLU, 1x1 to 2C, GLU. Bottleneck: BLSTM as wide as the top level and
a Linear. Decoder level: centre-trimmed skip added, k3 convolution to 2C, GLU, ConvTranspose1d k8
s4, ReLU except at the last. `pad_context=False` is the published unpadded k3 (each decoder level
loses two samples, so inputs are longer than outputs); True keeps lengths.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from export.nets.nade import WaveformDomain, centre_trim, flag_planes

KERNEL, STRIDE, CONTEXT = 8, 4, 3


@dataclass(frozen=True)
class Config:
    """stems S, channels C: C + S*C + S inputs when conditional, else C; S*C outputs."""

    stems: int = 4
    channels: int = 1
    conditional: bool = True
    base_channels: int = 16
    depth: int = 5
    lstm_layers: int = 2
    pad_context: bool = True

    @property
    def inputs(self) -> int:
        given = self.stems * self.channels + self.stems if self.conditional else 0
        return self.channels + given


def lengths(depth: int, pad_context: bool) -> WaveformDomain:
    """Accepted input lengths (every encoder level divides exactly) and what the output loses."""
    shrink = 0 if pad_context else CONTEXT - 1
    longest = shortest = 1 + shrink
    for _ in range(depth):
        longest = (longest - 1) * STRIDE + KERNEL
        shortest = (shortest - shrink - 1) * STRIDE + KERNEL
    return WaveformDomain(longest, STRIDE**depth, longest - shortest)


class Demucs(nn.Module):
    """See the module's docstring. Waveforms in, waveforms out."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.domain = lengths(config.depth, config.pad_context)
        self.encoder, self.decoder = nn.ModuleList(), nn.ModuleList()
        inputs, outputs = config.inputs, config.stems * config.channels
        width = config.base_channels
        for level in range(config.depth):
            self.encoder.append(_down(inputs, width))
            self.decoder.insert(0, _up(width, outputs, level > 0, config.pad_context))
            inputs = outputs = width
            width *= 2
        self.lstm = nn.LSTM(inputs, inputs, config.lstm_layers, bidirectional=True)
        self.linear = nn.Linear(2 * inputs, inputs)

    def forward(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """mix (B, C, T), given (B, S, C, T), flags (B, S) -> stems (B, S, C, T')."""
        signal = mix
        if given is not None and flags is not None:
            signal = torch.cat([mix, given.flatten(1, 2), flag_planes(flags, mix)], 1)
        skips = []
        for level in self.encoder:
            signal = level(signal)
            skips.append(signal)
        hidden, _ = self.lstm(signal.permute(2, 0, 1))
        signal = self.linear(hidden).permute(1, 2, 0)
        for level in self.decoder:
            signal = level(signal + centre_trim(skips.pop(), signal.shape[-1]))
        return signal.unflatten(1, (self.config.stems, self.config.channels))


def _down(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(inputs, width, KERNEL, STRIDE),
        nn.ReLU(),
        nn.Conv1d(width, 2 * width, 1),
        nn.GLU(dim=1),
    )


def _up(width: int, outputs: int, relu: bool, pad_context: bool) -> nn.Sequential:
    layers: list[nn.Module] = [
        nn.Conv1d(width, 2 * width, CONTEXT, padding=CONTEXT // 2 if pad_context else 0),
        nn.GLU(dim=1),
        nn.ConvTranspose1d(width, outputs, KERNEL, STRIDE),
    ]
    return nn.Sequential(*layers, *([nn.ReLU()] if relu else []))


def build(config: Config) -> Demucs:
    """The network of a configuration."""
    return Demucs(config)
