"""`python -m export lmms`: the demo projects of LMMS as songs with stems."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Render the demo projects of LMMS into folders of stems."
EXAMPLES = """\
examples:
  python -m export lmms --out lmms-songs
  python -m export lmms --packages packages --out lmms-songs --only 'CapDan-*'
  python -m export prepare lmms-songs/* -o cache/prepared --valid 0

Needs the command lmms (Debian: lmms). A song that is there is skipped, so Ctrl-C loses one song.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from and where to."""
    holds = "folder of unpacked packages, one folder each (default: %(default)s, installed ones)"
    add = parser.add_argument
    add("--packages", type=Path, default=Path("/"), metavar="DIR", help=holds)
    add("--out", type=Path, required=True, metavar="DIR", help="a folder for each licence")
    add("--only", default="*", metavar="PATTERN", help="projects of this name, with * and ?")


def run(args: argparse.Namespace) -> int:
    """Render one after the other; say what became of each."""
    from fnmatch import fnmatchcase

    from export.data.errors import DataError
    from export.data.lmms import find_projects, render

    every = find_projects(args.packages)
    asked = [one for one in every if fnmatchcase(one.name, args.only)]
    if not asked:
        names = ", ".join(one.name for one in every)
        raise DataError("no-project", f"no project is called {args.only}; there are {names}")
    for number, project in enumerate(asked, 1):
        said = render(project, args.out)
        print(f"{number}/{len(asked)} {project.name} [{project.licence.licence}]: {said}",
              flush=True)  # fmt: skip
    return 0
