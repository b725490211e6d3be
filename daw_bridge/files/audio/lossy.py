"""What lossy encoders take: rates in Hz, bit rates in kbit/s, channels."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from daw_bridge.errors import BadValue

MAX_LOSSY_CHANNELS = 2
"""More channels have another order in each of these formats."""

Limits = Callable[[int, int], tuple[int, int]]
"""(rate_hz, channels) -> lowest and highest bit rate in kbit/s."""


@dataclass(frozen=True)
class Lossy:
    """A lossy encoder. `kbps`: the bit rate where none is asked for, as far as it may be so high.

    `rates_hz`: what it takes. Other rates are converted to `other_hz`; 0: they are refused.
    """

    rates_hz: tuple[int, ...]
    limits: Limits
    kbps: int
    other_hz: int = 0

    def rate_for(self, rate_hz: int) -> int:
        """The rate in Hz of a file whose samples come at `rate_hz`."""
        return rate_hz if rate_hz in self.rates_hz or not self.other_hz else self.other_hz

    def check(self, name: str, rate_hz: int, channels: int, kbps: int) -> int:
        """The bit rate in kbit/s for this audio; `kbps` 0: the default. Raises BadValue."""
        if channels > MAX_LOSSY_CHANNELS:
            raise BadValue(
                f"{channels} channels as {name}", f"at most {MAX_LOSSY_CHANNELS}", _EXACT_FORMATS
            )
        if self.rate_for(rate_hz) not in self.rates_hz:
            rates = ", ".join(map(str, sorted(self.rates_hz)))
            raise BadValue(
                f"{rate_hz} Hz as {name}", f"one of its rates: {rates} Hz",
                f"Use another format, or convert the song first. {_EXACT_FORMATS}",
            )  # fmt: skip
        low, high = self.limits(self.rate_for(rate_hz), channels)
        if kbps and not low <= kbps <= high:
            raise BadValue(
                f"{kbps} kbit/s as {name}",
                f"{low} to {high} at {self.rate_for(rate_hz)} Hz and {channels} channels",
                "Choose another --bitrate, or leave it out.",
            )
        return kbps or min(self.kbps, high)


_EXACT_FORMATS = "--format wav and flac take it as it is."


def _mp3_limits(rate_hz: int, channels: int) -> tuple[int, int]:
    """MPEG 1, 2 and 2.5, Layer III."""
    if rate_hz >= 32000:
        return 32, 320
    return (8, 160) if rate_hz >= 16000 else (8, 64)


def _vorbis_limits(rate_hz: int, channels: int) -> tuple[int, int]:
    """Nominal, of the encoder's qualities -1 to 10 at 44.1 kHz."""
    return VORBIS_KBPS[0] * channels // 2, VORBIS_KBPS[-1] * channels // 2


def _opus_limits(rate_hz: int, channels: int) -> tuple[int, int]:
    return 6 * channels, 256 * channels


def _aac_limits(rate_hz: int, channels: int) -> tuple[int, int]:
    """A frame of AAC-LC has 1024 samples and at most 6144 bits a channel."""
    return 16 * channels, 6 * rate_hz * channels // 1000


VORBIS_KBPS = (45, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500)
"""Nominal bit rates of two channels at 44.1 kHz for the qualities -1, 0, ... 10."""

_MPEG_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
MP3 = Lossy(_MPEG_HZ, _mp3_limits, 320)
VORBIS = Lossy((*_MPEG_HZ, 64000, 88200, 96000, 176400, 192000), _vorbis_limits, 256)
OPUS = Lossy((8000, 12000, 16000, 24000, 48000), _opus_limits, 192, other_hz=48000)
AAC = Lossy((*_MPEG_HZ, 64000, 88200, 96000), _aac_limits, 256)


def compression_level(subtype: str, rate_hz: int, channels: int, kbps: int) -> float:
    """libsndfile's setting, 0 (best) to 1, for a bit rate in kbit/s."""
    if subtype == "VORBIS":
        return 1.0 - _vorbis_quality(2.0 * kbps / channels)
    low, high = (_opus_limits if subtype == "OPUS" else _mp3_limits)(rate_hz, channels)
    return (high - kbps) / (high - low)


def _vorbis_quality(stereo_kbps: float) -> float:
    """0 to 1 for the qualities 0 to 10; libsndfile has no quality -1."""
    table = VORBIS_KBPS[1:]
    for k, (low, high) in enumerate(itertools.pairwise(table)):
        if stereo_kbps <= high:
            return max(0.0, (k + (stereo_kbps - low) / (high - low)) / 10.0)
    return 1.0
