"""`python -m export diffusion`: a denoiser's checkpoint becomes a model file."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

HELP = "Export a denoiser of labelled mixtures to a model file that separates by sampling."
EXAMPLES = """\
examples:
  python -m export diffusion runs/gmsdi16/best.pt -o gmsdi.onnx
  python -m export diffusion runs/gmsdi16/best.pt -o gmsdi.onnx --use extractor --samples 4
  python -m export diffusion runs/gmsdi16/best.pt -o gmsdi.onnx --remask-fft 2048 --steps 60

`daw-bridge separate song.wav --model gmsdi.onnx` then splits files; live streams are refused. The
file is written only if it computes what the network does and its sampler does not diverge. What
each value of the sampling means: docs/reference/model-file.md, diffusion.
"""
#: Fields of the description that have a flag each.
FLAGS = (
    "use", "constrained", "told", "spacing", "highest", "lowest", "solver", "churn", "resamples",
    "guidance", "samples", "remask_fft",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is exported, and how it is to be sampled."""
    from engines.spec import Diffusion
    from export.graphs.denoiser import DenoiserOptions

    add, plain = parser.add_argument, DenoiserOptions()
    add("checkpoint", type=Path, help="a denoiser's, of `train --setup gmsdi16`")
    add("-o", "--output", type=Path, required=True, help="the .onnx file to write")
    fields = {item.name: item for item in dataclasses.fields(Diffusion)}
    for name in FLAGS:
        add("--" + name.replace("_", "-"), type=type(fields[name].default), metavar="VALUE",
            help=f"of the sampling: {name} (see diffusion in model-file.md)")  # fmt: skip
    add("--extracted", nargs="+", metavar="STEM", help="of an ensemble: the extractor's stems")
    add("--steps", type=int, default=plain.steps, help="noise levels (default: %(default)s)")
    add("--seconds", type=float, default=plain.seconds, help="of a window (default: %(default)s)")
    add("--ema", action=argparse.BooleanOptionalAction, default=True,
        help="averaged weights (default) or those of the last step")  # fmt: skip
    add("--card", type=Path, action="append", dest="cards", default=[], metavar="JSON",
        help="licence, training, figures for the model card")  # fmt: skip
    add("--tolerance", type=float, default=plain.tolerance, metavar="D",
        help="largest difference from the network (default: %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make, compare, write."""
    from export.commands._flags import options_of
    from export.graphs.denoiser import DenoiserOptions, to_diffusion

    names = (*FLAGS, "extracted")
    given = {name: value for name in names if (value := getattr(args, name)) is not None}
    sampling = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    options = options_of(DenoiserOptions, args, sampling=sampling)
    worst = to_diffusion(args.checkpoint, args.output, options)
    print(f"largest difference from the network: {worst:.2e}")
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.2f} MB")
    return 0
