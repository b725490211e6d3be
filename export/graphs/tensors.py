"""Names, shapes and random values of a graph's inputs and outputs, all from its spec.

B batch, S stems, C channels, F bins; time is samples (waveform) or frames (stft).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.graph import TAGS
from engines.spec import ModelSpec, StftDomain, WaveformDomain
from engines.types import Audio, Flags

#: Level (root mean square) of the random stems, that of quiet music.
LEVEL = 0.1


@dataclass(frozen=True)
class Size:
    """What is dynamic in a graph: batch and time (samples or frames)."""

    batch: int
    time: int


def is_stft(spec: ModelSpec) -> bool:
    """Whether the graph works on STFT magnitudes."""
    return isinstance(spec.domain, StftDomain)


def input_names(spec: ModelSpec) -> tuple[str, ...]:
    """The graph's inputs in the order of the network's arguments."""
    suffix = "_mag" if is_stft(spec) else ""
    names = (f"mix{suffix}", f"given{suffix}", "flags")
    if spec.query is not None:
        return (names[0], TAGS)
    return names if spec.conditional else names[:1]


def output_name(spec: ModelSpec) -> str:
    """The graph's output."""
    return "masks" if is_stft(spec) else "stems"


def mix_shape(spec: ModelSpec, size: Size) -> tuple[int, ...]:
    """(B, C, T), or (B, C, F, T)."""
    if isinstance(spec.domain, StftDomain):
        return (size.batch, spec.channels, spec.domain.fft_samples // 2 + 1, size.time)
    return (size.batch, spec.channels, size.time)


def stems_shape(spec: ModelSpec, size: Size) -> tuple[int, ...]:
    """(B, S, C, T), or (B, S, C, F, T): stems, masks and given stems alike."""
    batch, *rest = mix_shape(spec, size)
    return (batch, len(spec.stems), *rest)


def usual_sizes(spec: ModelSpec) -> tuple[Size, ...]:
    """Batches and times to compare at: short ones, and the live window; with a state, one frame."""
    if spec.state:
        return tuple(Size(batch, 1) for batch in (1, 2, 3, 1))
    if isinstance(spec.domain, StftDomain):
        live = spec.live.window_samples // spec.domain.hop_samples + 1
        times = (8, 21, 40, live)
    else:
        assert isinstance(spec.domain, WaveformDomain)
        first, step = spec.domain.length_base_samples, spec.domain.length_step_samples
        near = max(1, 2048 // step)
        times = (first, first + near * step, first + 3 * near * step, spec.live.window_samples)
    return tuple(Size(b, t) for b, t in zip((1, 2, 3, 1), times, strict=True))


def random_stems(spec: ModelSpec, size: Size, seed: int) -> Audio:
    """Independent noise as stems: samples, or magnitudes as an STFT of that noise has them."""
    rng = np.random.default_rng(seed)
    shape = stems_shape(spec, size)
    if not isinstance(spec.domain, StftDomain):
        return np.float32(LEVEL) * rng.standard_normal(shape).astype(np.float32)
    scale = LEVEL * np.sqrt(3 / 16 * spec.domain.fft_samples)  # Hann: mean square 3/8
    parts = rng.standard_normal((2, *shape))
    return np.asarray(scale * np.hypot(parts[0], parts[1]), np.float32)


def random_masks(spec: ModelSpec, batch: int, seed: int) -> Flags:
    """(B, S) bool, True = masked; row 0 masks all, others at least one."""
    rng = np.random.default_rng([seed, 1])
    masks: Flags = rng.random((batch, len(spec.stems))) < 0.5
    masks[0] = True
    masks[~masks.any(axis=1), 0] = True
    return masks


def late(masks: Flags, frames: int) -> Flags:
    """(B, S, frames) bool: masks (B, S), in every second item from the window's middle on only."""
    over_time = np.repeat(masks[:, :, None], frames, axis=2)
    over_time[1::2, :, : frames // 2] = False
    return over_time


def random_feeds(spec: ModelSpec, size: Size, seed: int) -> dict[str, Audio]:
    """Every input of the graph, float32: a mix of noise, with some stems given or weighted tags."""
    stems = random_stems(spec, size, seed)
    feeds = dict.fromkeys(input_names(spec), stems.sum(axis=1))
    if spec.query is not None:
        rng = np.random.default_rng([seed, 2])
        feeds[TAGS] = rng.random((size.batch, len(spec.query.tags)), np.float32)
    if spec.conditional:
        masks = random_masks(spec, size.batch, seed)
        if spec.flag_axis == "time":
            masks = late(masks, size.time)
        _, given, flags = input_names(spec)
        between = (1,) * (stems.ndim - masks.ndim)
        keep = (~masks).astype(np.float32)
        feeds[given] = stems * keep.reshape(*masks.shape[:2], *between, *masks.shape[2:])
        feeds[flags] = (masks if spec.flag_hot == "masked" else ~masks).astype(np.float32)
    return feeds
