"""A network that listens to tags: one pass for each stem that is asked for, and masks that agree.

The graph's inputs are the mix's magnitudes and `tags` (B, tags): 1 for each tag of the stem. Its
answer is a mask. The masks of a window's stems are then made consistent (`consistent`), so that
stems and residual add up to the mix and no sound is in two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.domains import Arrays, make_frames
from engines.graph import TAGS, Graph
from engines.methods import require
from engines.session import Session
from engines.spec import ModelSpec, Query, Target, no_tags
from engines.types import Audio, Flags
from engines.window import Control, Estimate, State, Window, with_known, without_known

ROLE = "spec_stems"
Parts = tuple[tuple[int, ...], ...]
"""Of every stem, the places of those that are a part of it, and of no other part of it."""


class Method:
    """Known stems are taken out of the mix before the pass; the steps asked for do not matter."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        require(spec.query is not None, spec, "a model that listens to tags")
        assert spec.query is not None
        self._spec, self._query, self._graph = spec, spec.query, Graph(spec, session)
        self._vectors = [vector(spec.query, target) for target in spec.query.targets]
        self._parts = parts_of(spec.query)

    def new_state(self) -> State | None:
        """None: every window is estimated by itself."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """A network call for each stem, and those that are known as given.

        Raises TagError where the model was asked for no tags.
        """
        if not self._vectors:
            raise no_tags(self._spec.name, self._query)
        heard = [without_known(window) for window in windows]
        frames = make_frames(self._spec, heard)
        wanted = ~windows[0].known_mask
        masks = self._masks(frames.inputs, wanted)
        found = []
        for item, window in enumerate(windows):
            agreed = consistent(masks[item], self._parts)
            stems = frames.stems({ROLE: agreed}, item, window.start, window.stop)
            calls = int(wanted.sum())
            found.append(Estimate(with_known(stems, window), steps=1, network_calls=calls))
        control.proceed(1, 1)
        return found

    def _masks(self, inputs: Arrays, wanted: Flags) -> Audio:
        """(B, S, C, bins, frames): each stem's own mask; none of those not wanted."""
        (mixes,) = inputs.values()
        masks = np.zeros((len(mixes), len(wanted), *mixes.shape[1:]), np.float32)
        for row in np.flatnonzero(wanted):
            asked = np.repeat(self._vectors[row][None], len(mixes), axis=0)
            masks[:, row] = self._graph.run(inputs, {TAGS: asked})[ROLE][:, 0]
        return masks


def vector(query: Query, target: Target) -> Audio:
    """(tags,): 1 for each of the target's."""
    found = np.zeros(len(query.tags), np.float32)
    found[list(query.rows(target))] = 1
    return found


def parts_of(query: Query) -> Parts:
    """Of each target: those that mean a part of what it means, but not a part of such a part."""
    means = [query.meaning(target) for target in query.targets]
    inside = [[part for part, one in enumerate(means) if one < whole] for whole in means]
    return tuple(
        tuple(part for part in parts if not any(part in inside[other] for other in parts))
        for parts in inside
    )


def consistent(masks: Audio, parts: Parts) -> Audio:
    """(S, ...) masks, at most 1 in sum.

    A stem of which another one is a part keeps what that leaves: of `drums` and `kick` the drums
    without the kick. Where the sum is then above 1, each keeps its share of it.
    """
    agreed = masks.copy()
    for whole, some in enumerate(parts):
        for part in some:
            agreed[whole] -= masks[part]
    np.maximum(agreed, 0, out=agreed)
    agreed /= np.maximum(agreed.sum(axis=0), np.float32(1))
    return agreed
