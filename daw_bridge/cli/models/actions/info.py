"""`daw-bridge models info`: the card of one model."""

from __future__ import annotations

import argparse
import json

HELP = "The card of one model."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME, --json."""
    parser.add_argument("name", metavar="NAME|PATH", help="An installed model or an .onnx file.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")


def run(args: argparse.Namespace) -> int:
    """Print it. Raises EngineError for a model that cannot be loaded."""
    from daw_bridge.cli.model_card import card, card_json
    from engines.load import load_model

    model = load_model(args.name)
    print(json.dumps(card_json(model), indent=2) if args.json else card(model))
    return 0
