"""`daw-bridge models`: which there are, what they claim, and whether that holds."""

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

HELP = "List the models, show a model's card, or check that a model does what it says."
EXAMPLES = """\
examples:
  daw-bridge models list
  daw-bridge models info song             stems, presets, latency, licence, training, figures
  daw-bridge models info my-model.onnx --json
  daw-bridge models verify                run every model on noise and check its claims
  daw-bridge models verify my-model.onnx --device cuda

exit codes: 0 success; 1 verify found a claim that does not hold, or a model that does not load;
2 no such model, or info cannot load it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, info NAME, verify [NAME...]."""
    actions = parser.add_subparsers(dest="action", metavar="list|info|verify", required=True)
    one = actions.add_parser("list", help="Names, stems, rates and sizes.")
    one.add_argument("--json", action="store_true", help="Print JSON.")
    one = actions.add_parser("info", help="The card of one model.")
    one.add_argument("name", metavar="NAME|PATH", help="An installed model or an .onnx file.")
    one.add_argument("--json", action="store_true", help="Print JSON.")
    one = actions.add_parser("verify", help="Run models on noise and check their claims.")
    one.add_argument(
        "names", nargs="*", metavar="NAME|PATH", help="Default: every installed model."
    )
    one.add_argument("--json", action="store_true", help="Print JSON.")
    add_flags(one, [parameter("device")])


def run(args: argparse.Namespace) -> int:
    """Do one of the three. Raises ModelNotFoundError and other EngineErrors."""
    actions = {"list": _list, "info": _info, "verify": _verify}
    return actions[args.action](args)


def _list(args: argparse.Namespace) -> int:
    from daw_bridge.cli.model_card import listed, use
    from daw_bridge.cli.tables import table
    from daw_bridge.errors import describe
    from engines.errors import EngineError
    from engines.load import find_model, list_models

    found, problems = [], {}
    for name in list_models():
        try:
            found.append(listed(name, find_model(name)))
        except EngineError as error:
            problems[name] = describe(error)
    if args.json:
        rows = [{"name": one.name, "path": str(one.path), "megabytes": one.megabytes,
                 "spec": json.loads(one.spec.to_json())} for one in found]  # fmt: skip
        bad = [{"name": name, "problem": problem} for name, problem in problems.items()]
        print(json.dumps([*rows, *bad], indent=2))
        return 0
    header = ("name", "stems", "rate_hz", "channels", "method", "MB", "licence")
    rows_shown = [
        (one.name, ",".join(one.spec.stems), one.spec.rate_hz, one.spec.channels, one.spec.method,
         one.megabytes, use(one.spec))
        for one in found
    ]  # fmt: skip
    none = "" if problems else "No models are installed; any .onnx path works."
    print(table(header, rows_shown) if found else none)
    for name, problem in problems.items():
        print(f"{name}: {problem}")
    return 0


def _info(args: argparse.Namespace) -> int:
    from daw_bridge.cli.model_card import card, card_json
    from engines.load import load_model

    model = load_model(args.name)
    print(json.dumps(card_json(model), indent=2) if args.json else card(model))
    return 0


def _verify(args: argparse.Namespace) -> int:
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
