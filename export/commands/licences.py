"""`python -m export licences`: what the licences of songs allow."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Say what the licences of rendered or prepared songs allow."
EXAMPLES = """\
examples:
  python -m export licences bands_free
  python -m export licences data
  python -m export licences bands --json licences.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which songs."""
    parser.add_argument("folder", type=Path,
        help="folder of rendered songs, all splits or one; or that `prepare` made")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it as JSON, too")


def run(args: argparse.Namespace) -> int:
    """Print the summary."""
    from export.data.licences import as_text, summary, write
    from export.data.prepare import is_prepared, read_index, sets_of
    from export.data.terms import MEANING

    if is_prepared(args.folder):
        found = read_index(args.folder)
        print(f"{MEANING[found['terms']]}\n{sets_of(found)}")
    else:
        found = summary(args.folder)
        print(as_text(found))
    if args.json:
        write(found, args.json)
    return 0
