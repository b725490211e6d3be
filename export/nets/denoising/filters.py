"""Filters as gains on a spectrum, exact where all gains are 1, and their trivial case."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Parts = tuple[Tensor, ...]
"""A signal as what gains multiply: real and imaginary parts (N, C, frames, bins), or samples."""


class Filters(Protocol):
    """`analyse` and `synthesise` are each other's inverse; white noise of standard deviation 1 has
    a power of 1 in every place of the parts together."""

    bins: int

    def analyse(self, signal: Tensor) -> Parts: ...

    def synthesise(self, parts: Parts) -> Tensor: ...

    def shaped(self, gains: Tensor) -> Tensor:
        """(N, bins) so that it multiplies parts."""
        ...


class Samples(nn.Module):
    """One gain for all frequencies."""

    bins = 1

    def analyse(self, signal: Tensor) -> Parts:
        """The signal."""
        return (signal,)

    def synthesise(self, parts: Parts) -> Tensor:
        """The signal."""
        return parts[0]

    def shaped(self, gains: Tensor) -> Tensor:
        """(N, 1, 1)"""
        return gains[:, :, None]


class Spectra(nn.Module):
    """Frames of `fft` samples, half of which overlap, with the root of a Hann window on both sides.

    Signals have whole hops of fft / 2. A graph has products with the matrices of the transform, as
    onnxruntime has no fast one of real signals; both give the same. The first frame begins `edge`
    samples before the signal: a hop, or less, and then the first and last samples, which are in one
    frame alone, come back weighted.
    """

    window: Tensor
    there: Tensor
    back: Tensor

    def __init__(self, fft: int, edge: int | None = None) -> None:
        super().__init__()
        self.fft, self.hop, self.bins = fft, fft // 2, fft // 2 + 1
        self.edge = self.hop if edge is None else edge
        window = torch.hann_window(fft, dtype=torch.float64).sqrt()
        angles = 2 * math.pi / fft * torch.outer(torch.arange(fft), torch.arange(self.bins))
        there = torch.stack([angles.cos(), -angles.sin()])
        twice = torch.full((self.bins, 1), 2.0, dtype=torch.float64)
        twice[0] = twice[-1] = 1.0
        for name, value in (
            ("window", window * math.sqrt(2 / fft)),
            ("there", window[:, None] * there * math.sqrt(2 / fft)),
            ("back", twice * there.transpose(1, 2) / fft * window * math.sqrt(fft / 2)),
        ):
            self.register_buffer(name, value.float(), persistent=False)

    def analyse(self, signal: Tensor) -> Parts:
        """(N, C, T) -> real and imaginary part (N, C, (T + 2 edge) / hop - 1, bins)."""
        blocks = F.pad(signal, (self.edge, self.edge)).unflatten(-1, (-1, self.hop))
        frames = torch.cat([blocks[..., :-1, :], blocks[..., 1:, :]], -1)
        if torch.onnx.is_in_onnx_export():
            return frames @ self.there[0], frames @ self.there[1]
        found = torch.fft.rfft(frames * self.window)
        return found.real, found.imag

    def synthesise(self, parts: Parts) -> Tensor:
        """The inverse."""
        real, imag = parts
        if torch.onnx.is_in_onnx_export():
            frames = real @ self.back[0] + imag @ self.back[1]
        else:
            shape = self.window * (self.fft / 2)
            frames = torch.fft.irfft(torch.complex(real, imag), n=self.fft) * shape
        first, second = frames[..., : self.hop], frames[..., self.hop :]
        inner = (second[..., :-1, :] + first[..., 1:, :]).flatten(-2)
        cut = self.hop - self.edge
        if not cut:
            return inner
        return torch.cat([first[..., 0, -cut:], inner, second[..., -1, :cut]], -1)

    def shaped(self, gains: Tensor) -> Tensor:
        """(N, 1, 1, bins)"""
        return gains[:, None, None]
