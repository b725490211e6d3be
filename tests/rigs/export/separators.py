"""Tiny separators written as third-party packages write theirs, and what the lifter is told."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.spec import StftDomain
from export.graphs.lifting.spectral import Spectral
from export.graphs.lifting.taps import Taps

FFT, HOP, STEMS = 64, 16, ("drums", "rest-of-it")
BINS = FFT // 2 + 1


class Between(nn.Module):
    """torch.stft, something between, torch.istft: stereo (B, 2, n) -> (B, S, 2, n)."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(FFT))
        self.conv = nn.Conv2d(4, 4 * len(STEMS), 3, padding=1)

    def forward(self, mix: Tensor) -> Tensor:
        batch, channels, samples = mix.shape
        flat = mix.reshape(batch * channels, samples)
        spec = torch.stft(flat, FFT, HOP, window=self.window, normalized=True, return_complex=True)
        made = self.between(spec.reshape(batch, channels, BINS, -1))
        rows = made.reshape(-1, *made.shape[-2:])
        audio = torch.istft(rows, FFT, HOP, window=self.window, normalized=True, length=samples)
        return audio.reshape(batch, len(STEMS), channels, samples)

    def between(self, spec: Tensor) -> Tensor:
        """(B, C, F, T) -> (B, S, C, F, T), both complex: convolutions of parts as channels."""
        batch, channels, bins, frames = spec.shape
        parts = torch.view_as_real(spec).permute(0, 1, 4, 2, 3).reshape(batch, 4, bins, frames)
        spread = parts.std((1, 2, 3), keepdim=True)
        normed = (parts - parts.mean((1, 2, 3), keepdim=True)) / (spread + 1e-5)
        made = (self.conv(normed) * spread).view(batch, len(STEMS), channels, 2, bins, frames)
        return torch.view_as_complex(made.permute(0, 1, 2, 4, 5, 3).contiguous())


class MagnitudeMasks(Between):
    """Masks from magnitudes, of the lowest bins; the others are zeros."""

    kept = 24

    def between(self, spec: Tensor) -> Tensor:
        sizes = spec[..., : self.kept, :].abs()
        masks = torch.sigmoid(self.conv(torch.cat([sizes, sizes], dim=1)))
        masks = masks.unflatten(1, (len(STEMS), 2, 2))[:, :, :, 0]
        made = spec[:, None, :, : self.kept] * masks
        return F.pad(made, (0, 0, 0, BINS - self.kept))


class ScatteredBands(Between):
    """Complex masks of overlapping bands, added by scatter and averaged, without the lowest bin."""

    def __init__(self) -> None:
        super().__init__()
        self.bands = nn.ModuleList(nn.Linear(4 * 12, 4 * 12 * len(STEMS)) for _ in range(4))
        starts = torch.tensor([0, 8, 16, 21])
        self.register_buffer("rows", (starts[:, None] + torch.arange(12)).flatten())
        self.register_buffer("counts", torch.bincount(self.rows, minlength=BINS).float())

    def between(self, spec: Tensor) -> Tensor:
        batch, channels, _, frames = spec.shape
        bands = torch.view_as_real(spec)[:, :, self.rows].unflatten(2, (4, 12))
        bands = bands.permute(0, 4, 2, 1, 3, 5).reshape(batch, frames, 4, -1)
        made = [band(bands[:, :, i]) for i, band in enumerate(self.bands)]
        masks = torch.stack(made, dim=2).reshape(batch, frames, 4, len(STEMS), channels, 12, 2)
        masks = masks.permute(0, 3, 4, 2, 5, 1, 6).flatten(3, 4).contiguous()
        index = self.rows[None, None, None, :, None].expand(batch, len(STEMS), channels, -1, frames)
        alike = spec[:, None].expand(-1, len(STEMS), -1, -1, -1)
        summed = torch.zeros_like(alike).scatter_add_(3, index, torch.view_as_complex(masks))
        made_of = alike * (summed / self.counts[:, None].clamp(min=1e-8))
        return made_of.index_fill(3, torch.tensor(0), 0.0)


class AlongTime(Between):
    """A transform along time inside the network, and its inverse, as SCNet has them."""

    def between(self, spec: Tensor) -> Tensor:
        made = super().between(spec)
        parts = torch.view_as_real(made)
        lines = torch.fft.rfft(parts, dim=4, norm="ortho")
        lines = torch.cat([lines.real, lines.imag], dim=1)
        real, imag = torch.sin(lines).chunk(2, dim=1)
        back = torch.fft.irfft(torch.complex(real, imag), dim=4, norm="ortho")
        return torch.view_as_complex(back.contiguous())


class Attending(Between):
    """Attention over time without a frame's own place, and a root-mean-square norm."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(4 * BINS)
        self.narrow = nn.Linear(4 * BINS, 8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.encode = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.wide = nn.Linear(8, 4 * BINS * len(STEMS))

    def between(self, spec: Tensor) -> Tensor:
        batch, channels, bins, frames = spec.shape
        parts = torch.view_as_real(spec).permute(0, 3, 1, 2, 4).reshape(batch, frames, -1)
        narrow = self.narrow(self.norm(parts))
        own = torch.eye(frames, dtype=torch.bool, device=spec.device)
        dots = (narrow @ narrow.transpose(1, 2)).masked_fill(own, -100.0).softmax(-1)
        heard, _ = self.attention(narrow, narrow, narrow, need_weights=False)
        made = 0.1 * self.wide(self.encode(heard + dots @ narrow))
        made = made.view(batch, frames, len(STEMS), channels, bins, 2).permute(0, 2, 3, 4, 1, 5)
        return torch.view_as_complex(made.contiguous())


class OwnTransform(nn.Module):
    """A transform object of its own, from before torch had complex numbers, as MDX23C has it."""

    kept = 24

    def __init__(self) -> None:
        super().__init__()
        self.window = torch.hann_window(FFT)
        self.conv = nn.Conv2d(4, 4 * len(STEMS), 1)

    def forward(self, mix: Tensor) -> Tensor:
        batch, channels, samples = mix.shape
        flat = mix.reshape(-1, samples)
        spec = torch.stft(flat, FFT, HOP, window=self.window, return_complex=True)
        parts = torch.view_as_real(spec).permute(0, 3, 1, 2)
        parts = parts.reshape(batch, channels * 2, -1, parts.shape[-1])[..., : self.kept, :]
        made = self.conv(parts).reshape(batch, len(STEMS), channels * 2, self.kept, -1)
        above = torch.zeros([batch, len(STEMS), channels * 2, BINS - self.kept, made.shape[-1]])
        made = torch.cat([made, above], -2).reshape(-1, 2, BINS, made.shape[-1])
        made = made.permute(0, 2, 3, 1)
        rows = made[..., 0] + made[..., 1] * 1.0j
        audio = torch.istft(rows, FFT, HOP, window=self.window)
        return audio.reshape(batch, len(STEMS), channels, -1)


class Hybrid(nn.Module):
    """Methods of its own around torch's transforms, and samples added, as Demucs has them."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(FFT))
        self.conv = nn.Conv2d(4, 4 * len(STEMS), 3, padding=1)
        self.wave = nn.Conv1d(2, 2 * len(STEMS), 5, padding=2)

    def _spec(self, x: Tensor) -> Tensor:
        hops = -(-x.shape[-1] // HOP)
        pad = HOP // 2 * 3
        x = F.pad(x, (pad, pad + hops * HOP - x.shape[-1]), mode="reflect")
        flat = x.reshape(-1, x.shape[-1])
        z = torch.stft(flat, FFT, HOP, window=self.window, normalized=True, return_complex=True)
        return z.view(*x.shape[:-1], *z.shape[-2:])[..., :-1, 2 : 2 + hops]

    def _ispec(self, z: Tensor, length: int | None = None) -> Tensor:
        assert length is not None
        z = F.pad(z, (2, 2, 0, 1))
        pad, whole = HOP // 2 * 3, HOP * -(-length // HOP)
        rows = z.reshape(-1, *z.shape[-2:])
        x = torch.istft(rows, FFT, HOP, window=self.window, normalized=True, length=whole + 2 * pad)
        return x[..., pad : pad + length].reshape(*z.shape[:-2], length)

    def forward(self, mix: Tensor) -> Tensor:
        batch, channels, samples = mix.shape
        z = self._spec(mix)
        parts = torch.view_as_real(z).permute(0, 1, 4, 2, 3).reshape(batch, 4, *z.shape[-2:])
        made = self.conv(parts).view(batch, len(STEMS), channels, 2, *z.shape[-2:])
        out = torch.view_as_complex(made.permute(0, 1, 2, 4, 5, 3).contiguous())
        waves = self.wave(mix).view(batch, len(STEMS), channels, samples)
        return waves + self._ispec(out, samples)


TAPPED = {
    "taps": Taps("_spec", "_ispec"),
    "transform": StftDomain(
        FFT, HOP, centred=False, values="complex", bins=FFT // 2, scale=FFT**-0.5, edge="reflect",
        offset_samples=-(HOP // 2 * 3), envelope="full",
    ),
    "hybrid": True,
}  # fmt: skip
#: Each network with what the lifter is told of it.
NETWORKS: dict[type[nn.Module], dict[str, Any]] = {
    Between: {},
    MagnitudeMasks: {"bins": MagnitudeMasks.kept},
    ScatteredBands: {},
    AlongTime: {"frames_base": 40, "frames_step": 0},
    Attending: {},
    OwnTransform: {"bins": OwnTransform.kept},
    Hybrid: TAPPED,
}


def subject(kind: type[nn.Module], **changed: Any) -> Spectral:
    """A tiny separator of that kind, with weights from a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = kind().eval()
    told = {"trained_frames": 40, "hop_samples": HOP, "rate_hz": 8000, **NETWORKS[kind]}
    return Spectral(network, STEMS, **{**told, **changed})
