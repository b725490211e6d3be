"""A denoiser of mixtures: a body inside per-frequency, label-aware preconditioning.

What comes in and what goes out are samples, whatever the body works on; so the state of a sampler
is samples, and the sum of stems linear. The body hears the noisy samples at a level of 1 in every
frequency, and what it adds is put at the level that the answer has there.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from export.nets.denoising.filters import Filters, Samples, Spectra
from export.nets.denoising.labels import Embedding, LabelSet
from export.nets.denoising.spectral import Gains, Spectral
from export.nets.nade import WaveformDomain


class Settings(Protocol):
    """What it reads of a family's Config: see `export.nets.families.diffusion_unet`."""

    @property
    def stems(self) -> int: ...
    @property
    def step(self) -> int: ...
    @property
    def fft(self) -> int: ...
    @property
    def level(self) -> float: ...
    @property
    def told(self) -> str: ...
    @property
    def label_width(self) -> int: ...
    @property
    def hint(self) -> bool: ...


class MixDenoiser(nn.Module):
    """See the module's docstring. `domain` says the lengths that it takes."""

    def __init__(self, config: Settings, body: nn.Module) -> None:
        super().__init__()
        self.domain = WaveformDomain(config.step, config.step)
        self.level = config.level
        self.filters: Filters = Spectra(config.fft) if config.fft else Samples()
        self.gains = Spectral(config.stems, self.filters.bins, config.level)
        embeds = config.told != "nothing"
        self.embedding: Embedding | None = (
            LabelSet(config.stems, config.label_width) if embeds else None
        )
        self.body, self.hint = body, config.hint

    def forward(self, noisy: Tensor, sigma: Tensor, labels: Tensor) -> Tensor:
        """noisy (N, C, T), sigma (N,), labels (N, L) -> clean (N, C, T)."""
        return self.denoise(noisy, sigma, labels, labels)

    def denoise(self, noisy: Tensor, sigma: Tensor, labels: Tensor, told: Tensor) -> Tensor:
        """The same, where the body may be told other labels (N, L) than the filters."""
        with exact(noisy):
            gains = self.gains(sigma, labels)
            parts = self.filters.analyse(noisy)
            inward = self._inward(parts, gains)
        vectors = None if self.embedding is None else self.embedding(told)
        found = self.body(inward, sigma, vectors)
        with exact(noisy):
            skip, outer = self.filters.shaped(gains.skip), self.filters.shaped(gains.outer)
            added = self.filters.analyse(found.to(noisy.dtype))
            pairs = zip(parts, added, strict=True)
            return self.filters.synthesise(tuple(x * skip + f * outer for x, f in pairs))

    def wiener(self, noisy: Tensor, sigma: Tensor, labels: Tensor) -> Tensor:
        """What the filters alone say: (N, C, T)."""
        with exact(noisy):
            skip = self.filters.shaped(self.gains(sigma, labels).skip)
            return self.filters.synthesise(tuple(x * skip for x in self.filters.analyse(noisy)))

    def errors(self, clean: Tensor, truth: Tensor, sigma: Tensor, labels: Tensor) -> Tensor:
        """Mean squared error of each row (N,), as the body's answer has it: EDM's weights."""
        outer = self.filters.shaped(self.gains(sigma, labels).outer)
        parts = self.filters.analyse(clean - truth)
        squares = sum(((one / outer).square() for one in parts), start=torch.zeros(()))
        return squares.flatten(1).mean(1)

    def _inward(self, parts: tuple[Tensor, ...], gains: Gains) -> Tensor:
        inner = self.filters.shaped(gains.inner)
        heard = [self.filters.synthesise(tuple(x * inner for x in parts))]
        if self.hint:
            skip = self.filters.shaped(gains.skip) * inner
            heard.append(self.filters.synthesise(tuple(x * skip for x in parts)))
        return torch.cat(heard, 1)


def exact(signal: Tensor) -> torch.autocast:
    """Filters in float32: in bfloat16 they would leave noise at -50 dB."""
    return torch.autocast(signal.device.type, enabled=False)
