"""Scores of a tagger that hears shares, while it trains, on sounds whose shares are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from export.common.tags import NAMES, PARENTS
from export.data.share_items import Array, ShareBatch
from export.nets.nade import Nade

#: A tag that has at least so much is as good as alone.
ALONE = 0.9
_TINY = 1e-9


@torch.no_grad()
def heard(network: Nade, batch: ShareBatch) -> Array:
    """(B, answers, tags)."""
    found: Array = network.core.shares(torch.from_numpy(batch.audio)).numpy()
    return found


def heard_right(
    network: Nade, batches: Sequence[ShareBatch]
) -> tuple[dict[str, float], dict[str, float]]:
    """A row of the log and its means, over the known tags of all pieces of time.

    `sdr`, by which the best is chosen: the energy of the shares over that of the answers' errors,
    dB. The mean answer where a tag is alone, by group; where it is absent while something sounds;
    where nothing sounds. The mean absolute error where a tag is there.
    """
    said = np.concatenate([heard(network, one).reshape(-1, len(NAMES)) for one in batches])
    true = np.concatenate([one.shares.reshape(-1, len(NAMES)) for one in batches])
    counts = [np.repeat(one.known, one.shares.shape[1], axis=0) for one in batches]
    known = np.concatenate(counts) > 0
    true = np.where(known, true, 0)
    there, sounds = true > 0, true.max(axis=1) > 0
    error = np.square(np.where(known, said - true, 0)).sum()
    energy = np.square(true).sum()
    row = {
        "error_there": _mean(np.abs(said - true)[there]),
        "absent": _mean(said[known & (true == 0) & sounds[:, None]]),
        "silence": _mean(said[~sounds]),
    }
    for name in (*PARENTS, "vocals"):
        place = NAMES.index(name)
        alone = known[:, place] & (true[:, place] >= ALONE)
        row[f"alone_{name}"] = _mean(said[alone, place])
    row = {name: value for name, value in row.items() if not np.isnan(value)}
    return row, {"sdr": float(10 * np.log10((energy + _TINY) / (error + _TINY)))}


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
