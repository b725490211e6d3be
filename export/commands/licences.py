"""`python -m export licences`: what the licences of rendered songs allow."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Say what the licences of rendered songs allow."
EXAMPLES = """\
examples:
  python -m export licences bands_free
  python -m export licences bands --json licences.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which songs."""
    parser.add_argument("folder", type=Path, help="folder of rendered songs, all splits or one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it as JSON, too")


def run(args: argparse.Namespace) -> int:
    """Print the summary."""
    from export.data.licences import as_text, summary, write

    found = summary(args.folder)
    print(as_text(found))
    if args.json:
        write(found, args.json)
    return 0
