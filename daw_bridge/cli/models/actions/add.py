"""`daw-bridge models add`: fetch a model of the catalogue, or take it from a file."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daw_bridge.cli.catalogue.entries import Entry

HELP = "Fetch one of other people's models; without a name, list those that there are."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME, --file, --yes."""
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="Which. Default: list them all.")
    add(
        "--file", type=Path, metavar="FILE", help="Its file, where you have it: nothing is fetched."
    )
    add("--set", action="append", default=[], metavar="WHAT=VALUE", dest="answers",
        help="What the recipe asks for, such as fft=6144. Repeatable.")  # fmt: skip
    add("--yes", action="store_true", help="Fetch it without asking.")


def run(args: argparse.Namespace) -> int:
    """Say what it is and under which terms, ask, fetch, describe, try."""
    from daw_bridge.cli.catalogue.adding import add
    from daw_bridge.cli.catalogue.entries import entry
    from daw_bridge.cli.models.actions.adopt import answers_of
    from daw_bridge.cli.signals import StopSignals
    from engines.load import added_models

    if args.name is None:
        return _list_all()
    one = entry(args.name)
    print(_shown(one))
    _possible(one, args.file)
    if args.file is None and not args.yes and not _agreed():
        print("nothing was fetched")
        return 2
    with StopSignals(raising=True), _Bar() as bar:
        if one.export:
            return _checkpoint(one, args.file, bar)
        place = add(
            one,
            added_models(),
            args.file,
            partial(_describe, bar, answers_of(args.answers)),
            bar.show,
        )
    print(f"added: {place}")
    print(f"use it: daw-bridge separate song.wav --model {one.name}")
    return 0


def _list_all() -> int:
    from daw_bridge.cli.catalogue.adding import added
    from daw_bridge.cli.catalogue.entries import catalogue
    from daw_bridge.cli.tables import table
    from engines.load import added_models

    there = added(added_models())
    rows = [
        (one.name, "yes" if one.name in there else "no", one.title,
         "fetched" if one.source.verified else "with --file", one.licence)
        for one in catalogue()
    ]  # fmt: skip
    print(table(("name", "added", "what", "how", "licence"), rows))
    return 0


def _shown(one: Entry) -> str:
    """What a person should know before it comes."""
    source = one.source
    where = source.url or (f"package {source.package}" if source.package else "no address")
    size = f", {source.size_bytes / 1e6:.1f} MB" if source.size_bytes else ""
    checked = f"{source.sha256} ({source.checked})" if source.verified else "unverified: none known"
    rows = (
        ("stems", ", ".join(one.stems)), ("licence", one.licence), ("home", one.home),
        ("file", f"{source.file} from {where}{size}"), ("SHA-256", checked),
    )  # fmt: skip
    return "\n".join([f"{one.name}: {one.title}", *(f"  {a:<9}{b}" for a, b in rows)])


def _possible(one: Entry, file: Path | None) -> None:
    """Raises NotAllowed for a fetch of what nothing is known of, FileInTheWay for a taken name."""
    from daw_bridge.errors import FileInTheWay, NotAllowed
    from engines.load import list_models

    if one.name in list_models():
        action = f"daw-bridge models remove {one.name} takes it away, if it was added."
        raise FileInTheWay(f"a model called {one.name!r} already", "a free name", action)

    if file is None and not one.source.verified:
        raise NotAllowed(
            f"{one.name}, of which no checksum is known", "a file that you have got yourself",
            f"daw-bridge models add {one.name} --file FILE ({one.source.file})",
        )  # fmt: skip


def _agreed() -> bool:
    import sys

    if not (sys.stdin and sys.stdin.isatty()):
        print("not a terminal: --yes fetches it without asking", file=sys.stderr)
        return False
    print("Fetch it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _checkpoint(one: Entry, file: Path | None, bar: _Bar) -> int:
    """A checkpoint comes into this folder, and the command that makes a model of it is said."""
    from daw_bridge.cli.catalogue.adding import MOST_BYTES
    from daw_bridge.cli.catalogue.fetching import check_kept, fetch

    source = one.source
    place = file or Path(source.file)
    if file is not None:
        check_kept(file, source.sha256)
    elif not place.exists():
        fetch(source.url, place, source.sha256, source.size_bytes or MOST_BYTES, bar.show)
    else:
        check_kept(place, source.sha256)
    bar.erase()
    print(f"the checkpoint: {place}")
    print("make a model of it (needs pip install '.[export]' and its package):")
    print("  " + one.export.format(file=place))
    return 0


def _describe(bar: _Bar, answers: dict[str, str], model: Path, one: Entry) -> None:
    """Once it is there: describe it, and say how it runs here."""
    from daw_bridge.cli.models.actions.adopt import tried
    from daw_bridge.cli.models.adopting import adopt
    from engines.recipes import Given

    bar.erase()
    adopt(model, one.recipe, Given(one.name, (), one.licence, answers), "cpu", tried)


class _Bar:
    """How much has come, on a terminal; a line now and then elsewhere."""

    def __enter__(self) -> _Bar:
        import sys
        import time

        from daw_bridge.cli.terminal import Bar, Marks, can_draw_over

        self._bar = Bar(sys.stderr) if can_draw_over(sys.stderr) else None
        self._clock = time.monotonic
        self._marks = Marks(self._clock())
        return self

    def __exit__(self, *error: object) -> None:
        self.erase()

    def erase(self) -> None:
        """Make room for other words."""
        if self._bar:
            self._bar.erase()

    def show(self, done: int, whole: int) -> None:
        """So many bytes are there, of so many (0: not known)."""
        import sys

        fraction = done / whole if whole else 0.0
        text = f" {done / 1e6:.1f} of {whole / 1e6:.1f} MB" if whole else f" {done / 1e6:.1f} MB"
        if self._bar:
            self._bar.draw(fraction, text)
        elif self._marks.due(fraction, self._clock()):
            print(f"fetched{text}", file=sys.stderr, flush=True)
