"""`python -m export to-onnx`: a checkpoint becomes a model file that describes itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from export.commands._flags import DATA, options_of

if TYPE_CHECKING:
    from export.graphs.to_onnx import ToOnnxOptions

HELP = "Export a checkpoint to one ONNX file that describes itself."
EXAMPLES = """\
examples:
  python -m export to-onnx runs/song/last.pt -o engines/models/song.onnx --golden
  python -m export to-onnx runs/song/last.pt -o song-int8.onnx --variant int8-lstm \\
      --gate-data data/valid
  python -m export to-onnx runs/song/last.pt -o song-loop.onnx --loop
  python -m export to-onnx runs/song/last.pt -o song-alone.onnx --stft inside

The file is written only if it computes what the network computes (and, for a variant, separates as
well as the fp32 graph). The model gets the file's name.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which graph, and what the file says of it."""
    from engines.spec import DRAWS, ESTIMATES, KNOWN
    from export.graphs import gate, parity
    from export.graphs.precision import VARIANTS
    from export.graphs.stft_inside import PLACES
    from export.graphs.torch_graph import EXPORTERS

    add = parser.add_argument
    add("checkpoint", type=Path, help="a checkpoint of `train`")
    add("-o", "--output", type=Path, required=True, help="the .onnx file to write")
    add("--variant", choices=tuple(VARIANTS), default="fp32", help="weights (default: %(default)s)")
    add("--ema", action=argparse.BooleanOptionalAction, default=True,
        help="averaged weights (default) or those of the last step")  # fmt: skip
    add("--loop", action="store_true", help="all Gibbs steps in one graph, masks as an input")
    add("--stft", choices=PLACES, default=PLACES[0],
        help="STFT of a mask model: beside the graph (default), by the engine, which is faster; or "
        "inside, so that the graph takes and gives waveforms")  # fmt: skip
    add("--exporter", choices=EXPORTERS, default=EXPORTERS[0],
        help="torch's exporter; dynamo is the newer one, which cannot do recurrent layers "
        "(default: %(default)s)")  # fmt: skip
    add("--golden", action="store_true", help="write golden values beside the model")
    _add_presets(parser)
    add("--estimate", choices=ESTIMATES, default=ESTIMATES[0],
        help="a stem after several Gibbs steps: its last draw, as published (default), or the "
        "mean of its draws")  # fmt: skip
    add("--draw", choices=DRAWS, default=DRAWS[0],
        help="how Gibbs masks are drawn: stems independent of each other, as published (default), "
        "or a count of them")  # fmt: skip
    add("--known", choices=KNOWN, default=KNOWN[0],
        help="known stems: given to the network beside the mix, as published (default), or "
        "subtracted from the mix and given as silent")  # fmt: skip
    add("--rate-tolerance", type=float, default=0.10, metavar="R",
        help="relative rate difference it was trained for (default: %(default)s)")  # fmt: skip
    add("--level-db", type=float, metavar="DB",
        help="level at which the network expects the mix, dBFS RMS: see `level` (default: what the "
        "checkpoint says, or as it comes)")  # fmt: skip
    add("--card", type=Path, action="append", dest="cards", default=[], metavar="JSON",
        help="licence, training, residual_to, figures for the model card")  # fmt: skip
    add("--tolerance", type=float, default=parity.TOLERANCE, metavar="D",
        help="largest difference from the network (default: %(default)s)")  # fmt: skip
    add("--gate-data", type=Path, default=DATA / "valid", metavar="DIR",
        help="folder of songs for the variants' quality gate (default: %(default)s)")  # fmt: skip
    add("--gate-clips", type=int, default=8, metavar="N", help="songs (default: %(default)s)")
    add("--gate-steps", type=int, metavar="N", help="Gibbs steps (default: the offline preset's)")
    add("--gate-loss-db", type=float, default=gate.TOLERANCE_DB, metavar="DB",
        help="SDR that a variant may lose on any stem (default: %(default)s)")  # fmt: skip


def _add_presets(parser: argparse.ArgumentParser) -> None:
    from export.graphs.describe import PRESETS

    for name in PRESETS:
        parser.add_argument(f"--{name}", default="", metavar="NAME=N,...",
            help="change preset values, as window=65536,hop=8192,steps=2 (samples at the model's "
            "rate)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make, check and write the file."""
    from export.graphs.to_onnx import to_onnx

    to_onnx(args.checkpoint, args.output, chosen(args))
    return 0


def chosen(args: argparse.Namespace) -> ToOnnxOptions:
    """The options of a command line. Raises ChoiceError, UsageError."""
    from export.graphs.describe import PRESETS, parse_preset
    from export.graphs.to_onnx import ToOnnxOptions

    presets = {name: parse_preset(getattr(args, name)) for name in PRESETS}
    return options_of(ToOnnxOptions, args, presets=presets)
