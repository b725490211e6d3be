"""`python -m export prepare`: own songs and data sets become training data."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import options_of

HELP = "Turn folders of songs, your own or a data set's, into training data."
EXAMPLES = """\
examples:
  python -m export prepare my-songs -o data
  python -m export prepare my-songs MUSDB18-HQ -o data --valid 4
  python -m export train --setup song --data data --out runs/mine      what comes next

A folder of your own holds a folder for each song, and in it a file for each stem: drums.wav,
Bass DI.wav, Lead Vox.flac. Files are known by their names; what is not known is part of the rest.
A file songs.toml beside the songs says what names mean, whose the songs are, and which are for
validation: docs/guide/train.md.

Data sets are found as they lie on disk: MUSDB18 (.stem.mp4), MUSDB18-HQ, MoisesDB, Slakh2100,
Frets on Fire, MIR-1K, and songs that `render` made.

One song in ten is kept for validation, two of six or more, whole artists where it can be, and the
same ones every time. Songs that are there already are kept, so a stopped run resumes, and songs
that you add later are added.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which songs, where to, and how."""
    from export.data.layouts import layout_names

    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="FOLDER", help="songs, or a data set")
    add("-o", "--output", type=Path, required=True, metavar="DATA",
        help="folder to write: FLAC files, about 9 MB a minute and stem")  # fmt: skip
    add("--valid", type=int, metavar="N",
        help="songs of each folder to validate on (default: as the set has it, else a tenth); 0: "
        "none")  # fmt: skip
    add("--test", action="store_true", help="songs of the sets' test splits as well")
    add("--layout", default="", metavar="NAME",
        help=f"how the folders are laid out: {', '.join(layout_names())} (default: by "
        "scanning)")  # fmt: skip
    add("--skip-faulty", action="store_true", help="leave out songs with a fault, and say which")


def run(args: argparse.Namespace) -> int:
    """Prepare; say what there is and what comes next."""
    from export.data.prepare import PrepareOptions, prepare, summary

    index = prepare(args.folders, args.output, options_of(PrepareOptions, args))
    print(summary(index, args.output))
    print(f"next: python -m export train --setup song --data {args.output} --out runs/mine")
    return 0
