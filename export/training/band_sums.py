"""Training a banded mask network without leaving its bands: half the time of the waveform loss.

A mask m that is constant in a band of bins makes the error energy
    sum |m X - S|^2 = m^2 sum |X|^2 - 2 m sum Re(conj(X) S) + sum |S|^2,
so three sums per band, made ahead in the data process, hold all that the loss needs of the complex
spectra. The losses `bands`, `bands_l2` and `bands_sdr` work on them.
"""

import functools
import itertools
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from export.common.batch import Batch
from export.common.memory import keep_freed_memory
from export.nets.banding import Bands, reduce_bands
from export.nets.hints import hint
from export.nets.masks import Masks
from export.nets.nade import Nade, StftDomain, widened
from export.nets.stft import HANN, framed, tapers
from export.training.criterion import Criterion, LossError
from export.training.device import autocast
from export.training.options import TrainOptions
from export.training.prefetch import BatchSource

Array = NDArray[np.float32]
Hints = Callable[[Any], Any]
"""Magnitudes of a mixture (B, C, bins, T) -> banded magnitudes of a hint (B, C, bands, T)."""
Sizes = tuple[Bands, int, int, str, int]
"""Bands, fft, hop, window and synthesis, as `band_sums` takes them."""
#: Frames worked on at a time: few enough for a processor's cache, a third faster than all at once.
_FRAMES = 28


class BandSums(NamedTuple):
    """mix (B, C, bands, T), stems (B, S, C, bands, T): mean magnitudes. The next: sums over the
    bins of a band of |X|^2 (as mix), Re(conj(X) S) and |S|^2 (as stems). hints (as mix): what the
    network's hint says of the mixture, or None. groups (B, S): those of the Batch that the sums
    were made of, or None."""

    mix: Any
    stems: Any
    mix_energy: Any
    cross: Any
    energy: Any
    hints: Any = None
    groups: Any = None

    def arrays(self) -> "BandSums":
        """Tensors as arrays that share their memory."""
        return BandSums(*(None if value is None else value.numpy() for value in self))


def band_sums(
    stems: Tensor,
    runs: Bands,
    fft_samples: int,
    hop_samples: int,
    gains: Tensor | None = None,
    hints: Hints | None = None,
    window: str = HANN,
    synthesis: int = 0,
) -> BandSums:
    """Waveforms (B, S, C, samples) -> tensors of BandSums. gains (B, S, bins) filter the stems.

    The frames are those of `nets.stft.stft`.
    """
    frames = framed(stems, fft_samples, hop_samples, synthesis)
    shape, _ = tapers(window, fft_samples, synthesis)
    batch, count, channels, times = frames.shape[:4]
    bands = sum(number for _, number in runs)
    shapes = [(batch, channels, bands, times), (batch, count, channels, bands, times)]
    sums = BandSums(*(torch.empty(shapes[i]) for i in (0, 1, 0, 1, 1)))
    whole = torch.empty(batch, channels, fft_samples // 2 + 1, times) if hints else None
    for item in range(batch):
        filters = None if gains is None else gains[item].unsqueeze(1)
        for channel, first in itertools.product(range(channels), range(0, times, _FRAMES)):
            part = slice(first, first + _FRAMES)
            found, mixed = _part_sums(frames[item, :, channel, part] * shape, runs, filters)
            for kept, value in zip(sums[: len(found)], found, strict=True):
                kept[item][..., channel, :, part] = value.transpose(-1, -2)
            if whole is not None:
                whole[item, channel, :, part] = mixed.transpose(-1, -2)
    return sums if hints is None else sums._replace(hints=hints(whole))


def _part_sums(
    frames: Tensor, runs: Bands, gains: Tensor | None
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Windowed frames (S, T, fft) of a channel -> the values of BandSums, ([S,] T, bands), and the
    mixture's magnitudes (T, bins)."""
    spectra = torch.fft.rfft(frames)
    real, imag = spectra.real, spectra.imag
    if gains is not None:
        real, imag = real * gains, imag * gains
    mixed_real, mixed_imag = real.sum(0), imag.sum(0)
    cross = (real * mixed_real).addcmul_(imag, mixed_imag)
    power = (real * real).addcmul_(imag, imag)
    mixed = (mixed_real * mixed_real).addcmul_(mixed_imag, mixed_imag)
    energies = _summed(mixed, runs), _summed(cross, runs), _summed(power, runs)
    widths = torch.cat([torch.full((count,), float(width)) for width, count in runs])
    means = tuple(_summed(value.sqrt_(), runs) / widths for value in (mixed, power))
    return (*means, *energies), mixed


def _summed(values: Tensor, runs: Bands) -> Tensor:
    """(..., T, bins) -> (..., T, bands): the sum of each band."""
    widths = np.concatenate([np.full(count, width) for width, count in runs])
    starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    return torch.from_numpy(np.add.reduceat(values.numpy(), starts, axis=-1))


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
    def __init__(
        self,
        waveforms: BatchSource,
        sizes: Sizes,
        range_db: float,
        seed: int,
        hints: Hints | None,
    ) -> None:
        self.waveforms, self.sizes, self.range_db, self.seed = waveforms, sizes, range_db, seed
        self.hints = hints

    def batch(self, step: int) -> BandSums:
        waveforms = self.waveforms.batch(step)
        known = waveforms if isinstance(waveforms, Batch) else Batch(waveforms, None)
        stems = torch.from_numpy(known.stems)
        # Seed 0 as it was before there were others: the same batches for the same command.
        random = np.random.default_rng((step, 1, self.seed) if self.seed else (step, 1))
        shape, bins = tuple(stems.shape[:2]), self.sizes[1] // 2 + 1
        gains = equalisers(shape, bins, self.range_db, random)
        runs, fft, hop, window, synthesis = self.sizes
        sums = band_sums(stems, runs, fft, hop, gains, self.hints, window, synthesis)
        return sums.arrays()._replace(groups=known.groups)


def make_band_source(
    make: Callable[[], BatchSource],
    runs: Bands,
    fft_samples: int,
    hop_samples: int,
    range_db: float = 0.0,
    seed: int = 0,
    hints: Hints | None = None,
    window: str = HANN,
    synthesis: int = 0,
) -> BatchSource:
    """The batches of `make()` as BandSums of arrays; runs in the data process.

    Every stem of every item gets a random equaliser of +-range_db.
    """
    keep_freed_memory()
    torch.set_num_threads(1)
    sizes = runs, fft_samples, hop_samples, window, synthesis
    return _BandSource(make(), sizes, range_db, seed, hints)


def banded_hint(name: str, runs: Bands, precision: str, mix: Tensor) -> Tensor:
    """What the hint says of a mixture's magnitudes, see Hints; in the training's precision, as it
    is computed on the processor that makes the batches."""
    processor = torch.device("cpu")
    with torch.no_grad(), autocast(processor, precision):
        return reduce_bands(hint(name, mix), runs)


class BandCriterion(Criterion):
    """The base of losses whose batches are BandSums. Raises LossError for networks without bands.

    Every stem gets a random equaliser; the waveforms are not needed after that.
    """

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        super().__init__(model, options)
        if not hasattr(model.core, "band_masks"):
            raise LossError(
                f"loss {options.loss} needs a family with bands, and {model.family} has none: "
                "choose --loss waveform, or a family such as band_unet"
            )

    def source(self, make: Callable[[], BatchSource]) -> Callable[[], BatchSource]:
        """See Criterion."""
        domain = self.model.domain
        assert isinstance(domain, StftDomain)
        fft, hop, window, synthesis = domain.sizes
        return functools.partial(
            make_band_source,
            make,
            self.model.config.runs,
            fft,
            hop,
            self.options.equaliser_db,
            self.options.seed,
            self._hints(),
            window,
            synthesis,
        )

    def _hints(self) -> Hints | None:
        """What the data process asks, where the network takes a hint."""
        config = self.model.config
        if not getattr(config, "hint", ""):
            return None
        return functools.partial(banded_hint, config.hint, config.runs, self.options.precision)

    def read(self, batch: Any) -> BandSums:
        """See Criterion."""
        found = BandSums(*(None if item is None else torch.from_numpy(item) for item in batch))
        return found._replace(groups=None)

    def groups(self, batch: Any) -> Tensor | None:
        """See Criterion."""
        return None if batch.groups is None else torch.from_numpy(batch.groups).long()

    def size(self, batch: Any) -> tuple[int, int]:
        """See Criterion."""
        return super().size(batch.stems)

    def energies(self, batch: Any) -> Tensor:
        """See Criterion."""
        return batch.energy.sum((2, 3, 4))

    def encode(self, batch: Any, masks: Masks) -> Any:
        """See Criterion."""
        return batch

    def own_estimates(
        self, network: Nade, signal: Any, chosen: Tensor, steps: Sequence[Tensor]
    ) -> Tensor:
        """See Criterion."""
        mix, state = signal.mix[chosen], torch.zeros_like(signal.stems[chosen])
        for masked in steps:
            hidden = widened(masked, 5)
            with self.autocast():
                inputs = (mix, state * ~hidden, network.flags(masked))
                masks = network.core.band_masks(*inputs, **_kept(signal.hints, chosen))
            state = torch.where(hidden, masks.float() * mix.unsqueeze(1), state)
        return state

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion."""
        return self.error(self.masks(signal, context, masks), batch, masks) * masks.scored

    @abstractmethod
    def error(self, estimate: Tensor, sums: BandSums, masks: Masks) -> Tensor:
        """Errors (B, S) of the estimated masks (B, S, C, bands, T) in the hidden frames; what is
        said of stems that are not hidden does not count."""

    def masks(self, signal: Any, context: Tensor | None, masks: Masks) -> Tensor:
        """The network's masks (B, S, C, bands, T) float32, merged as the truth is known."""
        with self.autocast():
            inputs = self._inputs(signal, context, masks.hidden(signal.mix.shape[-1]))
            estimate: Tensor = self.model.core.band_masks(*inputs, **_kept(signal.hints))
        return masks.merged(estimate.float())


def _kept(hints: Tensor | None, chosen: Any = slice(None)) -> dict[str, Tensor]:
    """The argument for a network that takes a hint; of the chosen items."""
    return {} if hints is None else {"hints": hints[chosen]}


def error_energy(masks: Tensor, sums: BandSums) -> Tensor:
    """(B, S, C, T): the energy of masked mixture less stem, summed over the bands of a frame."""
    error = masks**2 * sums.mix_energy.unsqueeze(1) - 2 * masks * sums.cross + sums.energy
    return error.sum(3).clamp(min=0)
