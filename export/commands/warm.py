"""`python -m export warm`: what a window gains that begins with the one before."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from export.commands._flags import options_of

HELP = "Compare live windows with cold and with warm starts."
EXAMPLES = """\
examples:
  python -m export warm runs/late/last.pt runs/whole/last.pt --songs songs --steps 1 2 4 8
  python -m export warm runs/late/last.pt --songs bands/test --seconds 5 --lookahead 2048 8192
  python -m export warm runs/late/last.pt --songs data/test

Prints, for each checkpoint, lookahead, kind of start and number of steps, the mean over stems of
the median SDR (dB) of the committed audio, with the paired gain over one cold step and its 95 %
interval. Stems below -60 dBFS in a song are not scored; stems that a song does not have apart are
scored as their sum. How windows roll: export/studies/warm.py.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which networks on which songs, and how windows roll."""
    add = parser.add_argument
    add("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    add("--songs", type=Path, dest="root", required=True, help="folder of songs with their stems")
    add("--steps", type=int, nargs="+", default=[1, 2, 4, 8], help="Gibbs steps per hop")
    add("--window", type=int, default=44032, help="samples (default: %(default)s)")
    add("--hop", type=int, default=6144, help="samples (default: %(default)s)")
    add("--lookahead", type=int, nargs="+", default=[8192], help="samples (default: 8192)")
    add("--seconds", type=float, help="of each song's middle (default: whole songs)")
    add("--limit", type=int, help="only the first songs")
    add("--stems", nargs="+", metavar="STEM", help="mix these only (default: all there are)")
    add("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    add("--json", type=Path, metavar="FILE", help="write every song's values here")


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    import torch

    from export.studies.warm import Roll, Songs, report, table

    torch.set_num_threads(args.threads)
    rolls = [Roll(args.window, args.hop, ahead) for ahead in args.lookahead]
    rows = report(args.checkpoints, rolls, args.steps, options_of(Songs, args))
    print(table(rows))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1), "utf-8")
    return 0
