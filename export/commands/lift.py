"""`python -m export lift`: a third-party separator becomes an ONNX file with its spec beside it."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import at_least_one

HELP = "Lift a third-party separator out of its package: an ONNX file, and its spec beside it."
EXAMPLES = """\
examples:
  python -m export lift demucs htdemucs --weights 955717e8-8726e21a.th -o htdemucs.onnx
  python -m export lift openunmix umxhq --weights *.pth -o umxhq.onnx --weights-as float16
  python -m export lift msst bs_roformer --config model.yaml --weights model.ckpt -o vocals.onnx
  python -m export lift demucs htdemucs --seed 0 -o try.onnx      # weights that nobody trained

The package has to be installed; an error says what pip installs. Its files are not changed. The
STFT stays outside the graph: daw-bridge makes it. NAME.onnx and NAME.daw.json, the spec, belong
together: put both into a folder of models. What the weights may be used for is their publisher's
to say: write it into "licence" of the spec.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which network, its values, and how they are stored."""
    from export.graphs.lift import WEIGHTS
    from export.graphs.lifting.request import load_package, package_names

    known = "; ".join(f"{name}: {', '.join(load_package(name).MODELS)}" for name in package_names())
    add = parser.add_argument
    add("package", help=f"as pip names it. Packages and models: {known}")
    add("model", help="the name that the package has for it")
    add("-o", "--output", type=Path, required=True, help="the .onnx file to write")
    add("--weights", type=Path, nargs="+", default=[], metavar="FILE",
        help="checkpoints: one, or one for each network of the model")  # fmt: skip
    add("--seed", type=int, metavar="N", help="weights from a seed, which separate nothing")
    add("--config", type=Path, metavar="YAML", help="the model's sizes, where they vary (msst)")
    add("--frames", type=at_least_one, default=0, metavar="N",
        help="STFT frames of a window (default: as trained); models of which the graph has one "
        "length alone get this one")  # fmt: skip
    add("--weights-as", choices=tuple(WEIGHTS), default="float32",
        help="how weights are stored: float16 halves the file; int8 also makes LSTMs and matrix "
        "products faster, and is refused where it changes the answer too much "
        "(default: %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make, check and write the files."""
    from export.graphs.lift import LiftOptions, lift
    from export.graphs.lifting.request import Request

    request = Request(args.model, tuple(args.weights), args.seed, args.config, args.frames)
    lift(args.package, request, args.output, LiftOptions(args.weights_as))
    return 0
