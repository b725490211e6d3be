"""`daw-bridge install`: files for Max, Pd, REAPER, Ardour, TouchOSC and systemd in their places."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daw_bridge.cli.install.placing import Changes
    from daw_bridge.cli.install.programs import Program

NAMES = ("max", "pd", "reaper", "ardour", "touchosc", "systemd", "systemd-system")
HELP = "Put patches, scripts, layouts and units where Max, Pd, REAPER, Ardour and others look."
MOST_TOLD = 5
"""So many files are named one by one."""
EXAMPLES = """\
examples:
  daw-bridge install                      what there is, and where each would go
  daw-bridge install max                  the Max package, for Max for Live too
  daw-bridge install max --dry-run        say what would be written
  daw-bridge install touchosc --dest ~/layouts    somewhere else
  daw-bridge install max --uninstall      take away what it put there
  daw-bridge install systemd              a service of yours, for live audio (Linux)
  sudo /opt/daw-bridge/bin/daw-bridge install systemd-system
                                          a service of the machine's, for jobs and the network

--dest names the folder that stands for the program's own, such as Max's Packages or
REAPER's resource folder. A file that you changed is not replaced or removed without asking; --force
does it. After an update of daw-bridge, install again: a service's options, serve.toml, stay yours.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The program, and where to."""
    parser.add_argument(
        "program", nargs="?", choices=NAMES, help="Whose files. Default: list them all."
    )
    parser.add_argument(
        "--dest", type=Path, metavar="DIR", help="A folder instead of the program's own."
    )
    parser.add_argument("--dry-run", action="store_true", help="Say what would be done, no more.")
    parser.add_argument(
        "--uninstall", action="store_true", help="Remove what was installed, and nothing else."
    )
    parser.add_argument(
        "--force", action="store_true", help="Replace or remove files that you changed, too."
    )


def run(args: argparse.Namespace) -> int:
    """Install, uninstall, or list."""
    from daw_bridge.cli.install import systemd
    from daw_bridge.cli.install.placing import put, take
    from daw_bridge.cli.install.programs import contents, program, where
    from daw_bridge.cli.signals import StopSignals

    if args.program is None:
        return _list_all(args)
    one = program(args.program)
    folder = args.dest.expanduser() if args.dest else where(one)
    ask = _yes if args.force else _ask
    if one.is_service and not args.dry_run:
        own = args.dest is not None
        systemd.check(one.name, folder, own_folder=own, removing=args.uninstall)
    with StopSignals(raising=True):
        if args.uninstall:
            return _say(args, one, folder, take(folder, one.home, ask, args.dry_run))
        files = contents(one, folder)
        done = put(folder, one.home, files, ask, args.dry_run, kept=one.kept)
        return _say(args, one, folder, done)


def _yes(what: str, files: Sequence[Path]) -> bool:
    return True


def _ask(what: str, files: Sequence[Path]) -> bool:
    """Ask on the terminal about files that the user changed; without one the answer is no."""
    import sys

    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    lines = [f"Changed by you, or not from daw-bridge, and would be {what}:", *map(str, files)]
    print("\n  ".join(lines), file=sys.stderr)
    print(f"Have {'it' if len(files) == 1 else 'them'} {what}? [y/N] ", file=sys.stderr, end="")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _say(args: argparse.Namespace, one: Program, folder: Path, done: Changes) -> int:
    """What was done, or would be; files one by one where they are only told, or few."""
    from daw_bridge.cli.install import systemd

    if args.dry_run:
        for what, places in (("write", done.written), ("remove", done.removed)):
            for place in places:
                print(f"would {what} {folder / place}")
        if done.same:
            print(f"{done.same} files are there already")
        return 0
    for place in done.kept:
        print(f"kept {folder / place}: you changed it (--force removes it)")
    if args.uninstall:
        print(f"{one.title}: {len(done.removed)} files removed from {folder}")
        return 0
    counts = f"{len(done.written)} files written, {done.same} there already"
    old = f", {len(done.removed)} of an earlier version removed" if done.removed else ""
    print(f"{one.title}: {counts}{old}: {folder / one.home}")
    for place in done.written if len(done.written) <= MOST_TOLD else ():
        print(f"  wrote {folder / place}")
    for text in (systemd.told(one.name) if one.is_service else "", one.shown):
        if text:
            print(text)
    return 0


def _list_all(args: argparse.Namespace) -> int:
    """Every program: where its files would go, and whether they are there. Raises BadValue."""
    from daw_bridge.cli.install.placing import Listed
    from daw_bridge.cli.install.programs import PROGRAMS
    from daw_bridge.cli.tables import table
    from daw_bridge.errors import BadValue

    if args.dest or args.uninstall or args.dry_run or args.force:
        raise BadValue("no program", f"one of {', '.join(NAMES)}", "daw-bridge install max ...")
    rows = []
    for one in PROGRAMS:
        folder = next(iter(one.folders()), None)
        there = folder is not None and Listed(folder, one.home).path.is_file()
        where = str(folder / one.home) if folder else f"not found (needs {one.missing})"
        rows.append((one.name, "yes" if there else "no", where))
    print(table(("program", "installed", "where"), rows))
    return 0
