"""Channels of the audio to those of a model, and back.

A mono stream is given to a model of C channels on all of them, and its stems are their average.
A stream of several channels is given to a mono model channel by channel.
"""

from __future__ import annotations

import numpy as np

from engines.types import Audio


def to_model(audio: Audio, channels: int) -> list[Audio]:
    """(..., stream channels, n) -> a list of (..., model channels, n), one for each run needed."""
    if audio.shape[-2] == channels:
        return [audio]
    if audio.shape[-2] == 1:
        return [np.repeat(audio, channels, axis=-2)]
    return [audio[..., c : c + 1, :] for c in range(audio.shape[-2])]


def from_model(runs: list[Audio], channels: int) -> Audio:
    """The stems (S, model channels, n) of every run -> (S, stream channels, n)."""
    if len(runs) > 1:
        return np.concatenate(runs, axis=-2)
    if runs[0].shape[-2] == channels:
        return runs[0]
    mean: Audio = runs[0].mean(axis=-2, keepdims=True, dtype=np.float32)
    return mean
