"""`python -m export train`: a setup and data become a checkpoint."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import add_data

HELP = "Train a network within a budget; resumes where it was."
EXAMPLES = """\
examples:
  python -m export train --setup song --cache cache --bands bands --out runs/song --minutes 75
  python -m export train --setup song --cache cache --bands bands --out runs/song --minutes 150
  python -m export train --setup m_unet_small --loss spectral_indirect --weighting ebw_p1 \\
      --filter-silent --steps 2000 --cache cache --bands bands --out runs/m_unet

The second line resumes the first run. Writes `last.pt` (everything needed to resume; the averaged
weights are what gets exported), `best.pt` (the same, at the best validation), `log.jsonl` and, with
matplotlib, its plot `log.svg` into --out. Ctrl-C or SIGTERM saves and ends with exit status 130.
The learning rate is constant, then falls by a cosine until the budget's end; a run resumed with a
larger budget picks up that larger budget's schedule. With --steps and without validation, the same
command gives the same weights on a CPU; a GPU's sums differ in their last bits from run to run.

On a machine that is yours for minutes only, each command trains a slice of the same budget; it ends
with status 75 while there is more to do, and with 0 when the budget is used up:

  python -m export train --setup song --cache cache --bands bands --out runs/song \\
      --steps 60000 --device cuda --workers 8 --slice-minutes 9
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is trained, on what; every training option is a flag."""
    from export.training.options import add_options

    add = parser.add_argument
    add("--setup", required=True, help="name in export/training/setups, or a .toml file")
    add_data(parser)
    add("--out", type=Path, required=True, metavar="DIR", help="checkpoints and log")
    add("--one-pass", action="store_true",
        help="the same network without conditioning: its twin")  # fmt: skip
    add(
        "--init",
        type=Path,
        metavar="CHECKPOINT",
        help="start from these weights: of the same network, or of its one-pass twin",
    )
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Train until the budget or the slice ends, or until interrupted."""
    from export.training import train
    from export.training.options import options_from
    from export.training.setup_files import load_setup
    from export.training.source import located

    setup = load_setup(args.setup)
    setup = train.one_pass(setup) if args.one_pass else setup
    data = located(setup["data"], args.cache, args.bands)
    clips = train.validation_clips(setup, data)
    train.start(setup, options_from(setup, vars(args)), data, args.out, clips, args.init)
    return 0
