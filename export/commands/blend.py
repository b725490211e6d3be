"""`python -m export blend`: weights between those of two checkpoints."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Blend two checkpoints: a network and its fine-tuned version."
EXAMPLES = """\
example:
  python -m export blend runs/shipped.pt runs/mine/last.pt --share 0.5 -o runs/between.pt

Fine-tuning on one kind of songs costs quality on others; weights between the two networks often
keep the best of both. Both must be the same network, and the second must have started from the
first (`train --init`); otherwise the blend is useless. Choose the share with songs that neither was
trained on (`evaluate --songs`). The result is a checkpoint, except that training cannot resume it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two checkpoints and what lies between."""
    add = parser.add_argument
    add("first", type=Path, help="the checkpoint that the second started from")
    add("second", type=Path, help="the fine-tuned checkpoint")
    add("--share", type=float, default=0.5, help="of the second, 0 to 1 (default: %(default)s)")
    add("-o", "--output", type=Path, required=True, help="checkpoint to write")


def run(args: argparse.Namespace) -> int:
    """Write the checkpoint."""
    from export.training.blend import blend

    blend(args.first, args.second, args.share, args.output)
    return 0
