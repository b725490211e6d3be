"""What the U-Net families share: the network, its logarithmic frequency axis, its inputs.

Sources: Kadandale et al. 2020 (arXiv 2003.10414) and its code, as in docs/research/sources.md.
Choices where these are silent or contradict each other:

- Input is ln(mixture + 2.2e-16) after the warp, not normalised. `log_floor` can be raised: float32
  silence is then less far from music, which small networks need.
- Masks are the last convolution's output through a ReLU (`mask = "relu"`, published: unbounded), or
  through a sigmoid, which cannot boost noise and cannot die at zero.
- Dropout2d ends the down blocks and so reaches the skip connections, as in the code.
- Weights start as Xavier's uniform ones, biases at zero; the paper says only Xavier.
- The last frame is repeated on the right up to what the halvings need, and cut off again. With
  silence there, what comes before it is taken for the end of the music: a network that was
  trained on full lengths then let nothing through in a live window's last frames.
- O-NADE conditioning adds planes ln(1 + x / given_floor) of the given stems and of the mixture's
  remainder max(mix - sum of given, 0), both 0 where there is nothing, and one flag plane per stem.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.nade import StftDomain, flag_planes
from export.nets.warp import Banded, unwarp_matrix, warp_matrix

MASKS = ("relu", "sigmoid")
Film = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class UnetConfig:
    """Published sizes by default: for mono at 10,880 Hz.

    widths: channels per level, the last being the transition; each level before it halves rows and
    frames. rows: logarithmic frequency axis, a multiple of what the halvings divide by.
    """

    stems: int = 4
    channels: int = 1
    conditional: bool = False
    fft_samples: int = 1022
    hop_samples: int = 256
    rows: int = 256
    pooling: str = "point"
    widths: tuple[int, ...] = (32, 64, 128, 256, 512, 1024, 2048)
    dropout: float = 0.1
    mask: str = "relu"
    log_floor: float = 2.2e-16
    given_floor: float = 1e-3

    def __post_init__(self) -> None:
        if self.mask not in MASKS:
            raise ValueError(f"mask is {self.mask!r}, expected one of {', '.join(MASKS)}")
        if self.rows % self.divisor:
            raise ValueError(f"rows is {self.rows}, expected a multiple of {self.divisor}")

    @property
    def divisor(self) -> int:
        """Rows and frames must be a multiple of this."""
        return 2 ** (len(self.widths) - 1)

    @property
    def planes(self) -> int:
        """Input channels of the network."""
        given = (1 + self.stems) * self.channels + self.stems
        return self.channels + (given if self.conditional else 0)


class Block(nn.Module):
    """Two 3x3 convolutions, each with batch norm and leaky ReLU; FiLM after the second norm."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.second_norm = nn.BatchNorm2d(outputs)

    def forward(self, signal: Tensor, film: Film | None = None) -> Tensor:
        """(N, inputs, R, T) -> (N, outputs, R, T); `film` may make N larger."""
        hidden = F.leaky_relu(self.first_norm(self.first(signal)), 0.1)
        hidden = self.second_norm(self.second(hidden))
        return F.leaky_relu(hidden if film is None else film(hidden), 0.1)


class Unet(nn.Module):
    """Encoder, transition and decoder of one width per level; no activation at the end."""

    def __init__(self, planes: int, heads: int, widths: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        inputs = (planes, *widths[:-1])
        self.down = nn.ModuleList(Block(*pair) for pair in zip(inputs, widths, strict=True))
        pairs = list(zip(widths[1:], widths[:-1], strict=True))
        self.up = nn.ModuleList(nn.ConvTranspose2d(wide, narrow, 2, 2) for wide, narrow in pairs)
        self.decode = nn.ModuleList(Block(2 * width, width) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], heads, 1)
        self.dropout = nn.Dropout2d(dropout)
        self.apply(xavier)

    def forward(self, planes: Tensor, films: Sequence[Film] = ()) -> Tensor:
        """(B, planes, R, T) -> (N, heads, R, T); films: one per level, or none."""
        skips: list[Tensor] = []
        signal = planes
        if not torch.onnx.is_in_onnx_export():
            # On a CPU 1.4 times as fast in training; ONNX knows no such layout.
            signal = planes.contiguous(memory_format=torch.channels_last)
        for level, block in enumerate(self.down):
            signal = block(signal, films[level] if films else None)
            if level + 1 < len(self.down):
                skips.append(self.dropout(signal))
                signal = F.max_pool2d(skips[-1], 2)
        for up, block in zip(reversed(self.up), reversed(self.decode), strict=True):
            signal = block(torch.cat([up(signal), skips.pop()], 1))
        return self.head(signal).contiguous()


def xavier(module: nn.Module) -> None:
    """Xavier's uniform weights and zero biases in a convolution or fully connected layer."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


class WarpedMasks(nn.Module, ABC):
    """Magnitudes in, masks out, around a network on the logarithmic axis: `_heads` of a family."""

    def __init__(self, config: UnetConfig) -> None:
        super().__init__()
        self.config = config
        self.domain = StftDomain(config.fft_samples, config.hop_samples)
        bins = config.fft_samples // 2 + 1
        self.to_rows = Banded(warp_matrix(config.rows, bins, config.pooling))
        self.to_bins = Banded(unwarp_matrix(bins, config.rows))

    def forward(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """mix (B, C, F, T), given (B, S, C, F, T), flags (B, S) -> masks (B, S, C, F, T)."""
        return self.to_bins(self.warped_masks(mix, given, flags))

    def warp(self, magnitude: Tensor) -> Tensor:
        """Magnitudes (..., F, T) -> (..., R, T) on the rows that the network works on."""
        return self.to_rows(magnitude)

    def warped_masks(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """As `forward`, but masks on the rows, (B, S, C, R, T): what training works on."""
        planes = self.planes(mix, given, flags)
        return self.activated(self._heads(planes), mix)

    def activated(self, heads: Tensor, mix: Tensor) -> Tensor:
        """The network's output (..., R, padded frames) as masks (..., R, T), T that of `mix`."""
        heads = heads[..., : mix.shape[-1]].float()
        return torch.relu(heads) if self.config.mask == "relu" else torch.sigmoid(heads)

    @abstractmethod
    def _heads(self, planes: Tensor) -> Tensor:
        """(B, planes, R, T) -> (B, S, C, R, T), T a multiple of the divisor."""

    def planes(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """The network's input, (B, planes, R, T rounded up to a multiple of the divisor)."""
        if given is None or flags is None:
            return torch.log(self._padded(self.warp(mix)) + self.config.log_floor)
        rest = F.relu(mix - given.sum(1))
        rows = self._padded(self.warp(torch.cat([mix, rest, given.flatten(1, 2)], 1)))
        channels = self.config.channels
        mixture = torch.log(rows[:, :channels] + self.config.log_floor)
        known = torch.log(rows[:, channels:] + self.config.given_floor)
        known = known - math.log(self.config.given_floor)
        return torch.cat([mixture, known, flag_planes(flags, rows)], 1)

    def _padded(self, rows: Tensor) -> Tensor:
        missing = -rows.shape[-1] % self.config.divisor
        return F.pad(rows, (0, missing, 0, 0), mode="replicate")
