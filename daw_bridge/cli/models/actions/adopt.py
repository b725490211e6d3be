"""`daw-bridge models adopt`: describe somebody else's model, and try it."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from daw_bridge.cli.flags import add_flags
from daw_bridge.settings.parameters import parameter

if TYPE_CHECKING:
    from daw_bridge.cli.models.speed import Speed
    from engines.spec import ModelSpec

HELP = "Describe an ONNX file of somebody else's by a recipe, and try it on noise."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, and what the file does not say."""
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE",
        help="An ONNX file; several where each stem has its own. None is changed.")  # fmt: skip
    add("--recipe", metavar="NAME", help="Its family. Default: the one that its ports fit.")
    add("--stems", metavar="A,B", default="", help="Names of its stems, in the graph's order.")
    add("--name", default="", help="The model's name. Default: from the file's.")
    add("--licence", default="", metavar="TEXT", help="What its results may be used for.")
    add("--set", action="append", default=[], metavar="WHAT=VALUE", dest="answers",
        help="What the recipe asks for, such as fft=6144. Repeatable.")  # fmt: skip
    add("--copy", action="store_true",
        help="Copy the file among your models first, so that its name is enough.")  # fmt: skip
    add("--dry-run", action="store_true", help="Print the description, write nothing.")
    add("--force", action="store_true", help="Write over a description that is there.")
    add_flags(parser, [parameter("device")])


def run(args: argparse.Namespace) -> int:
    """Describe it and say how it runs here. Raises RecipeError, ModelFileError, FileInTheWay."""
    import json

    from daw_bridge.cli.models.adopting import adopt, adopt_copies, described, usual_name
    from daw_bridge.cli.signals import StopSignals
    from engines.load import added_models
    from engines.recipes import Given
    from engines.spec import sidecar_of

    stems = tuple(one.strip() for one in args.stems.split(",") if one.strip())
    first, names = args.files[0], tuple(one.name for one in args.files)
    given = Given(
        args.name or usual_name(first), stems, args.licence, answers_of(args.answers), names
    )  # fmt: skip
    if args.dry_run:
        with StopSignals(raising=True):
            found = described(first, args.recipe, given, args.device)
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    how = (args.recipe, given, args.device, tried)
    with StopSignals(raising=True):
        if args.copy:
            file = adopt_copies(args.files, added_models(), *how)
        else:
            file = first
            adopt(file, *how, force=args.force)
    print(f"described in {sidecar_of(file)}")
    model = shlex.quote(file.stem if args.copy else str(file))
    print(f"use it: daw-bridge separate song.wav --model {model}")
    return 0


def tried(file: Path, device: str, spec: ModelSpec) -> None:
    """Says stems, rate and how every preset runs here. Raises what loading and running it raise."""
    from daw_bridge.cli.models.apart import speeds_of

    show_model(spec)
    show_speeds(speeds_of(file, device, spec=spec))


def show(spec: ModelSpec, speeds: Iterable[Speed]) -> None:
    """Says stems, rate, licence and how every preset runs here."""
    show_model(spec)
    show_speeds(speeds)


def show_model(spec: ModelSpec) -> None:
    """Says stems, rate, licence: before the model is tried, which takes a while."""
    print(f"{spec.name}: {', '.join(spec.stems)}; {spec.rate_hz} Hz; {spec.licence}", flush=True)


def show_speeds(speeds: Iterable[Speed]) -> None:
    """Says how every preset runs here."""
    from daw_bridge.cli.tables import table

    rows = []
    for speed in speeds:
        live = "" if speed.preset == "offline" else _verdict(speed.load)
        rows.append((speed.preset, f"{speed.load:.2f}", f"{speed.latency_ms:.0f} ms", live))
    print(table(("preset", "load here", "latency", "live"), rows))


def _verdict(load: float) -> str:
    from daw_bridge.cli.models.speed import SMOOTH

    return "runs live" if load < SMOOTH else "too near to 1" if load < 1 else "not live here"


def answers_of(pairs: list[str]) -> dict[str, str]:
    """WHAT=VALUE, each. Raises BadValue."""
    from daw_bridge.errors import BadValue

    for pair in pairs:
        if "=" not in pair:
            raise BadValue(f"--set {pair}", "WHAT=VALUE", "For example --set fft=6144.")
    return {name.strip(): value.strip() for name, _, value in (one.partition("=") for one in pairs)}
