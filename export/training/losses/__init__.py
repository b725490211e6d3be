"""Training losses, found by scanning this folder: one file per loss.

A loss file holds `class Loss`, made by `Loss(model: Nade, options: TrainOptions)`, which derives
from the base of its kind and says what an error is:

- `WaveformCriterion.distance(estimate, truth)`, pointwise on waveforms;
- `SpectralCriterion.distance(masks, mix, truth)`, pointwise on magnitudes;
- `BandCriterion.error(estimate, sums, masks)`, per stem, on sums over bands.

The bases call the network and hand on (B, S): the training error of each hidden stem, 0 where a
stem is given, differentiable and unweighted. `export/nets/masks.py` says which stems are hidden,
from when on, and which are known as sums only. `trainer` draws the masks, weights the stems
(`export/training/weightings`) and averages over items.
"""

import importlib
import pkgutil

from export.nets.nade import Nade
from export.training.criterion import Criterion, LossError
from export.training.options import TrainOptions


def names() -> list[str]:
    """Every loss in this folder, sorted."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def make(model: Nade, options: TrainOptions) -> Criterion:
    """The loss that `options.loss` names. Raises LossError."""
    if options.loss not in names():
        raise LossError(f"no loss {options.loss!r}; there are {', '.join(names())}")
    module = importlib.import_module(f"{__name__}.{options.loss}")
    loss: Criterion = module.Loss(model, options)
    return loss
