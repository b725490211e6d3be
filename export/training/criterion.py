"""What the losses share: a batch of waveforms, the network's passes over it, and their targets."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from export.common.batch import Batch
from export.common.errors import ExportError
from export.common.songs import Clip
from export.nets.masks import Masks
from export.nets.nade import Nade, Signal, StftDomain, widened
from export.training import device
from export.training.options import TrainOptions
from export.training.prefetch import BatchSource
from export.training.validation import validated


class LossError(ExportError):
    """A loss that a network cannot be trained with; the message says why."""

    code = "export_loss"


@dataclass(frozen=True)
class Passes:
    """K raw estimates per item, and what each is held against.

    raw (B, K, C, ...) float32; combination (B, K, S) of 0 and 1: the stems whose sum is the target,
    or None where pass k is row k of the batch's stems; wanted (B, K) bool: the passes that count.
    """

    raw: Tensor
    combination: Tensor | None
    wanted: Tensor

    def targets(self, stems: Tensor) -> Tensor:
        """Stems (B, S, C, T) -> the targets (n, C, T) of the n wanted passes, in row order."""
        if self.combination is None:
            return stems[self.wanted]
        return torch.einsum("bks,bsct->bkct", self.combination, stems)[self.wanted]

    def per_stem(self, errors: Tensor, masked: Tensor) -> Tensor:
        """Errors (n,) of the wanted passes -> (B, S), 0 where not masked (B, S).

        Where a few drawn passes stand for all stems, each is scaled by masked stems / passes and
        falls in equal parts on the stems of its target, on all masked ones where that is silence.
        """
        spread = errors.new_zeros(self.wanted.shape)
        spread[self.wanted] = errors
        if self.combination is None:
            return spread
        empty = self.combination.sum(-1, keepdim=True) == 0
        share = torch.where(empty, masked.to(errors.dtype).unsqueeze(1), self.combination)
        share = share / share.sum(-1, keepdim=True)
        scale = masked.sum(1, keepdim=True) / spread.shape[1]
        return torch.einsum("bk,bks->bs", spread, share) * scale


class Criterion(ABC):
    """The base of losses whose batches are waveforms (B, S, C, T).

    `sums_stems`: an item's loss is the sum over its stems, as some papers have it, not their mean.
    """

    sums_stems = False

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        self.model, self.options = model, options

    def source(self, make: Callable[[], BatchSource]) -> Callable[[], BatchSource]:
        """What the data process makes of the batches of waveforms that `make()` gives."""
        return make

    def read(self, batch: Any) -> Any:
        """A batch as the data process sends it, an array or a Batch -> tensors."""
        return torch.from_numpy(batch.stems if isinstance(batch, Batch) else batch)

    def groups(self, batch: Any) -> Tensor | None:
        """(B, S) int64: which stems are known as sums, of a batch as the data process sends it."""
        return torch.from_numpy(batch.groups).long() if isinstance(batch, Batch) else None

    def size(self, batch: Any) -> tuple[int, int]:
        """Items and stems of a batch."""
        return batch.shape[0], batch.shape[1]

    def energies(self, batch: Any) -> Tensor:
        """(B, S): each stem's energy, summed over channels and samples."""
        return (batch**2).sum((-2, -1))

    def encode(self, batch: Any, masks: Masks) -> Any:
        """The batch as network inputs, with `stems`: what may be given."""
        given = batch if self.model.conditional else None
        # Stems that are hidden in part are needed before that.
        wanted = ~masks.stems if masks.since is None else torch.ones_like(masks.stems)
        return self.model.encode(batch.sum(1), given, wanted)

    def own_estimates(
        self, network: Nade, signal: Any, chosen: Tensor, steps: Sequence[Tensor]
    ) -> Tensor:
        """What `network` makes of the items chosen (B,) bool, n of them, as context.

        steps: the stems (n, S) bool that each Gibbs step hides and estimates anew, the first all.
        """
        part = Signal(signal.mix[chosen], None, _rows(signal.phase, chosen), signal.samples)
        state: Tensor | None = None
        for masked in steps:
            with self.autocast():
                raw = network.predict(part, state, masked)
            fresh = network.state(part, raw.float())
            state = (
                fresh if state is None else torch.where(widened(masked, fresh.dim()), fresh, state)
            )
        assert state is not None
        return state

    def validated(
        self, network: Nade, clips: Sequence[Any], stems: Sequence[str]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """A row of the log, and the means that best.pt may go by: si_sdri, sdr."""
        return validated(network, clips, stems)

    @abstractmethod
    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """(B, S): the training error of every row `masks.scored`, 0 elsewhere, not yet weighted.

        `context`: every stem as `signal.stems` has it, or as estimated; None without conditioning.
        """

    def passes(
        self,
        signal: Signal,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
        warped: bool = False,
    ) -> Passes:
        """Calls the network: its `training_pass` where it has one, else all stems at once.

        warped: masks on the family's own frequency axis, where it has one. Raises LossError where
        a network of drawn passes is to learn from stems that are known as sums.
        """
        drawn = getattr(self.model.core, "training_pass", None)
        hidden = masks.hidden(signal.mix.shape[-1])
        with self.autocast():
            if drawn is not None:
                if masks.groups is not None:
                    raise LossError(f"{self.model.family} cannot learn from sums of stems")
                inputs = self._inputs(signal, context, hidden)
                raw, combination = drawn(*inputs, masks.stems, generator, warped)
                return Passes(raw.float(), combination, torch.ones(raw.shape[:2]).bool())
            if warped:
                raw = self.model.core.warped_masks(*self._inputs(signal, context, hidden))
            else:
                raw = self.model.predict(signal, context, hidden)
        return Passes(masks.merged(raw.float()), None, masks.scored)

    def _inputs(
        self, signal: Signal, context: Tensor | None, hidden: Tensor
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """mix, given and flags as a network of masks takes them; hidden (B, S) or (B, S, T)."""
        if context is None:
            return signal.mix, None, None
        return signal.mix, context * ~widened(hidden, 5), self.model.flags(hidden)

    def report(self, network: Nade, clips: Sequence[Clip]) -> dict[str, Any]:
        """What a validation says of `network` beside its scores."""
        return {}

    def require(self, report: dict[str, Any], progress: float) -> bool:
        """Whether a network of which that is said may be the best; raises where training is to end,
        `progress` being the used part of its budget."""
        return True

    def autocast(self) -> AbstractContextManager[Any]:
        """Matrix products and convolutions in the precision that the options name."""
        return device.autocast(torch.device(self.options.device), self.options.precision)


class WaveformCriterion(Criterion):
    """The base of losses on waveforms: means over channels and samples, relative to `level`."""

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion."""
        passes = self.passes(signal, context, masks, generator)
        estimate = self.model.chosen_waveforms(signal, passes.raw, passes.wanted)
        distance = self.distance(estimate, passes.targets(batch))
        errors = masks.row_mean(distance, passes.wanted)
        level = self.level(batch)[passes.wanted.nonzero()[:, 0]]
        return passes.per_stem(errors / level, masks.stems)

    @abstractmethod
    def distance(self, estimate: Tensor, truth: Tensor) -> Tensor:
        """Pointwise errors of waveforms, all (n, C, T)."""

    def level(self, stems: Tensor) -> Tensor:
        """Stems (B, S, C, T) -> what each item's errors are divided by, (B,)."""
        return stems.new_ones(len(stems))


class SpectralCriterion(Criterion):
    """The base of losses on magnitudes, on the family's own frequency axis where it has one.

    Means over channels, rows and frames, summed over stems (Kadandale et al. 2020, as its code).
    Raises LossError for networks that do not estimate masks.
    """

    sums_stems = True

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        super().__init__(model, options)
        if not isinstance(model.domain, StftDomain):
            raise LossError(
                f"the spectral losses need masks, and {model.family} estimates waveforms: "
                "choose --loss waveform or waveform_l2"
            )
        self.warp: Callable[[Tensor], Tensor] | None = getattr(model.core, "warp", None)

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """See Criterion."""
        passes = self.passes(signal, context, masks, generator, self.warp is not None)
        with torch.no_grad():
            truth = self.model.encode(passes.targets(batch)).mix
            mix = signal.mix
            if self.warp is not None:
                truth, mix = self.warp(truth), self.warp(mix)
            mix = mix[passes.wanted.nonzero()[:, 0]]
        distance = self.distance(passes.raw[passes.wanted], mix, truth)
        return passes.per_stem(masks.row_mean(distance, passes.wanted), masks.stems)

    @abstractmethod
    def distance(self, masks: Tensor, mix: Tensor, truth: Tensor) -> Tensor:
        """Pointwise errors of masks on the mixture's and the target's magnitudes, (n, C, R, T)."""


def _rows(values: Tensor | None, chosen: Tensor) -> Tensor | None:
    return None if values is None else values[chosen]
