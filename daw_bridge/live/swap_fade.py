"""The crossfade from one model's outputs to the next one's. Runs in the audio callback."""

from __future__ import annotations

import numpy as np

from daw_bridge.live.player import PIECE_SAMPLES, Player
from engines.crossfade import rise
from engines.types import Audio

SWAP_FADE_SAMPLES = 1024
"""Length of the crossfade."""

_WEIGHTS = rise(SWAP_FADE_SAMPLES)


class SwapFade:
    """`old`, if any, is the player that is fading out; its outputs are (rows, channels, n)."""

    def __init__(self, rows: int, channels: int) -> None:
        self.old: Player | None = None
        self._out = np.zeros((rows, channels, PIECE_SAMPLES), np.float32)
        self._done = 0

    def begin(self, old: Player) -> None:
        """From the next block on, `old` fades out."""
        self.old, self._done = old, 0

    def apply(self, old: Player, start: int, out: Audio) -> bool:
        """Fade from `old` to what is in `out` (rows, channels, n); True once `old` is silent.

        `start` is the input position of the block.
        """
        done = self._done
        count = min(out.shape[-1], SWAP_FADE_SAMPLES - done)
        before, after = self._out[..., :count], out[..., :count]
        old.render(start - old.run.latency_samples, before)
        after -= before
        after *= _WEIGHTS[done : done + count]
        after += before
        self._done += count
        if self._done < SWAP_FADE_SAMPLES:
            return False
        self.old = None
        return True
