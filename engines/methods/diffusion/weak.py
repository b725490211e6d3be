"""Weakly supervised MSDM: one denoiser for each instrument, none of which has heard the others.

GMSDI (Postolache et al. 2024, arXiv 2403.11706), eq. 4: S_k(x_k) - S_K(y - sum of x_l over l < K),
which is the Separator with as many networks as instruments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.errors import SettingsError
from engines.methods.diffusion.prior import Denoiser
from engines.types import Audio


class OneEach:
    """A denoiser (`engines.methods.diffusion.prior.Denoiser`) made of one for each label."""

    def __init__(self, denoisers: Sequence[Denoiser]) -> None:
        self._denoisers = tuple(denoisers)

    def __call__(self, noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
        """Rows (N, C, T) to the denoiser of the one instrument that their labels (N, L) name.

        Raises SettingsError for a row with several, as the Extractor has them, or with none.
        """
        if not (np.count_nonzero(labels, axis=1) == 1).all():
            raise SettingsError(
                "a row of several instruments or of none",
                "one in each row, as each network knows one instrument alone",
                "take the separator, without guidance",
            )
        found, chosen = np.empty_like(noisy), labels.argmax(axis=1)
        for number, denoise in enumerate(self._denoisers):
            rows = np.flatnonzero(chosen == number)
            if len(rows):
                found[rows] = denoise(noisy[rows], sigma[rows], labels[rows])
        return found
