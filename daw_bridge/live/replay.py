"""Makes again, offline, what a live stream made: the same windows skipped, the same steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from daw_bridge.errors import BadValue
from engines.load import Model
from engines.stream import Stream, StreamSettings
from engines.types import Audio


def replay(
    model: Model, settings: StreamSettings, mix: Audio, log: Sequence[tuple[int, int]]
) -> Audio:
    """(channels, n) and a live stream's whole `steps_log` -> (outputs, channels, m).

    These are all samples that the logged windows made final, without the latency. Model, settings
    and seed must be those of the live stream. Raises BadValue where the log lacks its beginning.
    """
    if [index for index, _ in log[:1]] != [0]:
        raise BadValue(
            "a log that does not begin with window 0",
            "the steps of every window since the stream's start or reset",
            "Read the log before its oldest windows are forgotten.",
        )
    stream = Stream(model, settings)
    pieces, emitted, taken = [], 0, 0
    for index, steps in log:
        stream.update(steps=steps or None)
        while stream.stats.windows <= index and taken < mix.shape[-1]:
            due = min(emitted + stream.latency_samples + 1, mix.shape[-1])
            pieces.append(stream.push(mix[:, taken:due], run=bool(steps)))
            emitted, taken = emitted + pieces[-1].shape[-1], due
    return np.concatenate(pieces, axis=-1)
