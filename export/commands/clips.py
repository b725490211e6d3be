"""`python -m export clips`: the cache of real clips and voices that training draws from."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import DATA

HELP = "Decode real clips and voices into a cache for training."
EXAMPLES = """\
examples:
  python -m export clips --data DATA --cache cache
  python -m export clips --data DATA --cache cache_free --sets remixed-cc0

DATA/musdb18-7 holds MUSDB18-7 as the Python package musdb fetches it (train/*.stem.mp4), or a
folder for each song; DATA/mir1k-voices MIR-1K (Wavfile), or a file for each singer;
DATA/remixed-cc0 any songs that you may use freely, a folder each. Songs of your own need no cache:
see `prepare`.

Cached songs are skipped, so a stopped run resumes where it was.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from and where to."""
    from export.data.clip_cache import SETS

    add = parser.add_argument
    add("--data", type=Path, default=DATA, metavar="DIR",
        help=f"folder of {', '.join(SETS)} (default: %(default)s)")  # fmt: skip
    add("--cache", type=Path, required=True, metavar="DIR", help="folder to write, about 2.5 GB")
    add(
        "--sets",
        nargs="+",
        choices=SETS,
        default=SETS,
        metavar="SET",
        help="which folders of it (default: all); remixed-cc0 alone is free for any use",
    )


def run(args: argparse.Namespace) -> int:
    """Make the cache."""
    from export.data.clip_cache import make_cache

    make_cache(args.data, args.cache, args.sets)
    return 0
