"""`python -m export autoencoder`: what a trained autoencoder keeps of music."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "Measure an autoencoder's reconstruction and the use of its codebook."
EXAMPLES = """\
examples:
  python -m export train --setup vqvae16 --cache cache --bands bands --out runs/vqvae16
  python -m export autoencoder runs/vqvae16/best.pt --songs cache/valid --seconds 10

The first trains the 16 kHz autoencoder on mixtures, the second says how well it gives them back:
SDR and SI-SDR with their 95 % intervals over clips, the same without rounding to codes, how many
codes are used, and the spread of the latents, which TagBox scales its learning rate by.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which autoencoder, which songs."""
    add = parser.add_argument
    add("checkpoint", type=Path, help="a checkpoint of `train`")
    add("--songs", type=Path, required=True, metavar="DIR", help="folders of songs, by stem")
    add("--stems", default="drums,bass,other,vocals", metavar="NAME,...",
        help="whose sum is the mix (default: %(default)s)")  # fmt: skip
    add("--seconds", type=float, metavar="S", help="a window of each song (default: all of it)")
    add("--limit", type=int, metavar="N", help="the first N songs")
    add("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    import dataclasses

    from export.common.errors import UsageError
    from export.common.songs import load_clips
    from export.nets import checkpoint
    from export.studies.autoencoder import described, kept

    model, about = checkpoint.load_model(args.checkpoint)
    if not hasattr(model.core, "codebook"):
        seen = f"{args.checkpoint} of the family {model.family}"
        raise UsageError(seen, "an autoencoder", "give a checkpoint of --setup vqvae16")
    stems, channels = tuple(args.stems.split(",")), model.config.channels
    sizes = (about["rate_hz"], channels, args.seconds, 1, args.limit)
    found = kept(model, load_clips(args.songs, stems, *sizes))
    print(json.dumps(dataclasses.asdict(found)) if args.json else described(found))
    return 0
