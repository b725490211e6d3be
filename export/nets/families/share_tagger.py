"""A tagger that says, for every quarter of a second, how much of the energy each tag has.

It is there to be steered by (docs/research/tagbox.md), so its answers are of use on what a mask
leaves of a mix, not only on music as it is played. 64 mel bands at 16 kHz, in dB above a floor;
four convolutions that halve bands and frames; one over time; an answer per 16 frames and tag,
between 0 (20 dB below all that sounds, or nothing sounds) and 1 (nothing else sounds). All its
operations have gradients that export: strides instead of pooling.

It is no separator: its one stem is a name alone, and no method runs it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

from export.common.tags import COVERS, NAMES
from export.nets.nade import WaveformDomain
from export.nets.taggers import RATE_HZ
from export.nets.taggers.mel import HOP, MelScale, Spectrogram

#: Power of a mel band that is as good as silence, and what its dB are brought to: about -1 to 1.
_FLOOR, _MIDDLE_DB, _SPREAD_DB = 1e-4, -10.0, 25.0


@dataclass(frozen=True)
class Config:
    """tags: their names, in the order of the answer. covers: the leaves that each one means.
    mels: bands. widths: channels of the convolutions that halve. dense: of the one over time."""

    stems: int = 1
    channels: int = 1
    conditional: bool = False
    tags: tuple[str, ...] = NAMES
    covers: tuple[tuple[str, ...], ...] = COVERS
    mels: int = 64
    widths: tuple[int, ...] = (16, 32, 48, 72)
    dense: int = 80

    def __post_init__(self) -> None:
        if self.stems != 1 or self.channels != 1 or self.conditional:
            raise ValueError("mono, one stem, without conditioning")
        if len(self.tags) != len(self.covers) or not self.tags:
            raise ValueError("what each tag covers")
        if not self.widths or min(*self.widths, self.dense) < 1 or self.mels % self.halvings:
            raise ValueError(f"{self.mels} bands, expected a multiple of {self.halvings}")

    @property
    def halvings(self) -> int:
        """What bands and frames are divided by."""
        return int(2 ** len(self.widths))

    @property
    def answer_samples(self) -> int:
        """Samples of one answer, at RATE_HZ."""
        return HOP * self.halvings


class Halving(nn.Module):
    """Convolution 3 x 3 by steps of two, batch norm, ReLU."""

    def __init__(self, inward: int, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inward, width, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, signal: Tensor) -> Tensor:
        """(B, inward, bands, frames) -> (B, width, bands / 2, frames / 2)."""
        return self.norm(self.conv(signal)).relu()


class ShareTagger(nn.Module):
    """See the module's docstring."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config, self.domain = config, WaveformDomain(1, 1)
        self.spectrogram, self.mel_scale = Spectrogram(), MelScale(RATE_HZ, config.mels)
        inward = (1, *config.widths)
        pairs = zip(inward, config.widths, strict=False)
        self.halvings = nn.Sequential(*(Halving(*pair) for pair in pairs))
        heard = config.widths[-1] * config.mels // config.halvings
        self.dense = nn.Conv1d(heard, config.dense, 3, padding=1)
        self.norm = nn.BatchNorm1d(config.dense)
        self.last = nn.Conv1d(config.dense, len(config.tags), 1)
        assert self.last.bias is not None
        nn.init.constant_(self.last.bias, -2.0)  # most tags are not there

    def forward(
        self, mix: Tensor, given: Tensor | None = None, flags: Tensor | None = None
    ) -> Tensor:
        """mix (B, 1, T) at RATE_HZ -> (B, answers, tags), 0 to 1."""
        return self.shares(mix[:, 0])

    def shares(self, audio: Tensor) -> Tensor:
        """(B, T) -> (B, answers, tags), 0 to 1; an answer for every begun `answer_samples`."""
        return self.logits(audio).sigmoid()

    def logits(self, audio: Tensor) -> Tensor:
        """The same before the sigmoid."""
        frames = -(-audio.shape[-1] // HOP)
        mels = self.mel_scale(self.spectrogram(audio))[..., :frames]
        loudness = 10 / math.log(10) * (mels + _FLOOR).log()
        signal = self.halvings((loudness[:, None] - _MIDDLE_DB) / _SPREAD_DB)
        return self.last(self.norm(self.dense(signal.flatten(1, 2))).relu()).transpose(1, 2)


def build(config: Config) -> ShareTagger:
    """The network."""
    return ShareTagger(config)
