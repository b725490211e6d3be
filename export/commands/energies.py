"""`python -m export energies`: mean energy of each stem in the training data."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from export.commands._flags import add_data, add_prepared

HELP = "Measure each stem's mean energy in the training data."
EXAMPLES = """\
examples:
  python -m export energies --data data
  python -m export energies --cache cache --bands bands -o energies.json
  python -m export energies --setup m_unet_small --filter-silent --cache cache --bands bands

`train` measures them itself when a weighting needs them, and keeps the result in CACHE/energies.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose data, and how much of it."""
    from export.training.energies import ITEMS

    add = parser.add_argument
    add("--setup", default="song", help="whose [data] table, rate and channels (%(default)s)")
    add_prepared(parser)
    add_data(parser)
    add("--filter-silent", action="store_true", help="without items in which a stem is silent")
    add("--seed", type=int, default=0, help="of the training data (default: %(default)s)")
    add("--items", type=int, default=ITEMS, help="to average over (default: %(default)s)")
    add("-o", "--output", type=Path, metavar="JSON", help="instead of standard output")


def run(args: argparse.Namespace) -> int:
    """Measure, or read what was measured; write or print."""
    from export.training.energies import of_setup, write
    from export.training.setup_files import load_setup
    from export.training.source import located

    setup = load_setup(args.setup)
    data = located(setup["data"], args.cache, args.bands, args.data)
    data |= {"filter_silent": args.filter_silent}
    found = of_setup(setup, data, args.seed, args.items)
    if args.output:
        write(found, args.output)
    else:
        print(json.dumps(found, indent=1))
    return 0
