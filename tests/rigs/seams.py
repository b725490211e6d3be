"""How much windows show where they meet, on real music."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.load import Model
from engines.making import make_stream
from engines.stream import StreamSettings

_REACH = 32


def seams_db(
    model: Model, settings: StreamSettings, mix: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(stems,): energy of second differences around a seam above that which the same place of the
    same music has when the hops lie half a hop elsewhere. In dB place by place, then the mean: a
    mean of energies would be that of the few loudest places. `mix` at the model's rate.
    """
    half = settings.hop_samples // 2
    late = np.concatenate([np.zeros((len(mix), half), np.float32), mix], axis=-1)
    live, elsewhere = (
        np.concatenate([stream.push(audio), stream.flush()], axis=-1)[:-1]
        for stream, audio in (
            (make_stream(model, settings), mix),
            (make_stream(model, settings), late),
        )
    )
    here, there = ((np.diff(one, n=2) ** 2).mean(axis=1) for one in (live, elsewhere[..., half:]))
    ratios_db = [_ratio_db(settings, here, there, 0), _ratio_db(settings, there, here, half)]
    return np.asarray(np.concatenate(ratios_db).mean(axis=0), np.float64)


def _ratio_db(
    settings: StreamSettings, own: NDArray[np.float32], other: NDArray[np.float32], shift: int
) -> NDArray[np.float32]:
    """(seams, stems): energy around each seam of `own`, above that of the place in `other`."""
    hop, width = settings.hop_samples, settings.crossfade_samples + 2 * _REACH
    starts = np.arange(2 * hop - shift, own.shape[-1] - 2 * hop, hop) - _REACH
    here, there = (
        np.array([one[:, start : start + width].mean(axis=1) for start in starts]) + 1e-14
        for one in (own, other)
    )
    return np.asarray(10 * np.log10(here / there))
