"""What comes into a stream, checked: one block of the mix and its known stems."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engines.errors import AudioError
from engines.settings import StreamSettings
from engines.types import Audio

# Input at or above this (+200 dBFS) is not audio: sums and squares would overflow.
_LOUDEST = 1e10


def arriving(
    mix: Audio, known: Mapping[str, Audio] | None, settings: StreamSettings
) -> tuple[Audio, int]:
    """Checked input as finite (1 + known, channels, n) float32, a copy; how many impossible samples
    were replaced by 0. Raises AudioError.
    """
    names, known = settings.known, known or {}
    if set(known) != set(names):
        seen = f"known stems {sorted(known)}"
        raise AudioError(seen, f"exactly {sorted(names)}", "give them with every block")
    parts = [np.asarray(part) for part in (mix, *(known[name] for name in names))]
    wanted = (settings.channels, parts[0].shape[-1] if parts[0].ndim else 0)
    for name, part in zip(("mix", *names), parts, strict=True):
        if part.shape != wanted or part.dtype != np.float32:
            seen = f"{name} of {part.dtype} {part.shape}"
            raise AudioError(seen, f"float32 {wanted}", "give (channels, samples) blocks")
    block = np.empty((len(parts), *wanted), np.float32)
    for row, part in zip(block, parts, strict=True):
        row[:] = part
    return block, silence_bad(block)


def silence_bad(block: Audio) -> int:
    """Replaces the impossible samples of a block of any shape by 0, in place: NaN, infinity, and
    what is too loud to be audio. How many there were."""
    # A NaN makes both comparisons false.
    if not block.size or (block.min() > -_LOUDEST and block.max() < _LOUDEST):
        return 0
    bad = ~(np.abs(block) < _LOUDEST)
    block[bad] = 0
    return int(np.count_nonzero(bad))
