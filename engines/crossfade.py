"""Complementary crossfades between neighbouring windows."""

from __future__ import annotations

import numpy as np

from engines.types import Audio


def rise(samples: int) -> Audio:
    """Raised-cosine weights (samples,) from 0 to 1; rise + its mirror image is 1."""
    angle = (np.arange(samples) + 0.5) * (np.pi / (2 * max(1, samples)))
    weights: Audio = (np.sin(angle) ** 2).astype(np.float32)
    return weights


class Seam:
    """Joins estimates of hop + crossfade samples into pieces of hop samples."""

    def __init__(self, hop_samples: int, crossfade_samples: int) -> None:
        self._hop, self._fade = hop_samples, crossfade_samples
        self._in = rise(crossfade_samples)
        self._out = 1 - self._in
        self._tail: Audio | None = None

    def clear(self) -> None:
        """Start over: the next estimate begins at full weight."""
        self._tail = None

    def join(self, estimate: Audio) -> Audio:
        """(..., hop + crossfade) -> (..., hop), its head blended with the last estimate's tail."""
        piece = estimate[..., : self._hop].copy()
        if self._tail is not None:
            head = piece[..., : self._fade]
            head *= self._in
            head += self._tail * self._out
        self._tail = estimate[..., self._hop :].copy()
        return piece
