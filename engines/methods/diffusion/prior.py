"""What a network says of noisy rows, told which instruments to expect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import numpy as np

from engines.methods.diffusion.refusal import require
from engines.types import Audio

Denoiser = Callable[[Audio, Audio, Audio], Audio]
"""Noisy audio (N, C, T), its noise levels (N,) and its labels (N, L), all float32 -> (N, C, T): the
mean of what may be below the noise. Labels are 1 for each instrument that plays; all 0 is the null
label, with which the network knows nothing."""

MOST_SCALE = 3.0
"""Guidance above which the published systems and our trials get worse, or diverge."""


@dataclass(frozen=True)
class Guidance:
    """Classifier-free guidance: D(null) + scale (D(label) - D(null)) in place of D(label).

    Ho and Salimans 2022 (arXiv 2207.12598), eq. 6, written with 1 + w; audio-diffusion-pytorch
    writes `embedding_scale`, which is 1 + w: `of_w` makes one of the other. Which of them the w of
    GMSDI's table 1 means is not published. At scale 1 nothing is guided, and a step costs half.
    `negative` are the instruments to be led away from, in place of the null label, by the one or
    more that a row expects, joined with "+" in the order of the model's labels: a negative prompt.
    Raises SettingsError.
    """

    scale: float = 1.0
    negative: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        holds = isfinite(self.scale) and self.scale >= 0
        require(holds, f"guidance {self.scale:g}", "0 or more (1: none)")
        rows = [row for row, _ in self.negative]
        holds = len(set(rows)) == len(rows) and all(names for _, names in self.negative)
        require(
            holds, f"negative prompts for {rows}", "at most one a row, of one instrument or more"
        )

    @staticmethod
    def of_w(w: float, negative: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Guidance:
        """From the convention S(label) + w (S(label) - S(null))."""
        return Guidance(1 + w, negative)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell people of it."""
        if self.scale <= MOST_SCALE:
            return ()
        return (
            f"guidance {self.scale:g} is above {MOST_SCALE:g}: stems get worse, and small steps "
            "may be needed for it not to diverge",
        )


NEGATIVE_PROMPTS = (
    ("bass", ("drums", "guitar", "piano")),
    ("drums", ("bass",)),
    ("guitar", ("bass", "drums")),
    ("piano", ("bass", "drums")),
)
"""Those of GMSDI (Postolache et al. 2024, arXiv 2403.11706, section 5), which has them for the
Extractor's bass and drums and for none of the Separator's."""


class Prior:
    """A network, the labels of each row, and how much these count."""

    def __init__(
        self, denoise: Denoiser, labels: Audio, against: Audio | None = None, scale: float = 1.0
    ) -> None:
        """labels and against, the null or a negative prompt, (B, R, L); None: the null label."""
        self._denoise, self._scale = denoise, np.float32(scale)
        self._labels = labels.reshape(-1, labels.shape[-1])
        self._guided = scale != 1.0
        if self._guided:
            other = np.zeros_like(self._labels) if against is None else against
            self._labels = np.concatenate([self._labels, other.reshape(self._labels.shape)])
        self.calls = 0

    def clean(self, state: Audio, levels: Audio) -> Audio:
        """State (B, R, C, T) at a level for each row (R,) -> the mean of what may be below it."""
        problems = len(state)
        rows, sigma = state.reshape(-1, *state.shape[2:]), np.tile(levels, problems)
        if self._guided:
            rows, sigma = np.concatenate([rows, rows]), np.concatenate([sigma, sigma])
        self.calls += 1
        found = self._denoise(rows, sigma, self._labels)
        if not self._guided:
            return found.reshape(state.shape)
        asked, other = np.split(found, 2)
        guided: Audio = (other + self._scale * (asked - other)).reshape(state.shape)
        return guided
