"""Training losses, found by scanning this folder: one file per loss.

A loss file holds `class Loss`, made by `Loss(model: Nade, options: TrainOptions)`, with the methods
of `export.training.criterion.Criterion`, from which it usually inherits all but one:

    errors(batch, signal, context, masks, generator) -> (B, S)

is the training error of each hidden stem, 0 where a stem is given, differentiable and unweighted;
`masks` (export/nets/masks.py) says which are hidden, from when on, and which are known as sums
only. `trainer` draws the masks, weights the stems (`export/training/weightings`) and averages over
items.
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
