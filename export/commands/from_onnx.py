"""`python -m export from-onnx`: a checkpoint from an exported model."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import add_data, add_prepared

HELP = "Turn an exported model into a checkpoint, to fine-tune it."
EXAMPLES = """\
examples:
  python -m export from-onnx engines/models/song.onnx --setup song_hinted --data data \\
      -o runs/song.pt
  python -m export from-onnx engines/models/band.onnx --setup band --cache cache --bands bands \\
      -o runs/band/shipped.pt
  python -m export train --setup band --one-pass --init runs/band/shipped.pt --out runs/mine ...

The file holds the averaged weights only. Batch norms that were folded into convolutions get their
statistics from some batches of the setup's data, so that training starts from the network that was
exported. The checkpoint is written only if it computes what the file computes.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, what it was trained with, where to."""
    add = parser.add_argument
    add("model", type=Path, help="an .onnx file of `to-onnx` (not int8, STFT beside)")
    add("--setup", required=True, help="what it was trained with; a name or a .toml file")
    add_prepared(parser)
    add_data(parser)
    add("-o", "--output", type=Path, required=True, help="the checkpoint to write")
    add("--batches", type=int, default=50, help="of data, for statistics (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Write the checkpoint."""
    from export.graphs.from_onnx import convert
    from export.training.setup_files import load_setup
    from export.training.source import located

    setup = load_setup(args.setup)
    setup |= {"data": located(setup["data"], args.cache, args.bands, args.data)}
    largest = convert(args.model, setup, args.output, args.batches)
    print(f"{args.output}: as {args.model.name} to {largest:.1e}")
    return 0
