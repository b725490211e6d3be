"""`daw-bridge models stack`: a model for which others make known stems, as one."""

from __future__ import annotations

import argparse

HELP = "Make one model of several: what some make is known to the last."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """MODEL, --known, -o, --force."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="The last one, by name or path.")
    add("--known", action="append", required=True, metavar="STEM=@MODEL",
        help="Which model makes which stem before it. Repeatable.")  # fmt: skip
    add("-o", dest="output", required=True, metavar="NAME",
        help="Its name among your models, or a path.")  # fmt: skip
    add("--force", action="store_true", help="Write over one that was made so.")


def run(args: argparse.Namespace) -> int:
    """Describe it, try it, say how it runs. Raises BadValue, FileInTheWay, EngineError."""
    from daw_bridge.cli.models.actions.ensemble import told, tried
    from daw_bridge.cli.models.combining import combine, place_of, stack_of
    from daw_bridge.cli.signals import StopSignals

    place = place_of(args.output)
    spec = stack_of(args.model, [_made(one) for one in args.known], place)
    with StopSignals(raising=True):
        combine(spec, place, tried, force=args.force)
    told(args.output, place)
    return 0


def _made(text: str) -> tuple[str, str]:
    """The stem and the model. Raises BadValue."""
    from daw_bridge.errors import BadValue
    from daw_bridge.files.options import Made, parse_known

    stem, source = parse_known(text)
    if not isinstance(source, Made):
        expected = "a model: stem=@model"
        raise BadValue(f"--known {text}", expected, "A file is given to `separate --known`.")
    return stem, source.model
