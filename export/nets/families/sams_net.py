"""Sams-Net: channelwise attention over time on spectrogram slices (docs/research/sources.md).

Li, Chen, Hou, Li 2019 (arXiv 1909.05746). A 3x3 convolution makes C channels of the magnitude; then
N modules: x + merge(attention(LN(x))), x + depthwise-separable convolution(LN(x)); then a 3x3
convolution makes the masks. In the attention every channel of every head compares frames by their
whole frequency vectors: A_c = softmax(Q_c K_c' / sqrt C), frames by frames.

The default configuration is the published one: 44.1 kHz stereo, 4096 samples Hamming, hop 1024,
C = 64, H = 2, N = 3. What the paper leaves open is a field of `Config`. Parameters at that size, of
one network for the stereo masks of one source, and of what serves 4 sources:

| reading | one source | 4 sources |
|---|---|---|
| `norm = "f"`, LN over frequency | 337,614 | 341,076, one network (default) |
| | | 1,350,456, `per_source`: a network for each source |
| `norm = "cf"`, LN over channels and frequency | 1,886,658 | 1,890,120, or 7,546,632 |
| LN over frames and frequency, which would fix 259 frames: not offered | 6,681,318 | |
| the paper | 3.70 M | |

None gives 3.70 M, nor 3.64 M without attention. `attention = False` lets the values through as they
are (A = 1): what mixes time by more than a 3x3 convolution is gone, all else stays, 49,920
parameters fewer (the paper: 0.06 M; without the values' projection it would be 74,880).

Other choices:
- `norm_first`: x + Sublayer(LN(x)), the paper's formula; False is LN(x + Sublayer(x)), its text.
- `scale`: "channels" is the paper's sqrt C; "features" is the square root of the vectors' length,
  the usual one, which makes scores smaller (5.7 times in the published size) and A smoother.
- `mask`: "relu" (default) is unbounded, its bias starts at 1 / S so that masks start alive;
  "sigmoid" cannot boost noise.
- `relu`: a ReLU between the two parts of the depthwise-separable convolution. Published: none.
- The paper's transposed convolution has stride 1; that is a convolution, and is one here.
- Slices are cut before the first convolution, so nothing of a slice depends on the others.

Slices lie in the batch, so one graph serves any number of them. An input of T frames is cut into
the fewest equal parts no longer than `slice_frames` (0: never cut), the last filled with silence
that convolutions see as their own padding and that no frame attends to: the output is that of the
parts run one by one. The default is 20 s, what the paper's best number of slices, 12, makes of a
song of 4 minutes; training's 6 s are then one slice, as in the paper.

Additions for live use (off in the published configuration): `bands` makes runs of bins (width,
count) the rows the network works on, its masks are repeated over a band; `power` compresses
magnitudes. O-NADE conditioning adds the remainder max(mix - sum of given, 0), the given stems and
the flags as planes.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.banding import Bands, expand_bands, reduce_bands
from export.nets.nade import StftDomain, flag_planes

CHOICES = {
    "norm": ("f", "cf"),
    "scale": ("channels", "features"),
    "mask": ("relu", "sigmoid"),
}


@dataclass(frozen=True)
class Config:
    """The published sizes; see the module's docstring. width C, heads H, modules N."""

    stems: int = 4
    channels: int = 2
    conditional: bool = False
    fft_samples: int = 4096
    hop_samples: int = 1024
    window: str = "hamming_periodic"
    width: int = 64
    heads: int = 2
    modules: int = 3
    slice_frames: int = 861
    attention: bool = True
    norm: str = "f"
    norm_first: bool = True
    scale: str = "channels"
    mask: str = "relu"
    relu: bool = False
    per_source: bool = False
    bands: Bands = ()
    power: float = 1.0

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                seen = f"{name} is {getattr(self, name)!r}"
                raise ValueError(f"{seen}, expected one of {', '.join(known)}")
        bins = self.fft_samples // 2 + 1
        if sum(width * count for width, count in self.runs) != bins:
            raise ValueError(f"bands {self.bands} do not cover {bins} bins")
        if self.slice_frames < 0:
            raise ValueError(f"slice_frames is {self.slice_frames}, expected at least 0")

    @property
    def runs(self) -> Bands:
        """Runs of bands (width in bins, count); single bins without `bands`."""
        return self.bands or ((1, self.fft_samples // 2 + 1),)

    @property
    def rows(self) -> int:
        """Length of the vectors that attention compares: bands, or bins."""
        return sum(count for _, count in self.runs)

    @property
    def planes(self) -> int:
        """Input channels of the network."""
        given = (1 + self.stems) * self.channels + self.stems
        return self.channels + (given if self.conditional else 0)


class Slices:
    """Cuts T frames into the fewest equal parts of at most `longest` frames (0: one part)."""

    def __init__(self, frames: int, longest: int) -> None:
        # In a trace these are tensors, and the graph holds the arithmetic.
        self.frames, self.cuts = frames, longest > 0
        self.count = (frames + longest - 1) // longest if self.cuts else 1
        self.part = (frames + self.count - 1) // self.count if self.cuts else frames

    def fold(self, signal: Tensor) -> Tensor:
        """(B, P, R, T) -> (B * count, P, part, R)."""
        if not self.cuts:
            return signal.transpose(-1, -2)
        items, planes, rows = signal.shape[:3]
        whole = F.pad(signal, (0, self.count * self.part - self.frames))
        apart = whole.reshape(items, planes, rows, self.count, self.part)
        return apart.permute(0, 3, 1, 4, 2).reshape(-1, planes, self.part, rows)

    def unfold(self, signal: Tensor) -> Tensor:
        """(B * count, P, part, R) -> (B, P, R, T)."""
        if not self.cuts:
            return signal.transpose(-1, -2)
        planes, rows = signal.shape[1], signal.shape[3]
        apart = signal.reshape(-1, self.count, planes, self.part, rows).permute(0, 2, 4, 1, 3)
        whole = apart.reshape(-1, planes, rows, self.count * self.part)
        return whole[..., : self.frames]

    def real(self, signal: Tensor) -> Tensor | None:
        """(B * count, 1, part, 1): 1 in frames of `signal` (B, P, R, T), 0 in filled-in ones.

        None where none can be filled in: in a graph, which serves all lengths, only without cuts.
        """
        graph = torch.jit.is_tracing() or torch.compiler.is_exporting()  # type: ignore[attr-defined]
        if not self.cuts or (not graph and self.count * self.part == self.frames):
            return None
        return self.fold(torch.ones_like(signal[:, :1, :1]))


def _kept(signal: Tensor, real: Tensor | None) -> Tensor:
    return signal if real is None else signal * real


class Attention(nn.Module):
    """Channelwise attention over time of H heads, merged to C channels by a 3x3 convolution."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.inner, self.attention = config.heads * config.width, config.attention
        maps = 3 if config.attention else 1
        self.project = nn.Conv2d(config.width, maps * self.inner, 1)
        self.merge = nn.Conv2d(self.inner, config.width, 3, padding=1)
        length = config.width if config.scale == "channels" else config.rows
        self.scale = 1 / math.sqrt(length)

    def forward(self, signal: Tensor, real: Tensor | None) -> Tensor:
        """(N, C, T, R), real (N, 1, T, 1) or None -> (N, C, T, R)."""
        maps = self.project(signal).split(self.inner, 1)
        values = maps[0]
        if self.attention:
            scores = (maps[1] @ maps[2].transpose(-1, -2)) * self.scale
            if real is not None:
                scores = scores + (real.transpose(-1, -2) - 1) * 1e9
            values = torch.softmax(scores, -1) @ values
        return self.merge(_kept(values, real))


class Separable(nn.Module):
    """Depthwise 3x3 and pointwise convolution."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width = config.width
        self.depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.between = nn.ReLU() if config.relu else nn.Identity()
        self.pointwise = nn.Conv2d(width, width, 1)

    def forward(self, signal: Tensor, real: Tensor | None) -> Tensor:
        """(N, C, T, R) -> (N, C, T, R)."""
        return self.pointwise(self.between(self.depthwise(_kept(signal, real))))


class Norm(nn.Module):
    """Layer norm of each frame: over frequency, or over channels and frequency."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.across = config.norm == "cf"
        shape = [config.width, config.rows] if self.across else [config.rows]
        self.norm = nn.LayerNorm(shape)

    def forward(self, signal: Tensor) -> Tensor:
        """(N, C, T, R) -> (N, C, T, R)."""
        if not self.across:
            return self.norm(signal)
        return self.norm(signal.transpose(1, 2)).transpose(1, 2)


class Sublayer(nn.Module):
    """A layer with its norm and residual."""

    def __init__(self, layer: nn.Module, config: Config) -> None:
        super().__init__()
        self.layer, self.norm, self.first = layer, Norm(config), config.norm_first

    def forward(self, signal: Tensor, real: Tensor | None) -> Tensor:
        """(N, C, T, R) -> (N, C, T, R)."""
        if self.first:
            return signal + self.layer(self.norm(signal), real)
        return self.norm(signal + self.layer(signal, real))


class Network(nn.Module):
    """Planes in, `outputs` heads out, before the masks' nonlinearity."""

    def __init__(self, config: Config, outputs: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(config.planes, config.width, 3, padding=1)
        parts: list[nn.Module] = []
        for _ in range(config.modules):
            parts += [Sublayer(Attention(config), config), Sublayer(Separable(config), config)]
        self.sublayers = nn.ModuleList(parts)
        self.leave = nn.Conv2d(config.width, outputs, 3, padding=1)
        start = 1 / config.stems if config.mask == "relu" else 0.0
        nn.init.constant_(self.leave.bias, start)  # type: ignore[arg-type]

    def forward(self, planes: Tensor, real: Tensor | None) -> Tensor:
        """(N, planes, T, R) -> (N, outputs, T, R)."""
        signal = self.enter(_kept(planes, real))
        for sublayer in self.sublayers:
            signal = sublayer(signal, real)
        return self.leave(_kept(signal, real))


class SamsNet(nn.Module):
    """See the module's docstring. Magnitudes in, masks out.

    `slice_frames` may be changed between calls: no weight depends on it.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config, self.slice_frames = config, config.slice_frames
        self.domain = StftDomain(config.fft_samples, config.hop_samples, config.window)
        networks = config.stems if config.per_source else 1
        outputs = config.stems * config.channels // networks
        self.networks = nn.ModuleList(Network(config, outputs) for _ in range(networks))

    def forward(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """mix (B, C, F, T), given (B, S, C, F, T), flags (B, S) -> masks (B, S, C, F, T)."""
        runs = self.config.runs
        shape = (self.config.stems, self.config.channels)
        if given is not None:
            given = reduce_bands(given.flatten(1, 2), runs).unflatten(1, shape)
        masks = self.band_masks(reduce_bands(mix, runs), given, flags)
        return expand_bands(masks.flatten(1, 2), runs).unflatten(1, shape)

    def band_masks(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """The same on banded magnitudes, (B, S, C, bands, T): what training may work on."""
        planes = self._planes(mix, given, flags)
        slices = Slices(planes.shape[-1], self.slice_frames)
        folded, real = slices.fold(planes), slices.real(planes)
        heads = torch.cat([network(folded, real) for network in self.networks], 1)
        masks = slices.unfold(self._activated(heads.float()))
        return masks.unflatten(1, (self.config.stems, self.config.channels))

    def _activated(self, heads: Tensor) -> Tensor:
        return torch.relu(heads) if self.config.mask == "relu" else torch.sigmoid(heads)

    def _planes(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        planes = mix
        if given is not None:
            planes = torch.cat([mix, F.relu(mix - given.sum(1)), given.flatten(1, 2)], 1)
        if self.config.power != 1.0:
            planes = (planes + 1e-5) ** self.config.power
        if flags is not None:
            planes = torch.cat([planes, flag_planes(flags, planes)], 1)
        return planes


def build(config: Config) -> SamsNet:
    """The network of a configuration."""
    return SamsNet(config)
