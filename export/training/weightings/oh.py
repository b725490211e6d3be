"""Oh et al.: weights of sum 1 that make w_i E_i the same for all stems, from mean energies."""

from torch import Tensor

from export.training.weightings import Base


class Weighting(Base):
    """See the module's docstring."""

    needs_energies = True

    def __init__(self, stems: int, energies: Tensor | None = None) -> None:
        super().__init__(stems, energies)
        assert energies is not None
        self.fixed = (1 / energies) / (1 / energies).sum()
