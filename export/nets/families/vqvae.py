"""VQ-VAE: an autoencoder of samples, to the shape of Jukebox's lowest level.

Dhariwal and others 2020 (arXiv 2005.00341; its code was read). Each of three stages halves the time
axis and has residual blocks of dilation 1, 3, 9, ...; the decoder mirrors that, its dilations
falling. What lies between is `latent` numbers per 8 samples, rounded to the nearest of `codes`
vectors, which are moving averages of the latents that fall to them.

The published size is the default: width 64, depth 8, 458,177 parameters in the decoder. It is no
separator: its one stem is the mix.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.nade import WaveformDomain

#: Latents whose distances from all codes are held at a time.
_ROWS = 8192


@dataclass(frozen=True)
class Config:
    """Sizes; `decay` of the codes' averages, `growth` of dilations. Raises ValueError."""

    stems: int = 1
    channels: int = 1
    conditional: bool = False
    width: int = 64
    depth: int = 8
    stages: int = 3
    latent: int = 64
    codes: int = 2048
    decay: float = 0.99
    growth: int = 3

    def __post_init__(self) -> None:
        if self.stems != 1 or self.conditional:
            raise ValueError("an autoencoder has one stem, the mix, and is given none")
        sizes = (self.channels, self.width, self.depth, self.stages, self.latent, self.codes)
        if min(sizes) < 1 or not 0 < self.decay < 1:
            raise ValueError(f"sizes {sizes}, decay {self.decay}; expected at least 1, 0 to 1")

    @property
    def stride(self) -> int:
        """Samples for each latent vector."""
        return int(2**self.stages)


class Block(nn.Module):
    """x + conv1(relu(conv3(relu(x))))."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, signal: Tensor) -> Tensor:
        """(B, width, T) -> (B, width, T)."""
        return signal + self.mix(self.wide(signal.relu()).relu())


def encoder(config: Config) -> nn.Sequential:
    """(B, channels, T) -> (B, latent, T / stride)."""
    parts: list[nn.Module] = []
    for stage in range(config.stages):
        inward = config.width if stage else config.channels
        parts.append(nn.Conv1d(inward, config.width, 4, stride=2, padding=1))
        parts += [Block(config.width, config.growth**k) for k in range(config.depth)]
    return nn.Sequential(*parts, nn.Conv1d(config.width, config.latent, 3, padding=1))


def decoder(config: Config) -> nn.Sequential:
    """(B, latent, T / stride) -> (B, channels, T). As published it widens to `latent` at last."""
    parts: list[nn.Module] = [nn.Conv1d(config.latent, config.width, 3, padding=1)]
    for stage in range(config.stages):
        outward = config.width if stage < config.stages - 1 else config.latent
        parts += [Block(config.width, config.growth**k) for k in reversed(range(config.depth))]
        parts.append(nn.ConvTranspose1d(config.width, outward, 4, stride=2, padding=1))
    return nn.Sequential(*parts, nn.Conv1d(config.latent, config.channels, 3, padding=1))


class Codebook(nn.Module):
    """Rounds latents to codes, and in training moves the codes; gradients pass straight through.

    Codes start as latents of the first batch. One that fewer than one latent per batch falls to, on
    average, becomes a latent of the batch.
    """

    codes: Tensor
    sums: Tensor
    counts: Tensor
    started: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.decay = config.decay
        self.register_buffer("codes", torch.zeros(config.codes, config.latent))
        self.register_buffer("sums", torch.zeros(config.codes, config.latent))
        self.register_buffer("counts", torch.ones(config.codes))
        self.register_buffer("started", torch.tensor(False))

    def forward(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """(B, latent, T) -> the rounded ones, and each item's mean squared distance (B,)."""
        rows = latent.detach().transpose(1, 2).reshape(-1, latent.shape[1])
        if self.training:
            self._start(rows)
        chosen = self.nearest(rows)
        rounded = F.embedding(chosen, self.codes).reshape(len(latent), -1, latent.shape[1])
        rounded = rounded.transpose(1, 2)
        if self.training:
            self._move(rows, chosen)
        distance = ((rounded - latent) ** 2).mean((1, 2))
        return latent + (rounded - latent).detach(), distance

    @torch.no_grad()
    def nearest(self, rows: Tensor) -> Tensor:
        """(n, latent) -> the nearest code of each (n,) int64."""
        offset = (self.codes**2).sum(1)
        found = [
            (offset - 2 * part @ self.codes.transpose(0, 1)).argmin(1) for part in rows.split(_ROWS)
        ]
        return torch.cat(found)

    @torch.no_grad()
    def _start(self, rows: Tensor) -> None:
        if not self.started:
            self.codes.copy_(self._drawn(rows))
            self.sums.copy_(self.codes)
            self.started.fill_(True)

    @torch.no_grad()
    def _move(self, rows: Tensor, chosen: Tensor) -> None:
        sums = torch.zeros_like(self.sums).index_add_(0, chosen, rows)
        counts = torch.bincount(chosen, minlength=len(self.counts)).to(self.counts.dtype)
        self.sums.mul_(self.decay).add_(sums, alpha=1 - self.decay)
        self.counts.mul_(self.decay).add_(counts, alpha=1 - self.decay)
        mean = self.sums / self.counts[:, None]
        self.codes.copy_(torch.where((self.counts >= 1)[:, None], mean, self._drawn(rows)))

    def _drawn(self, rows: Tensor) -> Tensor:
        """As many latents as there are codes; where there are fewer, repeated with some noise."""
        count, width = self.codes.shape
        if len(rows) < count:
            rows = rows.repeat(-(-count // len(rows)), 1)
            rows = rows + torch.randn_like(rows) * (0.01 / width**0.5)
        return rows[torch.randperm(len(rows), device=rows.device)[:count]]


class VqVae(nn.Module):
    """See the module's docstring. `commitment` (B,) is the last call's; `as_is` names the buffers
    of which an average over steps would be a codebook of none of them."""

    as_is = ("codebook.codes", "codebook.sums", "codebook.counts")

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.domain = WaveformDomain(config.stride, config.stride)
        self.encoder, self.decoder = encoder(config), decoder(config)
        self.codebook = Codebook(config)
        self.commitment = torch.zeros(1)

    def forward(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """(B, C, T) -> (B, 1, C, T), made of rounded latents."""
        latent = self.encoder(mix)
        with torch.autocast(mix.device.type, enabled=False):
            rounded, self.commitment = self.codebook(latent.float())
        return self.decoder(rounded)[:, None]


def build(config: Config) -> VqVae:
    """The network."""
    return VqVae(config)
