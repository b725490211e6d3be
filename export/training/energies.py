"""Mean energy of each stem in the training data, for the weightings that need it.

    python -m export energies --cache cache --bands bands -o energies.json
    python -m export energies --preset m_unet_small --filter-silent --cache cache --bands bands

The energy of a stem in an item is the sum of its squared samples over the window, mean over
channels (time domain, as in the code of Kadandale et al. 2020); the mean is over --items items
drawn as training draws them, before any equaliser of a band loss. Without -o the JSON is printed.
`export.training.train` does the same by itself where a weighting needs it, and keeps the result in
CACHE/energies.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from export.common.batch import Batch
from export.common.clips import ClipError
from export.common.files import replacing
from export.data.errors import DataError
from export.nets import families
from export.training.feed import Batches
from export.training.options import OptionError
from export.training.preset import load_preset
from export.training.source import located, make_source

ITEMS = 512


def measure(source: Batches, items: int = ITEMS) -> list[float]:
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


def write(energies: dict[str, float], path: Path) -> None:
    """Writes energies as JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(energies, indent=1) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m export energies",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--preset", default="song", help="whose [data] table, rate and channels (%(default)s)")
    add("--cache", type=Path, help="real clips (export.data.clips --cache)")
    add("--bands", type=Path, required=True, help="rendered songs (export.data.render --out)")
    add("--filter-silent", action="store_true", help="without items in which a stem is silent")
    add("--seed", type=int, default=0, help="of the training data (default: %(default)s)")
    add("--items", type=int, default=ITEMS, help="to average over (default: %(default)s)")
    add("-o", "--output", type=Path, metavar="JSON", help="instead of standard output")
    given = parser.parse_args(arguments)
    try:
        preset = load_preset(given.preset)
        channels = families.config_from(preset["family"], preset.get("model", {})).channels
        data = located(preset["data"], given.cache, given.bands)
        data = data | {"filter_silent": given.filter_silent}
        stems = tuple(preset["stems"])
        found = of_training(data, stems, preset["rate_hz"], channels, given.seed, given.items)
    except (DataError, ClipError, OptionError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    if given.output:
        write(found, given.output)
    else:
        print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
