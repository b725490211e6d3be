"""Clips through an exported model, by the engine that serves it."""

from __future__ import annotations

import numpy as np

from engines.load import Model
from engines.settings import StreamSettings
from engines.stream import Stream
from engines.types import Audio

_BLOCK = 65536


def separate(model: Model, mix: Audio, settings: StreamSettings) -> Audio:
    """(channels, samples) float32 -> (stems + 1, channels, samples): the stems, then the residual.

    Raises SettingsError, AudioError, InferenceError.
    """
    stream = Stream(model, settings)
    blocks = [mix[:, at : at + _BLOCK] for at in range(0, mix.shape[-1], _BLOCK)]
    pieces = [stream.push(np.ascontiguousarray(block)) for block in blocks]
    return np.concatenate([*pieces, stream.flush()], axis=-1)
