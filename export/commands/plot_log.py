"""`python -m export plot-log`: the logs of training runs as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.common.errors import UsageError

HELP = "Plot the logs of training runs, several in one picture."
EXAMPLES = """\
examples:
  python -m export plot-log runs/song
  python -m export plot-log runs/song runs/one_pass -o compare.svg
  python -m export plot-log runs/song --metric sdr -o song.png

Loss, gradient norm, learning rate and each stem's validation: one line per run, dashed for more
than one Gibbs step. `train` writes RUN/log.svg by itself at every validation. Needs matplotlib:
pip install '.[plot]'.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which runs, and where to."""
    from export.training.plot_log import METRICS

    add = parser.add_argument
    add("runs", nargs="+", type=Path, metavar="RUN", help="a folder that `train --out` made")
    add("-o", "--out", type=Path, metavar="FILE", help="(default: RUN/log.svg)")
    add("--metric", choices=tuple(METRICS), default="si_sdri", help="(default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Draw."""
    from export.training.plot_log import draw, read

    if args.out is None and len(args.runs) > 1:
        raise UsageError("several runs", "-o FILE", "name the picture")
    out = args.out or args.runs[0] / "log.svg"
    draw([read(path) for path in args.runs], out, args.metric)
    print(out)
    return 0
