"""A small mask network: U-Net of TFC-TDF blocks on banded magnitudes, BLSTM at the bottom.

Sources: TFC-TDF blocks (Choi et al. 2020, arXiv 1912.02591), U-Net masks (Jansson et al. 2017),
the BLSTM over frames of Open-Unmix (Stöter et al. 2019). Chosen for SDR per CPU second:

- Bins become about 256 bands: runs of uniform width (single bins to 690 Hz, wider above), reduced
  by slicing, reshaping and averaging; masks go back by repetition. Magnitudes enter as |x|^0.3.
- The compressed remainder max(mix - sum of given, 0), band by band, is an input: with all other
  stems given it is nearly the answer.
- Batch norm, which is a constant at inference: a frame's output depends on the window only through
  the network's receptive field and the BLSTM, never through per-window statistics.
- Masks are sigmoids: with the mixture's phase a stem seldom exceeds the mixture, a bounded mask
  cannot boost noise, and unlike ReLU it cannot die at zero. A second sigmoid per stem and band says
  how far the remainder ratio (1 - sum of given / mix, at full bin resolution) multiplies the mask,
  which gives a known stem effect finer than a band.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.banding import Bands, expand_bands, reduce_bands
from export.nets.hints import NEEDS, hint
from export.nets.nade import StftDomain, flag_planes

BANDS: dict[int, Bands] = {
    4096: ((1, 64), (2, 48), (4, 48), (8, 48), (16, 32), (32, 15), (321, 1)),
    1024: ((1, 72), (2, 54), (4, 48), (8, 17), (5, 1)),
}
#: Added to a hint's share of the mixture, whose power would make much of what is hardly there.
SHARE_FLOOR = 0.01


@dataclass(frozen=True)
class Config:
    """widths: channels per level, from half the bands down; each level halves bands and frames.

    bands: runs (width in bins, count) over fft/2 + 1 bins; () takes the table BANDS.
    recurrence_norm: a batch norm before the BLSTM, without which Adam saturates it in a few
    hundred steps: its input grows without bound, its gates no longer move, its gradient is 0.
    hint: a name in export.nets.hints.NEEDS, whose magnitudes, and their share of the mixture's,
    are inputs beside the mixture's.
    hint_share: for each stem, how much of its mask is the hint's own share of the mixture, bin by
    bin, and not the network's mask; () where the hint is only heard.
    """

    stems: int = 4
    channels: int = 2
    conditional: bool = True
    fft_samples: int = 4096
    hop_samples: int = 1024
    bands: Bands = ()
    widths: tuple[int, ...] = (32, 64, 96)
    tdf_reduction: int = 8
    lstm_hidden: int = 192
    lstm_layers: int = 1
    power: float = 0.3
    recurrence_norm: bool = False
    hint: str = ""
    hint_share: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        shares = self.hint_share
        if shares and not (self.hint and len(shares) == self.stems and min(shares) >= 0):
            raise ValueError(f"hint_share {shares}: one share of a hint for each of {self.stems}")
        if shares and max(shares) > 1:
            raise ValueError(f"hint_share {shares}: shares from 0 to 1")
        sizes = self.fft_samples, self.hop_samples, self.channels
        if self.hint and NEEDS.get(self.hint) != sizes:
            needs = "; ".join(f"{name} of {', '.join(map(str, n))}" for name, n in NEEDS.items())
            raise ValueError(
                f"hint {self.hint!r} of {', '.join(map(str, sizes))} (FFT, hop, channels): "
                f"there is {needs}"
            )

    @property
    def runs(self) -> Bands:
        return runs_of(self.bands, self.fft_samples)

    @property
    def band_count(self) -> int:
        return sum(count for _, count in self.runs)


def runs_of(bands: Bands, fft_samples: int) -> Bands:
    """`bands`, or those of the table. Raises ValueError where they do not cover the bins."""
    if not bands and fft_samples not in BANDS:
        known = " or ".join(str(samples) for samples in sorted(BANDS))
        raise ValueError(f"fft_samples {fft_samples}: give bands, or {known} fft_samples")
    runs = bands or BANDS[fft_samples]
    if sum(width * count for width, count in runs) != fft_samples // 2 + 1:
        raise ValueError(f"bands {runs} do not cover {fft_samples // 2 + 1} bins")
    return runs


class Block(nn.Module):
    """Residual TFC-TDF: two 3x3 convolutions and a two-layer bottleneck over frequency."""

    def __init__(self, width: int, bands: int, reduction: int) -> None:
        super().__init__()
        self.first, self.second = conv(width, width), conv(width, width, relu=False)
        squeezed = max(8, bands // reduction)
        self.squeeze = nn.Linear(bands, squeezed, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(width)
        self.excite = nn.Linear(squeezed, bands, bias=False)
        self.excite_norm = nn.BatchNorm2d(width)

    def forward(self, signal: Tensor) -> Tensor:
        """(B, width, bands, T) -> the same shape."""
        local = self.second(self.first(signal))
        wide = F.relu(self.squeeze_norm(_over_bands(self.squeeze.weight, signal)))
        wide = self.excite_norm(_over_bands(self.excite.weight, wide))
        return F.relu(signal + local + wide)


def _over_bands(weight: Tensor, signal: Tensor) -> Tensor:
    return torch.matmul(weight, signal)


def conv(
    inputs: int, outputs: int, stride: tuple[int, int] = (1, 1), relu: bool = True
) -> nn.Sequential:
    """A 3x3 convolution and a batch norm, with a ReLU where it is asked for."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, *([nn.ReLU()] if relu else []))


class Recurrence(nn.Module):
    """BLSTM over frames on the flattened bottom level, added to its input."""

    def __init__(self, width: int, bands: int, hidden: int, layers: int, normed: bool) -> None:
        super().__init__()
        self.inward = nn.Linear(width * bands, hidden)
        self.inward_norm = nn.BatchNorm1d(hidden) if normed else None
        self.lstm = nn.LSTM(hidden, hidden, layers, batch_first=True, bidirectional=True)
        self.outward = nn.Linear(2 * hidden, width * bands)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, signal: Tensor) -> Tensor:
        """(B, width, bands, T) -> the same shape."""
        frames = signal.permute(0, 3, 1, 2).flatten(2)
        inward = self.inward(frames)
        if self.inward_norm is not None:
            inward = self.inward_norm(inward.transpose(1, 2)).transpose(1, 2)
        hidden, _ = self.lstm(F.relu(inward))
        back = self.outward(hidden).unflatten(2, signal.shape[1:3]).permute(0, 2, 3, 1)
        return F.relu(signal + self.norm(back))


class Levels(Protocol):
    """What of a configuration the levels of a U-Net on bands are built from."""

    @property
    def band_count(self) -> int: ...
    @property
    def widths(self) -> tuple[int, ...]: ...
    @property
    def tdf_reduction(self) -> int: ...
    @property
    def lstm_hidden(self) -> int: ...
    @property
    def lstm_layers(self) -> int: ...


class UnetOnBands(nn.Module):
    """The layers that families of this kind share; how a signal goes through them is their own."""

    config: Any

    def build_levels(self, planes: int, heads: int, normed: bool) -> None:
        """Layers from `planes` input planes to `heads` output planes, by `config` (Levels)."""
        config: Levels = self.config
        bands, widths = config.band_count // 2, config.widths
        self.stem = nn.Sequential(
            nn.Conv2d(planes, widths[0], (4, 3), (2, 1), padding=(1, 1), bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.encode, self.decode = nn.ModuleList(), nn.ModuleList()
        for level, width in enumerate(widths):
            self.encode.append(Block(width, bands, config.tdf_reduction))
            if level + 1 < len(widths):
                self.down.append(conv(width, widths[level + 1], (2, 2)))
                self.up.append(upsample(widths[level + 1], width))
                self.decode.append(Block(width, bands, config.tdf_reduction))
                bands //= 2
        hidden, layers = config.lstm_hidden, config.lstm_layers
        self.recurrence = Recurrence(widths[-1], bands, hidden, layers, normed)
        self.head = nn.ConvTranspose2d(widths[0], heads, (4, 3), (2, 1), padding=(1, 1))
        self.direct = nn.Conv2d(planes, heads, 1)


class BandUnet(UnetOnBands):
    """See the module's docstring. Magnitudes in, masks out.

    planes: names of the input planes, in their order. on_planes: the parameters whose second
    dimension they are, by which networks with fewer planes are found in it again.
    """

    on_planes = ("gain", "bias", "stem.0.weight", "direct.weight")

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.domain = StftDomain(config.fft_samples, config.hop_samples)
        outputs, bands = config.stems * config.channels, config.band_count
        self.planes, self.shares = _planes(config), config.hint_share
        scaled = sum(not name.startswith("flag") for name in self.planes)
        self.gain = nn.Parameter(torch.full((1, scaled, bands, 1), 2.0))
        self.bias = nn.Parameter(torch.zeros(1, scaled, bands, 1))
        heads = outputs * (2 if config.conditional else 1)
        self.build_levels(len(self.planes), heads, config.recurrence_norm)

    def forward(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        """mix (B, C, bins, T), given (B, S, C, bins, T), flags (B, S) -> masks, like given."""
        shape, runs = (self.config.stems, self.config.channels), self.config.runs
        heard = hint(self.config.hint, mix) if self.config.hint else None
        hints = None if heard is None else reduce_bands(heard, runs)
        if given is None:
            plain, _ = self._heads(reduce_bands(mix, runs), None, None, hints)
            return self._shared(expand_bands(plain, runs).unflatten(1, shape), mix, heard)
        banded = reduce_bands(given.flatten(1, 2), runs).unflatten(1, shape)
        plain, follow = self._heads(reduce_bands(mix, runs), banded, flags, hints)
        masks = expand_bands(plain, runs).unflatten(1, shape)
        ratio = claimed_ratio(mix, given.sum(1)).unsqueeze(1)
        masks = masks - expand_bands(follow, runs).unflatten(1, shape) * ratio
        return self._shared(masks, mix, heard)

    def _shared(self, masks: Tensor, mix: Tensor, hints: Tensor | None) -> Tensor:
        """Masks (B, S, C, ...) with each stem's share of the hint; mix and hints (B, C, ...)."""
        if not self.shares or hints is None:
            return masks
        shares = torch.tensor(self.shares, device=masks.device).reshape(1, -1, 1, 1, 1)
        return masks * (1 - shares) + claimed_ratio(mix, hints).unsqueeze(1) * shares

    def hints(self, mix: Tensor) -> Tensor | None:
        """Magnitudes (B, C, bins, T) -> the hint's banded magnitudes (B, C, bands, T), or None."""
        name = self.config.hint
        return reduce_bands(hint(name, mix), self.config.runs) if name else None

    def band_masks(
        self,
        mix: Tensor,
        given: Tensor | None,
        flags: Tensor | None,
        hints: Tensor | None = None,
    ) -> Tensor:
        """The same on banded magnitudes, (B, S, C, bands, T): what training works on.

        hints: what `hints` gives. Differs from `forward` only where a known stem's share, or the
        hint's, varies within a band.
        """
        shape = (self.config.stems, self.config.channels)
        plain, follow = self._heads(mix, given, flags, hints)
        masks = plain.unflatten(1, shape)
        if given is not None:
            ratio = claimed_ratio(mix, given.sum(1)).unsqueeze(1)
            masks = masks - follow.unflatten(1, shape) * ratio
        return self._shared(masks, mix, hints)

    def _heads(
        self, mix: Tensor, given: Tensor | None, flags: Tensor | None, hints: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        heads = torch.sigmoid(self._network(self._features(mix, given, flags, hints)).float())
        outputs = self.config.stems * self.config.channels
        plain = heads[:, :outputs]
        return plain, plain * heads[:, outputs:] if given is not None else plain

    def _features(
        self, mix: Tensor, given: Tensor | None, flags: Tensor | None, hints: Tensor | None
    ) -> Tensor:
        planes = mix
        if hints is not None:
            share = (claimed_ratio(mix, hints) + SHARE_FLOOR) * (self.config.fft_samples / 4.0)
            planes = torch.cat([mix, hints, share], 1)
        if given is not None:
            planes = torch.cat([planes, F.relu(mix - given.sum(1)), given.flatten(1, 2)], 1)
        scaled = planes * (4.0 / self.config.fft_samples)
        features = (scaled + 1e-7) ** self.config.power * self.gain + self.bias
        if flags is not None:
            features = torch.cat([features, flag_planes(flags, features)], 1)
        return features

    def _network(self, features: Tensor) -> Tensor:
        signal, skips = self.stem(features), []
        for block, down in zip(self.encode, self.down, strict=False):
            skips.append(block(signal))
            signal = down(skips[-1])
        signal = self.recurrence(self.encode[-1](signal))
        for block, up in zip(reversed(self.decode), reversed(self.up), strict=True):
            skip = skips.pop()
            signal = block(skip + up(signal)[..., : skip.shape[-1]])
        return self.head(signal) + self.direct(features)


def _planes(config: Config) -> tuple[str, ...]:
    """Names of the input planes, in the order of `_features`."""
    kinds = ["mix", *(["hint", "share"] if config.hint else [])]
    if config.conditional:
        kinds += ["rest", *(f"given {stem}" for stem in range(config.stems))]
    names = [f"{kind}, channel {channel}" for kind in kinds for channel in range(config.channels)]
    return (*names, *(f"flag {stem}" for stem in range(config.stems) if config.conditional))


def claimed_ratio(mix: Tensor, claimed: Tensor) -> Tensor:
    """How much of the mixture's magnitude the given stems claim, 0..1."""
    return torch.clamp(claimed / (mix + 1e-8), max=1.0)


def upsample(inputs: int, outputs: int) -> nn.Sequential:
    """Twice as many bands and frames."""
    return nn.Sequential(
        nn.ConvTranspose2d(inputs, outputs, 2, 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def build(config: Config) -> BandUnet:
    """The network of a configuration."""
    return BandUnet(config)
