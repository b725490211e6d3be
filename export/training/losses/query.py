"""For networks that listen to tags: the error's energy relative to what was asked for, square
roots of magnitudes, and how far the answer's loudness is off; on the sums of training/band_sums.py.

An error in proportion to the mixture would teach little of a quiet part, one of amplitudes that
silence is best wherever the part is the lesser one. So the squared error is divided by the part's
own energy, plus FLOOR of the mixture's: what is not there must be silent. The square roots hear
what is quiet in each band.

Both have no gradient left where masks are nearly shut, and a tag that seldom plays ends there: the
right sound, 30 dB too quiet. Loudness is in decibels, so it pulls there as much as anywhere; it is
counted from QUIET of the mixture's energy up, and gently near the truth, of which the answer with
the least error is always a little short.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from export.common.memory import keep_freed_memory
from export.common.tags import NAMES
from export.nets.banding import Bands
from export.nets.masks import Masks
from export.nets.nade import Nade
from export.training.band_sums import BandCriterion, BandSums, band_sums, equalisers, error_energy
from export.training.criterion import LossError
from export.training.options import TrainOptions
from export.training.prefetch import BatchSource
from export.training.query_validation import answered

FLOOR = 0.05
ROOTS = 0.5
LOUDNESS = 0.03  # for a decibel
GENTLE_DB = 6.0
QUIET = 10**-2.5
_SILENT = 1e-7
_TINY = 1e-6


class TagSums(NamedTuple):
    """BandSums of what was asked for (S = 1), and the tags (B, tags)."""

    mix: Any
    stems: Any
    mix_energy: Any
    cross: Any
    energy: Any
    tags: Any

    @property
    def sums(self) -> BandSums:
        """Without the tags."""
        return BandSums(*self[:-1])


class TagSource:
    """Batches of `TagBatch`es as TagSums of arrays; both stems with random equalisers."""

    def __init__(
        self, questions: BatchSource, sizes: tuple[Bands, int, int], range_db: float, seed: int
    ) -> None:
        self.questions, self.sizes, self.range_db, self.seed = questions, sizes, range_db, seed

    def batch(self, step: int) -> TagSums:
        """See BatchSource."""
        asked = self.questions.batch(step)
        random = np.random.default_rng((step, 1, self.seed))
        bins = self.sizes[1] // 2 + 1
        gains = equalisers(asked.stems.shape[:2], bins, self.range_db, random)
        sums = band_sums(torch.from_numpy(asked.stems), *self.sizes, gains)
        mix, stems, mix_energy, cross, energy = (value.numpy() for value in sums[:5])
        return TagSums(mix, stems[:, :1], mix_energy, cross[:, :1], energy[:, :1], asked.tags)


def make_tag_source(
    make: Callable[[], BatchSource], sizes: tuple[Bands, int, int], range_db: float, seed: int
) -> TagSource:
    """Runs in the data process."""
    keep_freed_memory()
    torch.set_num_threads(1)
    return TagSource(make(), sizes, range_db, seed)


class Loss(BandCriterion):
    """See the module's docstring. Raises LossError for a network that knows other tags."""

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        super().__init__(model, options)
        if getattr(model.config, "tags", None) != NAMES:
            raise LossError("loss query needs a network with the tags of export/common/tags.py")

    def source(self, make: Callable[[], BatchSource]) -> Callable[[], BatchSource]:
        """See Criterion."""
        config, options = self.model.config, self.options
        sizes = (config.runs, config.fft_samples, config.hop_samples)
        return functools.partial(make_tag_source, make, sizes, options.equaliser_db, options.seed)

    def read(self, batch: Any) -> Any:
        """See Criterion."""
        return TagSums(*(torch.from_numpy(np.ascontiguousarray(item)) for item in batch))

    def validated(
        self, network: Nade, clips: Sequence[Any], stems: Sequence[str]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """See Criterion: of Questions."""
        return answered(network, clips)

    def groups(self, batch: Any) -> Tensor | None:
        """None: what was asked for is known."""
        return None

    def masks(self, signal: Any, context: Tensor | None, masks: Masks) -> Tensor:
        """The network's masks (B, 1, C, bands, T) float32."""
        with self.autocast():
            estimate: Tensor = self.model.core.band_masks(signal.mix, signal.tags)
        return estimate.float()

    def error(self, estimate: Tensor, sums: Any, masks: Masks) -> Tensor:
        """See BandCriterion: (B, 1)."""
        whole = (2, 3, 4)
        mixed = sums.mix_energy.sum((1, 2, 3)).unsqueeze(1)
        least = FLOOR * mixed + _TINY
        squared = error_energy(estimate, sums.sums).sum((2, 3)) / (sums.energy.sum(whole) + least)
        made = (estimate * sums.mix.unsqueeze(1) + _TINY).sqrt()
        apart = (made - (sums.stems + _TINY).sqrt()).square().sum(whole)
        whole_mix = sums.mix.sum((1, 2, 3)).unsqueeze(1)
        roots = apart / (sums.stems.sum(whole) + FLOOR * whole_mix + _TINY)
        heard = (estimate.square() * sums.mix_energy.unsqueeze(1)).sum(whole)
        off = _off_db(heard, sums.energy.sum(whole), mixed + _TINY)
        return squared + ROOTS * roots + LOUDNESS * off


def _off_db(heard: Tensor, true: Tensor, mixed: Tensor) -> Tensor:
    """How far the energy that is heard is from the true one, dB; half the square of it over
    GENTLE_DB below that. Where the true one is below QUIET of the mixture's, what is above."""
    apart = 10 * torch.log10((heard + _SILENT * mixed) / torch.maximum(true, QUIET * mixed))
    apart = torch.where(true > QUIET * mixed, apart, apart.relu())
    flat = torch.zeros_like(apart)
    return (
        torch.nn.functional.huber_loss(apart, flat, reduction="none", delta=GENTLE_DB) / GENTLE_DB
    )
