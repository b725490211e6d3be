"""`python -m export precision-cost`: what a training step costs in each precision."""

from __future__ import annotations

import argparse

HELP = "Time a training step in several precisions."
EXAMPLES = """\
example:
  python -m export precision-cost --setup band --one-pass --precisions float32 bfloat16

The setup's network, loss and batch on noise, in turns of one step each, after one that is not
counted: medians of processor seconds, and their ratio to the first precision. No data is needed.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose step, and how often."""
    from export.training.device import PRECISIONS

    add = parser.add_argument
    add("--setup", default="band", help="(default: %(default)s)")
    add("--one-pass", action="store_true", help="its one-pass twin")
    add("--precisions", nargs="+", default=["float32", "bfloat16"], choices=tuple(PRECISIONS),
        help="(default: float32 bfloat16)")  # fmt: skip
    add("--rounds", type=int, default=3, help="steps timed of each (default: %(default)s)")
    add("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Print a line per precision and layout."""
    from export.studies.precision_cost import lines
    from export.training.options import options_from
    from export.training.setup_files import load_setup
    from export.training.train import one_pass

    setup = load_setup(args.setup)
    setup = one_pass(setup) if args.one_pass else setup
    options = options_from(setup, {"threads": args.threads})
    for line in lines(setup, options, args.precisions, args.rounds):
        print(line, flush=True)
    return 0
