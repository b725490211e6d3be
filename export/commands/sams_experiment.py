"""`python -m export sams-experiment`: how many slices Sams-Net needs, what attention is worth."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import add_data, at_least_one
from export.common.errors import UsageError

HELP = "Score Sams-Net in 1, 2, 4, ... slices of a song."
EXAMPLES = """\
examples:
  python -m export sams-experiment --cache cache --bands bands --steps 4000 \\
      --songs data/test --out runs/sams
  python -m export sams-experiment --checkpoint runs/sams_net_live/last.pt --variants attention \\
      --songs data/test --out runs/sams

The first line trains --setup twice with the same seed, data and budget, as it is and with
`attention = false`, into OUT/attention and OUT/no_attention; the same command resumes. The second
line takes a trained network instead. Each is then scored on every song, cut into 1, 2, 4, ...
equal parts along time, each part separated on its own.

Writes OUT/report.json and OUT/report.txt after every row: SDR of museval (median over clips, one
call of the network), the mean over stems, with the paired gain over one slice and of attention over
none, and the processor time for a second of audio. Songs of 7 s in 12 slices have slices of 0.6 s;
the paper's songs of 4 minutes have slices of 20 s: its axis is reached with whole songs only.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is trained, or taken, and what it is scored on; every training option is a flag."""
    from export.studies.sams_experiment import SLICES, VARIANTS
    from export.training.options import add_options

    add = parser.add_argument
    add("--songs", type=Path, required=True, help="folder of song folders to score")
    add("--out", type=Path, required=True, help="training runs and reports")
    add("--setup", default="sams_net_live", help="what is trained, with and without")
    add("--checkpoint", type=Path, help="take this as the network with attention")
    add("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    add("--slices", type=at_least_one, nargs="+", default=list(SLICES), help="numbers")
    add("--limit", type=int, help="at most so many songs")
    add_data(parser)
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Train what has to be trained, score, print the table."""
    from export.studies.sams_experiment import Training, networks, score_songs, table

    trains = set(args.variants) - ({"attention"} if args.checkpoint else set())
    if trains and None in (args.cache, args.bands):
        seen = f"no folder to train {' and '.join(sorted(trains))}"
        raise UsageError(seen, "--cache and --bands", "give both")
    training = Training(args.setup, vars(args), args.cache, args.bands, args.out)
    found = networks(args.variants, args.checkpoint, training)
    report = score_songs(found, args.songs, args.out, args.slices, args.limit, args.threads or 1)
    print(table(report))
    return 0
