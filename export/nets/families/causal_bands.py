"""A causal mask network on banded magnitudes, for stems within milliseconds.

Each frame is heard once, with what the layers keep of those before it: the network is exported as
one step with its state as inputs and outputs, and training runs the same step over a whole clip, so
the two are one computation. A state is zeros at first, as padding is.

- Strides lie in frequency alone: a stride in time would be latency. Convolutions over time see the
  present frame and two before it; bottlenecks over all bands (TDF, Choi et al. 2020, arXiv
  1912.02591) and a GRU over time at the bottom (single-path recurrence: RT-STT, arXiv 2511.13146)
  see the rest.
- Masks are a softmax over the stems and what is none of them, so they sum to at most 1.
- The transform hears frames longer than those it gives (engines/stft.py), so that the latency is
  `synthesis_samples`. `lookahead_frames` is more of it: a mask is given so many frames later than
  the frame that it is for.
- Batch norms are constants at inference. The level is not normalised, as only the past is known:
  train with `mix_gain_db`.

What was tried first: docs/research/families.md, under low latency.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.spec.domains import SQRT_HANN
from export.nets.banding import Bands, expand_bands, reduce_bands
from export.nets.nade import StftDomain, flag_planes

BANDS: dict[int, Bands] = {
    2048: ((1, 48), (2, 24), (4, 16), (8, 16), (16, 12), (32, 11), (193, 1)),
    1024: ((1, 56), (2, 24), (4, 16), (8, 24), (16, 7), (41, 1)),
}
_PAST = 2
"""Frames before the present one that a convolution over time sees."""


@dataclass(frozen=True)
class Config:
    """widths: channels per level, from half the bands down; each level halves the bands.

    bands: runs (width in bins, count) over fft/2 + 1 bins; () takes the table BANDS.
    synthesis_samples: of a frame's end, what the inverse gives: the latency.
    """

    stems: int = 4
    channels: int = 2
    conditional: bool = True
    fft_samples: int = 2048
    synthesis_samples: int = 512
    hop_samples: int = 256
    lookahead_frames: int = 0
    bands: Bands = ()
    widths: tuple[int, ...] = (24, 48, 72)
    tdf_reduction: int = 4
    hidden: int = 256
    power: float = 0.3

    @property
    def runs(self) -> Bands:
        if not self.bands and self.fft_samples not in BANDS:
            known = " or ".join(str(samples) for samples in sorted(BANDS))
            raise ValueError(f"fft_samples {self.fft_samples}: give bands, or {known} fft_samples")
        runs = self.bands or BANDS[self.fft_samples]
        if sum(width * count for width, count in runs) != self.fft_samples // 2 + 1:
            raise ValueError(f"bands {runs} do not cover {self.fft_samples // 2 + 1} bins")
        if sum(count for _, count in runs) % 2 ** len(self.widths):
            raise ValueError(f"bands {runs}: their number must be whole after {self.widths}")
        return runs

    @property
    def band_count(self) -> int:
        return sum(count for _, count in self.runs)


class CausalConv(nn.Module):
    """A convolution over bands and the newest three frames, with a batch norm."""

    def __init__(
        self, inputs: int, outputs: int, bands: int, stride: int = 1, relu: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, (2 + stride, 1 + _PAST), (stride, 1), padding=(1, 0), bias=False
        )
        self.norm, self.relu = nn.BatchNorm2d(outputs), relu
        self.past = (inputs, bands, _PAST)

    def forward(self, signal: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """(B, inputs, bands, T) after its past (B, inputs, bands, 2) -> the same of outputs."""
        heard = torch.cat([past, signal], -1)
        found = self.norm(self.conv(heard))
        return F.relu(found) if self.relu else found, heard[..., -_PAST:]


class Block(nn.Module):
    """Residual: two convolutions over time, and a two-layer bottleneck over all bands."""

    def __init__(self, width: int, bands: int, reduction: int) -> None:
        super().__init__()
        self.first = CausalConv(width, width, bands)
        self.second = CausalConv(width, width, bands, relu=False)
        squeezed = max(8, bands // reduction)
        self.squeeze = nn.Linear(bands, squeezed, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(width)
        self.excite = nn.Linear(squeezed, bands, bias=False)
        self.excite_norm = nn.BatchNorm2d(width)

    def forward(self, signal: Tensor, pasts: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """(B, width, bands, T) -> the same shape, and the pasts of both convolutions."""
        local, first = self.first(signal, pasts[0])
        local, second = self.second(local, pasts[1])
        wide = F.relu(self.squeeze_norm(torch.matmul(self.squeeze.weight, signal)))
        wide = self.excite_norm(torch.matmul(self.excite.weight, wide))
        return F.relu(signal + local + wide), [first, second]


class Recurrence(nn.Module):
    """A GRU over frames on the flattened bottom level, added to its input."""

    def __init__(self, width: int, bands: int, hidden: int) -> None:
        super().__init__()
        self.inward = nn.Linear(width * bands, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.outward = nn.Linear(hidden, width * bands)
        self.norm = nn.BatchNorm2d(width)
        self.past = (1, hidden)

    def forward(self, signal: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """(B, width, bands, T) with its past (B, 1, hidden) -> the same shapes."""
        batch, width, bands, times = signal.shape
        frames = signal.permute(0, 3, 1, 2).reshape(batch, times, width * bands)
        hidden, after = self.gru(F.relu(self.inward(frames)), past.transpose(0, 1).contiguous())
        back = self.outward(hidden).reshape(batch, times, width, bands).permute(0, 2, 3, 1)
        return F.relu(signal + self.norm(back)), after.transpose(0, 1)


class CausalBands(nn.Module):
    """See the module's docstring. Magnitudes in, masks out."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        sizes = config.fft_samples, config.hop_samples, SQRT_HANN, config.synthesis_samples
        self.domain = StftDomain(*sizes)
        bands, channels, widths = config.band_count, config.channels, config.widths
        outputs = config.stems * channels
        planes = channels * (2 if config.conditional else 1)
        planes += outputs if config.conditional else 0
        self.gain = nn.Parameter(torch.full((1, planes, bands, 1), 2.0))
        self.bias = nn.Parameter(torch.zeros(1, planes, bands, 1))
        planes += config.stems if config.conditional else 0
        heads = (config.stems + 1) * channels
        self.stem = CausalConv(planes, widths[0], bands, stride=2)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.encode, self.decode = nn.ModuleList(), nn.ModuleList()
        bands //= 2
        for level, width in enumerate(widths):
            self.encode.append(Block(width, bands, config.tdf_reduction))
            if level + 1 < len(widths):
                self.down.append(_narrower(width, widths[level + 1]))
                self.up.append(_wider(widths[level + 1], width))
                self.decode.append(Block(width, bands, config.tdf_reduction))
                bands //= 2
        self.recurrence = Recurrence(widths[-1], bands, config.hidden)
        self.head = nn.ConvTranspose2d(widths[0], heads, (4, 1), (2, 1), padding=(1, 0))
        self.direct = nn.Conv2d(planes, heads, 1)

    @property
    def late_hops(self) -> int:
        """How many frames a step's masks are late."""
        return self.config.lookahead_frames

    def states(self) -> list[tuple[int, ...]]:
        """The shapes, without the batch, of what a step takes of the one before it."""
        convs: list[tuple[int, ...]] = [self.stem.past]
        for block in (*self.encode, *self.decode):
            convs += [block.first.past, block.second.past]
        return [*convs, self.recurrence.past]

    def step(
        self, mix: Tensor, given: Tensor | None, flags: Tensor | None, pasts: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """As `forward`, of any number of frames after those that left `pasts`: masks, which are
        `late_hops` frames late, and what these frames leave."""
        runs = self.config.runs
        banded = None
        if given is not None:
            banded = reduce_bands(given.flatten(1, 2), runs).unflatten(
                1, (self.config.stems, self.config.channels)
            )
        masks, after = self._step(reduce_bands(mix, runs), banded, flags, pasts)
        return self._shaped(expand_bands(masks, runs)), after

    def forward(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """mix (B, C, bins, T), given (B, S, C, bins, T), flags (B, S) -> masks, like given."""
        heard = self._ahead(mix, given, flags)
        return self.step(*heard, self._begin(mix))[0][..., self.late_hops :]

    def band_masks(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """The same on banded magnitudes, (B, S, C, bands, T): what training works on."""
        heard = self._ahead(mix, given, flags)
        masks = self._step(*heard, self._begin(mix))[0]
        return self._shaped(masks)[..., self.late_hops :]

    def _shaped(self, masks: Tensor) -> Tensor:
        sizes = self.config.stems, self.config.channels
        return masks.reshape(masks.shape[0], *sizes, masks.shape[2], masks.shape[3])

    def _begin(self, mix: Tensor) -> list[Tensor]:
        return [mix.new_zeros(mix.shape[0], *shape) for shape in self.states()]

    def _ahead(
        self, mix: Tensor, given: Tensor | None, flags: Tensor | None
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """With silence at the end, so that the last masks come out."""
        more = (0, self.late_hops)
        return F.pad(mix, more), None if given is None else F.pad(given, more), flags

    def _step(
        self, mix: Tensor, given: Tensor | None, flags: Tensor | None, pasts: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """On bands: masks (B, S C, bands, T), and the pasts after them."""
        features = self._features(mix, given, flags)
        signal, after, pairs = self._network(features, pasts)
        logits = (self.head(signal) + self.direct(features)).float()
        parts = self.config.stems + 1
        shape = logits.shape
        every = logits.reshape(shape[0], parts, self.config.channels, shape[2], shape[3])
        masks = torch.softmax(every, 1)[:, :-1]
        return masks.reshape(shape[0], -1, shape[2], shape[3]), [*after, *pairs]

    def _features(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        planes = mix
        if given is not None:
            planes = torch.cat([mix, F.relu(mix - given.sum(1)), given.flatten(1, 2)], 1)
        scaled = planes * (4.0 / self.config.fft_samples)
        features = (scaled + 1e-7) ** self.config.power * self.gain + self.bias
        if flags is not None:
            features = torch.cat([features, flag_planes(flags, features)], 1)
        return features

    def _network(
        self, features: Tensor, pasts: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """What the head hears, and the pasts: of encoder and decoder, then of the recurrence."""
        left = list(pasts)
        signal, kept = self.stem(features, left.pop(0))
        after, skips = [kept], []
        for level, block in enumerate(self.encode):
            signal, two = block(signal, [left.pop(0), left.pop(0)])
            after += two
            if level < len(self.down):
                skips.append(signal)
                signal = self.down[level](signal)
        # In the order of `states`: decoders as they were made, from the widest level down.
        found: dict[int, list[Tensor]] = {}
        signal, hidden = self.recurrence(signal, left[-1])
        for level in reversed(range(len(self.decode))):
            signal = skips[level] + self.up[level](signal)
            signal, two = self.decode[level](signal, left[2 * level : 2 * level + 2])
            found[level] = two
        return signal, after, [*(one for k in sorted(found) for one in found[k]), hidden]


def _narrower(inputs: int, outputs: int) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, (2, 1), (2, 1), bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


def _wider(inputs: int, outputs: int) -> nn.Sequential:
    conv = nn.ConvTranspose2d(inputs, outputs, (2, 1), (2, 1), bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


def build(config: Config) -> CausalBands:
    """The network of a configuration."""
    return CausalBands(config)
