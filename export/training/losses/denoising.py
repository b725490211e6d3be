"""What a denoiser of mixtures learns by: noise is added to labelled mixtures and taken away.

Karras et al. 2022 (arXiv 2206.00364), eq. 8: levels are drawn log-normally, errors are weighted as
the network's own answer has them. A tenth of the rows is told nothing, so that the network knows
mixtures without labels, too (Ho and Salimans 2022, arXiv 2207.12598). The two rows of a window have
one level.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from export.common.errors import ExportError
from export.common.songs import Clip
from export.nets import families
from export.nets.masks import Masks
from export.nets.nade import Nade
from export.training import label_gain
from export.training.criterion import Criterion, LossError
from export.training.options import TrainOptions

NULL_SHARE = 0.1


class DeafError(ExportError):
    """Labels do not count for a network that has trained for half of its time."""

    code = "export_deaf"


class Loss(Criterion):
    """Raises LossError for a network that is no denoiser, and for an odd number of rows."""

    def __init__(self, model: Nade, options: TrainOptions) -> None:
        super().__init__(model, options)
        if model.family not in families.DENOISERS:
            raise LossError(f"{model.family} takes no labels: this loss is for denoisers")
        if options.batch % 2:
            raise LossError(f"a batch of {options.batch}; expected an even one, of pairs")

    def read(self, batch: Any) -> tuple[Tensor, Tensor]:
        """Labelled -> mixes (N, C, T) and labels (N, L): there are no stems."""
        return torch.from_numpy(batch.mixes), torch.from_numpy(batch.labels)

    def groups(self, batch: Any) -> None:
        """None."""

    def size(self, batch: Any) -> tuple[int, int]:
        """Rows and labels."""
        rows, labels = batch[1].shape
        return rows, labels

    def energies(self, batch: Any) -> Tensor:
        """All alike: (N, L)."""
        return torch.ones_like(batch[1])

    def encode(self, batch: Any, masks: Masks) -> None:
        """None."""

    def errors(
        self,
        batch: Any,
        signal: Any,
        context: Tensor | None,
        masks: Masks,
        generator: torch.Generator,
    ) -> Tensor:
        """(N, L): a row's error, for every label alike."""
        mixes, labels = batch
        sigma, untold = self._drawn(len(mixes), generator)
        noise = torch.randn(mixes.shape, generator=generator)
        sigma, untold, noise = (one.to(mixes.device) for one in (sigma, untold, noise))
        told = labels * ~untold[:, None]
        with self.autocast():
            clean = self.model.core(mixes + sigma[:, None, None] * noise, sigma, told)
        errors = self.model.core.errors(clean.float(), mixes, sigma, told)
        return errors[:, None].expand(labels.shape)

    def report(self, network: Nade, clips: Sequence[Clip]) -> dict[str, Any]:
        """By how many dB the true label denoises better than none, by noise level."""
        with self.autocast():
            return {"labels": label_gain.measure(network.core, clips)}

    def require(self, report: dict[str, Any], progress: float) -> bool:
        """Whether labels count by `label_gain_db`. Raises DeafError where they do not after half
        of the budget."""
        gain = report["labels"]["mean"]
        if gain >= self.options.label_gain_db:
            return True
        if progress >= 0.5:
            raise DeafError(
                f"the true label is {gain:.2f} dB better than none, expected at least "
                f"{self.options.label_gain_db:g} dB after half of the budget; train for longer, or "
                "give a lower --label-gain-db to see where it leads"
            )
        return False

    def _drawn(self, rows: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Levels (N,), equal in pairs, and which rows are told nothing."""
        normal = torch.randn(rows // 2, generator=generator).repeat_interleave(2)
        sigma = (self.options.sigma_log_mean + self.options.sigma_log_sd * normal).exp()
        return sigma, torch.rand(rows, generator=generator) < NULL_SHARE
