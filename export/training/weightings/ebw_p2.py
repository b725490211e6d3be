"""EBW_P2, energy-based: w_i = (max_j E_j / E_i)^2, from the training data's mean energies."""

from export.training.weightings import ebw_p1


class Weighting(ebw_p1.Weighting):
    """See the module's docstring."""

    power = 2
