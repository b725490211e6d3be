"""Mean energy of each stem in the training data, for the weightings that need it.

The energy of a stem in an item is the sum of its squared samples over the window, mean over
channels (time domain, as in the code of Kadandale et al. 2020); the mean is over --items items
drawn as training draws them, before any equaliser of a band loss.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from export.common.batch import Batch
from export.common.files import replacing
from export.nets import families
from export.training.prefetch import BatchSource
from export.training.source import make_source

ITEMS = 512


def measure(source: BatchSource, items: int = ITEMS) -> list[float]:
    """Mean energies (S,) of the first `items` items of batches (B, S, C, T), or a few more.

    A stem that an item knows only in a sum does not count in that item.
    """
    total, count, seen, step = np.zeros(1), np.zeros(1), 0, 0
    with tqdm(total=items, unit="item", desc="energies", disable=None) as bar:
        while seen < items:
            stems, known = _known(source.batch(step))
            energies = (stems.astype(np.float64) ** 2).sum(-1).mean(-1)
            total, count = total + (energies * known).sum(0), count + known.sum(0)
            seen, step = seen + len(stems), step + 1
            bar.update(len(stems))
    return [float(value) for value in total / np.maximum(count, 1)]


def _known(batch: Any) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Stems and (B, S): which of them are known by themselves."""
    if not isinstance(batch, Batch):
        return batch, np.ones(batch.shape[:2], bool)
    groups = batch.groups
    if groups is None:
        return batch.stems, np.ones(batch.stems.shape[:2], bool)
    return batch.stems, (groups[:, :, None] == groups[:, None]).sum(2) == 1


def of_training(
    data: dict[str, Any],
    stems: tuple[str, ...],
    rate_hz: int,
    channels: int,
    seed: int,
    items: int = ITEMS,
) -> dict[str, float]:
    """Energies by stem of what a completed [data] table gives. Raises DataError, ClipError.

    Kept in the cache folder, if there is one, and read from there while data table, paths, rate,
    channels, seed and items are the same: delete CACHE/energies after changing files in place.
    """
    settings = [data, stems, rate_hz, channels, seed, items]
    kept = None
    if data.get("cache") is not None:
        text = json.dumps(settings, sort_keys=True, default=lambda path: str(path.resolve()))
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        kept = Path(data["cache"]) / "energies" / f"{name}.json"
        if kept.is_file():
            found: dict[str, float] = json.loads(kept.read_text("utf-8"))
            return found
    values = measure(make_source(data, stems, rate_hz, channels, 8, seed), items)
    energies = dict(zip(stems, values, strict=True))
    if kept is not None:
        write(energies, kept)
    return energies


def of_setup(
    setup: dict[str, Any], data: dict[str, Any], seed: int, items: int = ITEMS
) -> dict[str, float]:
    """`of_training` with the stems, rate and channels of a setup."""
    channels = families.config_from(setup["family"], setup.get("model", {})).channels
    return of_training(data, tuple(setup["stems"]), setup["rate_hz"], channels, seed, items)


def write(energies: dict[str, float], path: Path) -> None:
    """Writes energies as JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(energies, indent=1) + "\n", "utf-8")
