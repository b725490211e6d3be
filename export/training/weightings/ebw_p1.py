"""EBW_P1, energy-based: w_i = max_j E_j / E_i, from the training data's mean energies."""

from torch import Tensor

from export.training.weightings import Base


class Weighting(Base):
    """See the module's docstring. `power` is 1 here, 2 in EBW_P2."""

    needs_energies = True
    power = 1

    def __init__(self, stems: int, energies: Tensor | None = None) -> None:
        super().__init__(stems, energies)
        assert energies is not None
        self.fixed = (energies.max() / energies) ** self.power
