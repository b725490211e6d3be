"""Windows of noise for what takes them one by one."""

from __future__ import annotations

import numpy as np

from engines.window import Window
from tests.rigs.tiny_models import STEMS

SIZE = 640
START, STOP = 100, 400
_RNG = np.random.default_rng(3)


def window(known: tuple[str, ...] = (), index: int = 5, channels: int = 2) -> Window:
    """SIZE samples of new noise, of which [START, STOP) are needed; `known` stems are noise too."""
    mask = np.isin(STEMS, known)
    audio = _RNG.standard_normal((len(STEMS), channels, SIZE)).astype(np.float32)
    mix = _RNG.standard_normal((channels, SIZE)).astype(np.float32)
    known_audio = audio * mask[:, None, None]
    return Window(mix, known_audio, mask, index, START, STOP, origin=index * 128)
