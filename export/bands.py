"""Training a banded mask network without leaving its bands: half the time of the waveform loss.

A mask m that is constant in a band of bins makes the error energy
    sum |m X - S|^2 = m^2 sum |X|^2 - 2 m sum Re(conj(X) S) + sum |S|^2,
so three sums per band, made ahead in the data process, hold all that the loss needs of the complex
spectra. The loss is the error's norm over a frame's bands (by Parseval that of the windowed
waveform), averaged over frames: like waveform L1 it grows with the amplitude of the error.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from export.families.band_unet import Bands, reduce_bands
from export.feed import Batches
from export.memory import keep_freed_memory
from export.stft import stft
from export.trainer import Trainer, blended

Array = NDArray[np.float32]


class BandSums(NamedTuple):
    """mix (B, C, bands, T), stems (B, S, C, bands, T): mean magnitudes. The rest: sums over the
    bins of a band of |X|^2 (as mix), Re(conj(X) S) and |S|^2 (as stems)."""

    mix: Any
    stems: Any
    mix_energy: Any
    cross: Any
    energy: Any


def band_sums(
    stems: Tensor, runs: Bands, fft_samples: int, hop_samples: int, gains: Tensor | None = None
) -> BandSums:
    """Waveforms (B, S, C, samples) -> tensors of BandSums. gains (B, S, bins) filter the stems."""
    spectra = stft(stems, fft_samples, hop_samples)
    if gains is not None:
        spectra = spectra * gains[:, :, None, None, :]
    mix = spectra.sum(1)
    cross = spectra.real * mix.real.unsqueeze(1) + spectra.imag * mix.imag.unsqueeze(1)
    widths = torch.cat([torch.full((count,), float(width)) for width, count in runs])

    def mean(values: Tensor) -> Tensor:
        return _reduce_last(values, runs).transpose(-1, -2).contiguous()

    def total(values: Tensor) -> Tensor:
        return (_reduce_last(values, runs) * widths).transpose(-1, -2).contiguous()

    magnitudes, mixed = spectra.abs(), mix.abs()
    squares = (mixed**2, cross, magnitudes**2)
    return BandSums(mean(mixed), mean(magnitudes), *(total(item) for item in squares))


def _reduce_last(values: Tensor, runs: Bands) -> Tensor:
    """(..., T, bins) -> (..., T, bands)."""
    flat = values.reshape(1, -1, values.shape[-1]).transpose(1, 2).unsqueeze(1)
    return reduce_bands(flat, runs)[0, 0].T.reshape(*values.shape[:-1], -1)


def equalisers(
    shape: tuple[int, ...], bins: int, range_db: float, random: np.random.Generator, knots: int = 8
) -> Tensor:
    """Smooth random filters (*shape, bins): gains within +-range_db at knots over log frequency."""
    places = np.geomspace(1, bins, knots)
    heights = random.uniform(-range_db, range_db, (int(np.prod(shape)), knots))
    curves = [np.interp(np.arange(1, bins + 1), places, row) for row in heights]
    gains = 10 ** (np.array(curves, np.float32) / 20)
    return torch.from_numpy(gains).reshape(*shape, bins)


class _BandSource:
    def __init__(self, waveforms: Batches, sizes: tuple[Any, ...], range_db: float) -> None:
        self.waveforms, self.sizes, self.range_db = waveforms, sizes, range_db

    def batch(self, step: int) -> BandSums:
        stems = torch.from_numpy(self.waveforms.batch(step))
        random = np.random.default_rng((step, 1))
        shape, bins = tuple(stems.shape[:2]), self.sizes[1] // 2 + 1
        gains = equalisers(shape, bins, self.range_db, random)
        parts = [
            band_sums(stems[i : i + 1], *self.sizes, gains[i : i + 1]) for i in range(len(stems))
        ]
        return BandSums(*(torch.cat(group).numpy() for group in zip(*parts, strict=True)))


def make_band_source(
    make: Callable[[], Batches],
    runs: Bands,
    fft_samples: int,
    hop_samples: int,
    range_db: float = 0.0,
) -> Batches:
    """The batches of `make()` as BandSums of arrays; runs in the data process.

    Every stem of every item gets a random equaliser of +-range_db.
    """
    keep_freed_memory()
    torch.set_num_threads(1)
    return _BandSource(make(), (runs, fft_samples, hop_samples), range_db)


class BandTrainer(Trainer):
    """A Trainer whose batches are BandSums."""

    def loss(self, batch: Any) -> Tensor:
        """Masked stems' frame-wise error norms, relative to the mixture's; see the module."""
        sums = BandSums(*(torch.from_numpy(item) for item in batch))
        masked = self._masks(sums.stems)
        given, flags = None, None
        if self.model.conditional:
            with torch.no_grad():
                context = self._band_context(sums)
            given = context * (~masked)[:, :, None, None, None]
            flags = self.model.flags(masked)
        with self._autocast():
            masks = self.model.core.band_masks(sums.mix, given, flags)
        weights = masked * self._stem_weights()
        if self.options.loss == "bands_sdr":
            return masked_sdr(masks, sums, weights)
        return masked_norm(masks, sums, weights)

    def _stem_weights(self) -> Tensor:
        """(S,): the option's comma-separated numbers, or ones."""
        text = self.options.stem_weights
        if not text:
            return torch.ones(self.model.config.stems)
        return torch.tensor([float(number) for number in text.split(",")])

    def _band_context(self, sums: BandSums) -> Tensor:
        own, blend = self._blend(sums.stems)
        if not own.any():
            return sums.stems
        mix = sums.mix[own]
        hidden = torch.ones(len(mix), sums.stems.shape[1], dtype=torch.bool)
        nothing = torch.zeros_like(sums.stems[own])
        with self._autocast():
            masks = self.average.core.band_masks(mix, nothing, self.average.flags(hidden))
        return blended(sums.stems, own, blend, masks.float() * mix.unsqueeze(1))


def _error_energy(masks: Tensor, sums: BandSums) -> Tensor:
    error = masks**2 * sums.mix_energy.unsqueeze(1) - 2 * masks * sums.cross + sums.energy
    return error.sum(3).clamp(min=0)  # (B, S, C, T)


def masked_norm(masks: Tensor, sums: BandSums, weights: Tensor, level_floor: float = 0.1) -> Tensor:
    """Mean over items of (1/k) sum over masked stems of the frames' mean error norm.

    weights (B, S): 0 where given, else the stem's weight. Divided by the item's mean mixture norm.
    The 1/k is coconet's S/k after averaging over S.
    """
    norms = (_error_energy(masks, sums) + 1e-6).sqrt().mean((-2, -1))
    level = sums.mix_energy.sum(2).sqrt().mean((-2, -1)).clamp(min=level_floor)
    return ((norms * weights).sum(1) / (weights.sum(1) * level)).mean()


def masked_sdr(masks: Tensor, sums: BandSums, weights: Tensor, floor: float = 1e-3) -> Tensor:
    """Mean negative SDR of masked stems in dB / 10 (weights as in masked_norm), for fine-tuning.

    Energies are summed over the window before the logarithm, as in plain SDR; `floor` times the
    mixture's energy is added to both, so silent stems and perfect ones do not dominate.
    """
    soft = floor * sums.mix_energy.sum((1, 2, 3)).unsqueeze(1) + 1e-6
    error = _error_energy(masks, sums).sum((2, 3)) + soft
    truth = sums.energy.sum((2, 3, 4)) + soft
    ratio = torch.log10(error / truth)
    return ((ratio * weights).sum(1) / weights.sum(1)).mean()
