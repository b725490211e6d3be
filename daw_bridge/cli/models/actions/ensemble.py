"""`daw-bridge models ensemble`: the mean of several models as one."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

HELP = "Make one model of several: the mean of their stems."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """MODELS, --weights, --stems, -o, --force."""
    add = parser.add_argument
    add("models", nargs="+", metavar="MODEL", help="Two or more, by name or path.")
    add("--weights", action="append", default=[], metavar="X,Y",
        help="How much each counts, such as 2,1; vocals=1,3 for one stem alone. Repeatable. "
             "Default: all alike.")  # fmt: skip
    add("--stems", default="", metavar="A,B", help="Which stems. Default: those that all make.")
    add("-o", dest="output", required=True, metavar="NAME",
        help="Its name among your models, or a path.")  # fmt: skip
    add("--force", action="store_true", help="Write over one that was made so.")


def run(args: argparse.Namespace) -> int:
    """Describe it, try it, say how it runs. Raises BadValue, FileInTheWay, EngineError."""
    from daw_bridge.cli.models.combining import combine, mean_of, parse_weights, place_of
    from daw_bridge.cli.signals import StopSignals

    place = place_of(args.output)
    stems = tuple(one.strip().lower() for one in args.stems.split(",") if one.strip())
    spec = mean_of(args.models, parse_weights(args.weights), stems, place)
    with StopSignals(raising=True):
        combine(spec, place, tried, force=args.force)
    told(args.output, place)
    return 0


def tried(file: Path) -> None:
    """Says how it runs here; what it is made of is known to run. Raises what running it raises."""
    from daw_bridge.cli.models.actions.adopt import show
    from daw_bridge.cli.models.speed import measure
    from engines.load import load_model

    model = load_model(file)
    show(model.spec, [measure(model, preset, hops=1) for preset in model.spec.presets])


def told(asked: str, place: Path) -> None:
    """Where it is, and how it is used."""
    print(f"described in {place}")
    model = asked if Path(asked).name == asked else place
    print(f"use it: daw-bridge separate song.wav --model {shlex.quote(str(model))}")
