"""Weights between those of two checkpoints: a network and what it was trained on to.

    python -m export blend runs/shipped.pt runs/mine/last.pt --share 0.5 -o runs/between.pt

Training on for songs of one kind takes something away elsewhere; weights between the two often
have the best of both (Wortsman et al. 2022, Robust fine-tuning of zero-shot models, arXiv
2109.01903). Both must be the same network, the second begun as the first (`--init`), or what lies
between is no network of use. Which share is best, songs that neither was trained on say
(`export.scores.evaluate --songs`). The result goes wherever a checkpoint goes but for resuming.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from export.nets import checkpoint
from export.nets.checkpoint import CheckpointError


def between(first: dict[str, Tensor], second: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """(1 - share) of each of the first's weights and share of the second's; counts are the
    second's. Raises CheckpointError where their names or shapes differ."""
    if differ := sorted(
        name for name in set(first) | set(second)
        if name not in first or name not in second or first[name].shape != second[name].shape
    ):  # fmt: skip
        raise CheckpointError(f"the two differ in {', '.join(differ)[:200]}; expected one network")
    return {
        name: first[name].lerp(value, share) if value.is_floating_point() else value
        for name, value in second.items()
    }


def blend(first: Path, second: Path, share: float, out: Path) -> None:
    """Writes the checkpoint of the averaged weights. Raises CheckpointError."""
    if not 0 <= share <= 1:
        raise CheckpointError(f"share is {share}, expected 0 (the first) to 1 (the second)")
    one, other = checkpoint.load(first), checkpoint.load(second)
    if json.loads(one["description"]) != json.loads(other["description"]):
        raise CheckpointError(f"{first} and {second} are not of one network, stems and rate")
    weights = between(one["ema"], other["ema"], share)
    about = {"description": other["description"], "step": other["step"]}
    checkpoint.save(out, about | {"ema": weights, "model": weights})


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m export blend",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("first", type=Path, help="the checkpoint that the other began as")
    parser.add_argument("second", type=Path, help="what was trained on from it")
    parser.add_argument(
        "--share", type=float, default=0.5, help="of the second, 0 to 1 (default: %(default)s)"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="checkpoint to write")
    given = parser.parse_args(argv)
    try:
        blend(given.first, given.second, given.share, given.output)
    except CheckpointError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
