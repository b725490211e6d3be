"""Clips through an exported model, by the engine that serves it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engines.load import Model
from engines.making import make_stream
from engines.settings import StreamSettings
from engines.types import Audio

_BLOCK = 65536


def separate(
    model: Model,
    mix: Audio,
    settings: StreamSettings,
    known: Mapping[str, Audio] | None = None,
) -> Audio:
    """(channels, samples) float32 -> (stems + 1, channels, samples): the stems, then the residual.

    `known`: the stems of the model that settings.known names, (channels, samples) each. Raises
    SettingsError, AudioError, InferenceError.
    """
    stream, known = make_stream(model, settings), known or {}
    pieces = []
    for at in range(0, mix.shape[-1], _BLOCK):
        part = slice(at, at + _BLOCK)
        given = {name: np.ascontiguousarray(audio[:, part]) for name, audio in known.items()}
        pieces.append(stream.push(np.ascontiguousarray(mix[:, part]), given))
    return np.concatenate([*pieces, stream.flush()], axis=-1)
