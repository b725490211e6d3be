"""`daw-bridge models verify`: whether models do what they say."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from daw_bridge.cli.flags import add_flags
from daw_bridge.settings.parameters import parameter

if TYPE_CHECKING:
    from daw_bridge.cli.model_check import Finding

HELP = "Run models on noise and check their claims."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAMES, --json, --device."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME|PATH", help="Default: every installed model."
    )
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    add_flags(parser, [parameter("device")])


def run(args: argparse.Namespace) -> int:
    """Print every claim and whether it holds; 1 where one does not."""
    from engines.load import find_model, list_models

    names = args.names or list_models()
    for name in names:
        find_model(name)
    results: dict[str, list[Finding]] = {}
    for name in names:
        if not args.json:
            print(name)
        results[name] = []
        for finding in _findings(name, args.device):
            results[name].append(finding)
            if not args.json:
                mark = "ok  " if finding.holds else "FAIL"
                print(f"  {mark}  {finding.what}: {finding.detail}", flush=True)
    if args.json:
        print(json.dumps({name: [asdict(f) for f in found] for name, found in results.items()},
                         indent=2))  # fmt: skip
    elif not names:
        print("No models are installed; give the path of an .onnx file.")
    return 0 if all(one.holds for found in results.values() for one in found) else 1


def _findings(name: str, device: str) -> Iterator[Finding]:
    """What holds and what does not; a model that cannot be loaded or run is a finding too."""
    from daw_bridge.cli.model_check import Finding, check_model
    from daw_bridge.errors import describe
    from engines.errors import EngineError
    from engines.load import load_model

    try:
        model = load_model(name, device)
        note = f"{model.provider} ({model.provider_note})"
        yield Finding("loads, graph as described", True, note)
        yield from check_model(model)
    except EngineError as error:
        yield Finding("loads and runs", False, describe(error))
