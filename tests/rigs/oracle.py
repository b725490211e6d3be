"""A prior that needs no training: Gaussian sources whose power in every place of an STFT is known.

Sources are white noise shaped by a power for each frame and bin: a bass line, drums, and two
instruments that play chords. The oracle denoises rows that it is told the instruments of by the
Wiener filter of their summed powers, which is the mean of what may be below the noise as far as
frames do not overlap. So a sampler of it can be judged in seconds, without any network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.spec import StftDomain
from engines.stft import make_stft, taper
from engines.types import Audio

STEMS = ("bass", "drums", "guitar", "piano")
RATE_HZ = 16000
LENGTH = 32768
"""Samples of a window: 2.05 s."""
_DOMAIN = StftDomain(512, 256, "sqrt_hann_periodic")
_NOISE = float(np.square(taper("sqrt_hann_periodic", 512)).sum())
"""Power of white noise of variance 1 in a bin."""
_LEVEL = 0.1


@dataclass(frozen=True)
class Song:
    """powers (S, frames, bins) of the stems' STFT, and stems (S, 1, T) drawn from them."""

    powers: Audio
    stems: Audio

    @property
    def mix(self) -> Audio:
        """(1, T)"""
        total: Audio = self.stems.sum(axis=0)
        return total


def filtered(audio: Audio, gains: Audio) -> Audio:
    """Audio (..., T) with gains (..., frames, bins) on its STFT."""
    stft = make_stft(_DOMAIN, audio.shape[-1], 0)
    first, end = stft.needed(0, audio.shape[-1])
    spectra = (stft.forward(audio) * gains)[..., first:end, :]
    return stft.inverse(spectra, 0, audio.shape[-1])


def make_song(seed: int, length: int = LENGTH) -> Song:
    """Two bars of a bass, drums, guitar and piano."""
    rng = np.random.default_rng(seed)
    stft = make_stft(_DOMAIN, length, 0)
    seconds = np.arange(stft.frames) * stft.hop / RATE_HZ
    hertz = np.arange(stft.bins) * RATE_HZ / stft.fft
    powers = np.stack(
        [
            _notes(rng, seconds, hertz, (45.0, 110.0), 1, 0.25, 6),
            _drums(rng, seconds, hertz),
            _notes(rng, seconds, hertz, (110.0, 330.0), 2, 0.5, 6),
            _notes(rng, seconds, hertz, (300.0, 900.0), 2, 0.5, 6),
        ]
    )
    powers += 1e-10 * powers.max(axis=(1, 2), keepdims=True)
    shaped = filtered(
        rng.standard_normal((len(powers), length)).astype(np.float32), np.sqrt(powers)
    )
    level = _LEVEL / np.sqrt(np.square(shaped).mean(axis=-1))
    stems = (shaped * level[:, None])[:, None].astype(np.float32)
    powers = powers * np.square(level)[:, None, None] * _NOISE
    return Song(powers.astype(np.float32), stems)


def _notes(rng, seconds, hertz, span, voices, every_s, partials):  # type: ignore[no-untyped-def]
    """Decaying notes of several voices, new ones after `every_s`."""
    power = np.zeros((len(seconds), len(hertz)))
    for start in np.arange(0.0, seconds[-1], every_s):
        fall = np.where(seconds >= start, np.exp(-(seconds - start) / (0.25 * every_s)), 0.0)
        for _ in range(voices if rng.random() < 0.75 else 0):
            pitch = span[0] * (span[1] / span[0]) ** rng.random()
            for partial in range(1, partials + 1):
                near = np.exp(-0.5 * ((hertz - partial * pitch) / 9.0) ** 2)
                power += np.outer(fall, near) / partial**1.5
    return power


def _drums(rng, seconds, hertz):  # type: ignore[no-untyped-def]
    """Bursts: low ones on the beat, wide ones between."""
    power = np.zeros((len(seconds), len(hertz)))
    for beat in np.arange(0.0, seconds[-1], 0.25):
        start = beat + rng.normal(0, 0.005)
        fall = np.where(seconds >= start, np.exp(-(seconds - start) / 0.02), 0.0)
        shape = (
            1 / (1 + (hertz / 90) ** 4)
            if rng.random() < 0.3
            else 0.02 / (1 + (4000 / (hertz + 1)) ** 6 + (hertz / 6000) ** 8)
        )
        power += np.outer(fall, shape)
    return power


class Oracle:
    """The denoiser (`engines.methods.diffusion.prior.Denoiser`) of one song, told what plays.

    The null label knows the powers of all stems together, as one trained on mixtures would.
    """

    def __init__(self, song: Song) -> None:
        self._powers = song.powers
        self.rows = 0

    def __call__(self, noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
        """(N, 1, T), (N,), (N, S) -> (N, 1, T)."""
        self.rows += len(noisy)
        known = np.where(labels.any(axis=1, keepdims=True), labels, 1)
        power = np.tensordot(known, self._powers, 1)
        noise = np.square(sigma[:, None, None]) * np.float32(_NOISE)
        return filtered(noisy, (power / (power + noise))[:, None].astype(np.float32))


def posterior_mean(song: Song) -> Audio:
    """What the prior expects of the stems, given their mix: (S, 1, T)."""
    gains = song.powers / song.powers.sum(axis=0)
    return filtered(song.mix, gains[:, None].astype(np.float32))
