"""Weights of the stems' errors in the training loss, found by scanning: one file per weighting.

A file holds `class Weighting`, made by `Weighting(stems, energies (S,) | None)`, usually derived
from the base class below. The formulas are those of Kadandale et al. 2020 (arXiv 2003.10414);
facts and the published numbers are in docs/research/sources.md.
"""

import importlib
import pkgutil
from typing import Any

import torch
from torch import Tensor

from export.common.errors import ExportError


class WeightingError(ExportError):
    """A weighting cannot be used as it was asked for; the message says why."""

    code = "export_weighting"


class Base:
    """Weights 1, nothing needed. `needs_energies`: the training data's mean energies per stem."""

    needs_energies = False

    def __init__(self, stems: int, energies: Tensor | None = None) -> None:
        if self.needs_energies and (energies is None or energies.shape != (stems,)):
            raise WeightingError(f"this weighting needs the energies of {stems} stems")
        if energies is not None and not (energies > 0).all():
            raise WeightingError(
                f"energies are {energies.tolist()}, expected all above 0: is a stem always silent?"
            )
        self.fixed = torch.ones(stems)

    def weights(self, batch_energies: Tensor) -> Tensor:
        """(S,): the stems' weights for a batch whose items have energies (B, S)."""
        return self.fixed

    def end_epoch(self, mean_errors: Tensor) -> None:
        """Told after each epoch: the stems' mean unweighted errors (S,) in it."""

    def state(self) -> dict[str, Any]:
        """What resuming needs, plain values."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """The inverse of `state`."""


def names() -> list[str]:
    """Every weighting in this folder, sorted."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def find(name: str) -> type[Base]:
    """The class of one weighting. Raises WeightingError."""
    if name not in names():
        raise WeightingError(f"no weighting {name!r}; there are {', '.join(names())}")
    found: type[Base] = importlib.import_module(f"{__name__}.{name}").Weighting
    return found
