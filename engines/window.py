"""What a stream hands to a method and gets back: one window at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engines.frame_cache import FrameCache
from engines.level import Follower
from engines.types import Audio, Flags

State = Mapping[str, Audio]
"""What a method takes from one window of a signal to the next, by name. Not changed in place: a
method answers with a new one, so that the last good one is still there if an answer is bad."""


@dataclass(frozen=True)
class Window:
    """One window of input.

    mix (C, W) float32; known (S, C, W) float32, zero where not known; known_mask (S,) bool. Only
    samples [start, stop) of the estimate are needed. `index` counts windows; `origin` is the
    absolute position of sample 0 of the window in the stream, in model samples. `frame_caches` hold
    the last window's STFT frames, of the mix and of the known stems; None keeps none. `state` is
    what the method left with the last window that was run, or its `new_state()`; a gap in `index`
    says that windows were left out in between. `follower` gives the gains of a method with a state.
    """

    mix: Audio
    known: Audio
    known_mask: Flags
    index: int
    start: int
    stop: int
    origin: int = 0
    frame_caches: tuple[FrameCache, FrameCache] | None = None
    state: State | None = None
    follower: Follower | None = None


def never_stop(step: int, steps: int) -> bool:
    """A `proceed` that refines to the last step."""
    return True


@dataclass(frozen=True)
class Control:
    """How much to refine. `proceed(done, steps)` is called after every step; False stops there."""

    steps: int
    seed: int = 0
    proceed: Callable[[int, int], bool] = never_stop


@dataclass(frozen=True)
class Estimate:
    """stems (S, C, stop - start) float32, the steps done and the network calls they took.

    `state` is for the next window of the same signal; None from a method that has none. `heard` is
    how sure a steered model's taggers are that each stem is in the window's mix, 0 to 1.
    """

    stems: Audio
    steps: int
    network_calls: int
    state: State | None = None
    heard: tuple[float, ...] = ()


def without_known(window: Window) -> Window:
    """The window of a mix that lacks the known stems, which are silent in it."""
    if not window.known_mask.any():
        return window
    mix = window.mix - window.known[window.known_mask].sum(axis=0)
    return replace(window, mix=mix, known=np.zeros_like(window.known))


def with_known(stems: Audio, window: Window) -> Audio:
    """stems (S, C, stop - start), those that the window knows replaced by what it knows."""
    stems[window.known_mask] = window.known[window.known_mask, :, window.start : window.stop]
    return stems
