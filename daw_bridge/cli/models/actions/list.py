"""`daw-bridge models list`: names, stems, what results may be used for, speed, latency."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daw_bridge.cli.model_card import Listed
    from daw_bridge.cli.models.speed import Speed

HELP = "Names, stems, what the results may be used for; with --measure their speed here."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--measure, --json."""
    parser.add_argument(
        "--measure", action="store_true",
        help="Run each on this machine: load of separating and of live streams, and least latency.",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="Print JSON.")


def run(args: argparse.Namespace) -> int:
    """Print the list; published systems, and models that cannot be read, are named below it."""
    from daw_bridge.cli.model_card import listed
    from daw_bridge.cli.tables import table
    from daw_bridge.errors import describe
    from engines.errors import EngineError
    from engines.load import find_model, list_models

    read: list[Listed] = []
    found: list[tuple[Listed, tuple[Speed, ...]]] = []
    problems = {}
    for name in list_models():
        try:
            read.append(listed(name, find_model(name)))
        except EngineError as error:
            problems[name] = describe(error)
    named = {preset.model for one in read for preset in one.spec.elsewhere}
    for one in read:
        try:
            if one.name not in named or args.json:
                found.append((one, _speeds(one.name) if args.measure else ()))
        except EngineError as error:
            problems[one.name] = describe(error)
    if args.json:
        print(json.dumps([*map(_record, found), *_bad(problems)], indent=2))
        return 0
    header, rows = _rows(found, args.measure)
    none = "" if problems else "No models are installed; any .onnx path works."
    print(table(header, rows) if found else none)
    if args.measure and found:
        print("load: time for computing one second, one thread, one step; live below 1")
    for one, _ in found:
        if one.spec.published:
            print(f"{one.name}: published system: {one.spec.published.words}")
        for preset in one.spec.elsewhere:
            print(f"{one.name}: its preset {preset.preset} runs the model {preset.model}")
    for name, problem in problems.items():
        print(f"{name}: {problem}")
    return 0


def _speeds(name: str) -> tuple[Speed, ...]:
    """Of its offline preset, and of all live ones. Raises EngineError."""
    from daw_bridge.cli.models.speed import measure
    from engines.load import load_model

    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    model = load_model(name)
    others = [(one.preset, load_model(name, preset=one.preset)) for one in model.spec.elsewhere]
    own = [(preset, model) for preset in model.spec.presets]
    return tuple(measure(one, preset) for preset, one in own + others)


def _rows(
    found: list[tuple[Listed, tuple[Speed, ...]]], measured: bool
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    from daw_bridge.cli.model_card import method, stems_in_short
    from daw_bridge.files.licences import use

    header = ("name", "stems", "rate_hz", "channels", "method", "MB", "licence")
    rows: list[tuple[object, ...]] = []
    for one, speeds in found:
        spec = one.spec
        row: tuple[object, ...] = (
            one.name, stems_in_short(spec, ","), spec.rate_hz, spec.channels, method(spec),
            one.megabytes, use(one.licence),
        )  # fmt: skip
        rows.append((*row, *_measured(speeds)) if measured else row)
    return (*header, "load", "least live latency") if measured else header, rows


def _measured(speeds: tuple[Speed, ...]) -> tuple[str, str]:
    """The load offline, and the live preset of least latency that keeps up here."""
    offline = next(one for one in speeds if one.preset == "offline")
    live = [one for one in speeds if one.preset != "offline" and one.load < 1]
    least = min(live, key=lambda one: one.latency_ms, default=None)
    shown = (
        f"{least.latency_ms:.0f} ms ({least.preset}, load {least.load:.2f})" if least else "none"
    )
    return f"{offline.load:.2f}", shown


def _record(one: tuple[Listed, tuple[Speed, ...]]) -> dict[str, object]:
    from dataclasses import asdict

    model, speeds = one
    spec = json.loads(model.spec.to_json())
    found: dict[str, object] = {
        "name": model.name, "path": str(model.path), "megabytes": model.megabytes, "spec": spec,
        "strictest_licence": model.licence,
    }  # fmt: skip
    return found | ({"speed": [asdict(speed) for speed in speeds]} if speeds else {})


def _bad(problems: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "problem": problem} for name, problem in problems.items()]
