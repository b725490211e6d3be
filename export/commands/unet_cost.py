"""`python -m export unet-cost`: what training the U-Net families costs."""

from __future__ import annotations

import argparse

HELP = "Tabulate what training the U-Net families costs."
EXAMPLES = """\
example:
  python -m export unet-cost --chunks 1000 --batch 6 --steps 5

After table I of Kadandale et al. 2020 (arXiv 2003.10414); see export/studies/unet_cost.py.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes of the table's epoch, and how often a step is timed."""
    add = parser.add_argument
    add("--chunks", type=int, default=1000, help="N, chunks in an epoch (default: %(default)s)")
    add("--batch", type=int, default=6, help="chunks in a step (default: %(default)s)")
    add("--frames", type=int, default=128, help="frames in a chunk (default: %(default)s)")
    add("--steps", type=int, default=5, help="steps to time (default: %(default)s)")
    add("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    import torch

    from export.studies.unet_cost import table

    torch.set_num_threads(args.threads)
    print(table(args.chunks, args.batch, args.frames, args.steps))
    return 0
