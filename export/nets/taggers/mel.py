"""The taggers' front end: a mel spectrogram in dB, as torchaudio's, made of convolutions.

16 kHz; STFT of 512 samples every 256, Hann, centred with reflected edges, power; 96 mel bands (HTK,
not normalised) from 0 to 8 kHz; 10 log10 of at least 1e-10; one batch norm. Convolutions export to
any opset and have gradients that do, too.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FFT, HOP, MELS = 512, 256, 96
BINS = FFT // 2 + 1
_LEAST = 1e-10


class Spectrogram(nn.Module):
    """(B, T) -> power (B, BINS, 1 + T // HOP)."""

    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(FFT))
        angles = 2 * math.pi / FFT * torch.arange(BINS).double()[:, None] * torch.arange(FFT)
        basis = torch.cat([angles.cos(), -angles.sin()]).float()[:, None]
        self.register_buffer("basis", basis, persistent=False)

    def forward(self, audio: Tensor) -> Tensor:
        kernel = self.get_buffer("basis") * self.window
        parts = F.conv1d(reflected(audio, FFT // 2)[:, None], kernel, stride=HOP)
        return parts[:, :BINS] ** 2 + parts[:, BINS:] ** 2


class MelScale(nn.Module):
    """(B, BINS, frames) -> (B, mels, frames)."""

    fb: Tensor

    def __init__(self, rate_hz: int, mels: int = MELS) -> None:
        super().__init__()
        self.register_buffer("fb", mel_bands(rate_hz, mels))

    def forward(self, power: Tensor) -> Tensor:
        return self.fb.transpose(0, 1) @ power


class MelSpectrogram(nn.Module):
    """Named as in the published weights."""

    def __init__(self, rate_hz: int) -> None:
        super().__init__()
        self.spectrogram, self.mel_scale = Spectrogram(), MelScale(rate_hz)

    def forward(self, audio: Tensor) -> Tensor:
        """(B, T) -> (B, 1, MELS, frames) in dB re 1."""
        mels = self.mel_scale(self.spectrogram(audio))
        return (10 / math.log(10)) * mels.clamp(min=_LEAST).log()[:, None]


def mel_bands(rate_hz: int, mels: int = MELS) -> Tensor:
    """(BINS, mels): triangles between 0 and half the rate, equally wide on HTK's mel scale."""
    top = 2595 * math.log10(1 + rate_hz / 2 / 700)
    edges = 700 * (10 ** (torch.linspace(0, top, mels + 2).double() / 2595) - 1)
    bins = torch.linspace(0, rate_hz / 2, BINS).double()[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return torch.minimum(rising, falling).clamp(min=0).float()


def reflected(audio: Tensor, count: int) -> Tensor:
    """(..., T) with `count` samples before and after it, mirrored about the ends."""
    before = audio[..., 1 : count + 1].flip(-1)
    after = audio[..., -count - 1 : -1].flip(-1)
    return torch.cat([before, audio, after], -1)


def frames(samples: int) -> int:
    """How many frames so many samples have."""
    return 1 + samples // HOP
