"""`python -m export blend`: weights between those of two checkpoints."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Blend two checkpoints: a network and its further training."
EXAMPLES = """\
example:
  python -m export blend runs/shipped.pt runs/mine/last.pt --share 0.5 -o runs/between.pt

Training on for songs of one kind takes something away elsewhere; weights between the two often have
the best of both. Both must be the same network, the second begun as the first (`train --init`), or
what lies between is no network of use. Which share is best, songs that neither was trained on say
(`evaluate --songs`). The result goes wherever a checkpoint goes but for resuming.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two checkpoints and what lies between."""
    add = parser.add_argument
    add("first", type=Path, help="the checkpoint that the other began as")
    add("second", type=Path, help="what was trained on from it")
    add("--share", type=float, default=0.5, help="of the second, 0 to 1 (default: %(default)s)")
    add("-o", "--output", type=Path, required=True, help="checkpoint to write")


def run(args: argparse.Namespace) -> int:
    """Write the checkpoint."""
    from export.training.blend import blend

    blend(args.first, args.second, args.share, args.output)
    return 0
