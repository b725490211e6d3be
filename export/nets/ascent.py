"""One step of TagBox: what taggers hear in a decoded latent, and the way to where they hear more.

Transforms are convolutions, so that the gradient can be written as a graph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.families.vqvae import Codebook
from export.nets.taggers import heard
from export.nets.taggers.mel import reflected

#: Added where masks divide, and under roots; the least probability of which a logarithm is taken.
_EPS, _TINY, _LEAST = 1e-8, 1e-16, 1e-7
#: Of the resampler, as in torchaudio: zero crossings of its filter, and where it begins to fall.
_CROSSINGS, _ROLLOFF = 6, 0.99


class Transform(nn.Module):
    """An STFT with the root of a Hann window every half of it, and its exact inverse."""

    def __init__(self, fft: int) -> None:
        super().__init__()
        self.fft, self.hop, self.bins = fft, fft // 2, fft // 2 + 1
        angles = 2 * math.pi / fft * torch.arange(self.bins).double()[:, None] * torch.arange(fft)
        basis = torch.cat([angles.cos(), -angles.sin()]) * torch.hann_window(fft).double().sqrt()
        scale = torch.full((self.bins,), 2.0 / fft).double()
        scale[[0, -1]] = 1.0 / fft
        self.register_buffer("forth", basis.float()[:, None])
        self.register_buffer("back", (basis * scale.repeat(2)[:, None]).float()[:, None])

    def analysed(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T) -> real and imaginary part (B, bins, 1 + T / hop), centred, edges reflected."""
        padded = reflected(audio, self.hop)[:, None]
        parts = F.conv1d(padded, self.get_buffer("forth"), stride=self.hop)
        return parts[:, : self.bins], parts[:, self.bins :]

    def synthesised(self, real: Tensor, imag: Tensor, samples: int) -> Tensor:
        """(B, bins, frames) twice -> (B, samples); samples a multiple of the hop."""
        both = torch.cat([real, imag], 1)
        found = F.conv_transpose1d(both, self.get_buffer("back"), stride=self.hop)
        return found[:, 0, self.hop : self.hop + samples]

    def masked(self, mix: Tensor, made: Tensor) -> Tensor:
        """(B, T) both -> what |made| / max(|made|, |mix|) leaves of the mix."""
        real, imag = self.analysed(mix)
        louder, own = _magnitude(*self.analysed(made)), _magnitude(real, imag)
        mask = louder / (torch.maximum(louder, own) + _EPS)
        return self.synthesised(mask * real, mask * imag, mix.shape[-1])


def _magnitude(real: Tensor, imag: Tensor) -> Tensor:
    return (real**2 + imag**2 + _TINY).sqrt()


class Resampler(nn.Module):
    """(B, T) at one rate -> at another, by a windowed sinc filter; itself where they are one."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        super().__init__()
        common = math.gcd(from_hz, to_hz)
        self.inward, self.outward = from_hz // common, to_hz // common
        base = min(self.inward, self.outward) * _ROLLOFF
        self.width = math.ceil(_CROSSINGS * self.inward / base)
        places = torch.arange(-self.width, self.width + self.inward).double() / self.inward
        shifts = -torch.arange(self.outward).double()[:, None] / self.outward
        time = ((shifts + places) * base).clamp(-_CROSSINGS, _CROSSINGS)
        window = (time * math.pi / _CROSSINGS / 2).cos() ** 2
        kernel = torch.sinc(time) * window * (base / self.inward)
        self.register_buffer("kernel", kernel.float()[:, None])

    def forward(self, audio: Tensor) -> Tensor:
        if self.inward == self.outward:
            return audio
        padded = F.pad(audio, (self.width, self.width + self.inward))[:, None]
        found = F.conv1d(padded, self.get_buffer("kernel"), stride=self.inward)
        length = -(-audio.shape[-1] * self.outward // self.inward)
        return found.transpose(1, 2).flatten(1)[:, :length]


class Ear(nn.Module):
    """A tagger, what one call of it hears, and where its tags lie among all."""

    def __init__(self, network: nn.Module, samples: int, rows: Sequence[int], count: int) -> None:
        super().__init__()
        self.network, self.samples = network, samples
        spread = torch.zeros(len(rows), count)
        spread[torch.arange(len(rows)), torch.tensor(rows)] = 1
        self.register_buffer("spread", spread)

    def forward(self, audio: Tensor) -> Tensor:
        """(B, T) at the taggers' rate -> (B, its tags)."""
        return heard(self.network, audio, self.samples)

    def error(self, likely: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Its answer (1, own tags), wanted (1, tags) -> mean binary cross-entropy, and whether it
        counts: not where none of the wanted tags is its own."""
        wanted = target @ self.get_buffer("spread").transpose(0, 1)
        there, not_there = (one.clamp(min=_LEAST).log() for one in (likely, 1 - likely))
        error = -(wanted * there + (1 - wanted) * not_there).mean()
        return error, wanted.sum().clamp(max=1)


class Ears(nn.Module):
    """Some taggers, and all their tags."""

    def __init__(self, ears: Sequence[Ear], rate_hz: int, tagger_hz: int) -> None:
        super().__init__()
        self.ears, self.resampler = nn.ModuleList(ears), Resampler(rate_hz, tagger_hz)
        spreads = [ear.get_buffer("spread") for ear in ears]
        self.register_buffer("share", 1 / torch.cat(spreads).sum(0))

    @property
    def listening(self) -> list[Ear]:
        """Each of them."""
        return [cast(Ear, one) for one in self.ears]

    def forward(self, audio: Tensor) -> Tensor:
        """(1, T) -> probabilities (1, tags): the mean of those taggers that know a tag."""
        return self.merged(self.each(audio))

    def each(self, audio: Tensor) -> list[Tensor]:
        """(1, T) -> what each tagger says, (1, its tags)."""
        resampled = self.resampler(audio)
        return [ear(resampled) for ear in self.listening]

    def merged(self, likely: Sequence[Tensor]) -> Tensor:
        """What each says -> (1, tags)."""
        pairs = zip(self.listening, likely, strict=True)
        total = torch.stack([one @ ear.get_buffer("spread") for ear, one in pairs]).sum(0)
        return total * self.get_buffer("share")

    def errors(self, likely: Sequence[Tensor], target: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Of each, as Ear.error."""
        return [ear.error(one, target) for ear, one in zip(self.listening, likely, strict=True)]


class Ascent(nn.Module):
    """latent (1, numbers, places), mix (1, 1, T) of peak 1, target (1, tags) of 0 and 1 -> the
    error's gradient by the latent; the error (1,); audio (1, 1, 1, T); its tags (1, tags).

    The error is the mean over taggers and transforms. The audio is what the last transform's mask
    leaves of the mix; without transforms, what the decoder plays (style).
    """

    def __init__(
        self, decoder: nn.Module, ears: Ears, fft_samples: Sequence[int] = (1024,),
        codebook: Codebook | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.decoder, self.ears, self.codebook = decoder, ears, codebook
        self.transforms = nn.ModuleList(Transform(fft) for fft in fft_samples)

    def forward(
        self, latent: Tensor, mix: Tensor, target: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        def error(own: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
            return self.error(own, mix[:, 0], target)

        gradient, (loss, (audio, tags)) = torch.func.grad_and_value(error, has_aux=True)(latent)
        return gradient, loss.reshape(1), audio[:, None, None], tags

    def error(
        self, latent: Tensor, mix: Tensor, target: Tensor
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """The error, and audio (1, T) with its tags."""
        rounded = latent if self.codebook is None else self.codebook(latent)[0]
        made = self.decoder(rounded)[:, 0]
        sounds = [one.masked(mix, made) for one in self.transforms] or [made]  # type: ignore[operator]
        said = [self.ears.each(sound) for sound in sounds]
        pairs = [pair for likely in said for pair in self.ears.errors(likely, target)]
        total = torch.stack([error * counts for error, counts in pairs]).sum()
        count = torch.stack([counts for _, counts in pairs]).sum().clamp(min=1)
        return total / count, (sounds[-1], self.ears.merged(said[-1]))


class Begin(nn.Module):
    """mix (1, 1, T) of peak 1 -> its latent, not rounded (1, numbers, places), and its tags."""

    def __init__(self, encoder: nn.Module, ears: Ears) -> None:
        super().__init__()
        self.encoder, self.ears = encoder, ears

    def forward(self, mix: Tensor) -> tuple[Tensor, Tensor]:
        return self.encoder(mix), self.ears(mix[:, 0])
