"""`python -m export train`: a setup and data become a checkpoint."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

from export.commands._flags import add_data, add_prepared

HELP = "Train a network within a budget; resumes where it was."
EXAMPLES = """\
examples:
  python -m export train --setup song --data data --out runs/mine
  python -m export train --setup song --data data --out runs/mine --minutes 300
  python -m export train --setup song_hinted --data data --init engines/models/song.onnx \\
      --learning-rate 5e-4 --minutes 30 --out runs/more
  python -m export train --setup song --cache cache --bands bands --out runs/song --minutes 75
  python -m export train --setup m_unet_small --loss spectral_indirect --weighting ebw_p1 \\
      --filter-silent --steps 2000 --cache cache --bands bands --out runs/m_unet

The second line resumes the first run, the third trains a model file on; `--data` is a folder that
`prepare` made. Writes `last.pt` (everything needed to resume; the averaged weights are what gets
exported), `best.pt` (the same, at the best validation), `log.jsonl` and, with matplotlib, its plot
`log.svg` into --out. Ctrl-C or SIGTERM saves and ends with exit status 130. The learning rate is
constant, then falls by a cosine until the budget's end; a run resumed with a larger budget picks up
that larger budget's schedule. With --steps and without validation, the same command gives the same
weights on a CPU; a GPU's sums differ in their last bits from run to run.

On a machine that is yours for minutes only, each command trains a slice of the same budget; it ends
with status 75 while there is more to do, and with 0 when the budget is used up:

  python -m export train --setup song --cache cache --bands bands --out runs/song \\
      --steps 60000 --device cuda --workers 8 --slice-minutes 9
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is trained, on what; every training option is a flag."""
    from export.training.options import add_options

    add = parser.add_argument
    add("--setup", required=True, help="name in export/training/setups, or a .toml file")
    add_prepared(parser)
    add_data(parser)
    add("--out", type=Path, required=True, metavar="DIR", help="checkpoints and log")
    add("--one-pass", action="store_true",
        help="the same network without conditioning: its twin")  # fmt: skip
    add(
        "--init",
        type=Path,
        metavar="CHECKPOINT",
        help="start from these weights: of the same network, or of its one-pass twin; or from a "
        "model file of `to-onnx` (.onnx)",
    )
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Train until the budget or the slice ends, or until interrupted."""
    from export.data.prepared import require_terms
    from export.nets.families import DENOISERS, TAGGERS
    from export.training import train
    from export.training.options import options_from
    from export.training.setup_files import load_setup
    from export.training.source import located

    setup = load_setup(args.setup)
    setup = train.one_pass(setup) if args.one_pass else setup
    data = located(setup["data"], args.cache, args.bands, args.data)
    for folder in prepared_folders(data, args.data):
        require_terms(folder, setup.get("terms", ""))
    require_free(args.init, setup.get("terms", ""))
    clips = train.validation_clips(setup, data)
    init = started(args.init, setup | {"data": data}, args.out)
    train.start(setup, options_from(setup, vars(args)), data, args.out, clips, init)
    best = args.out / ("best.pt" if (args.out / "best.pt").is_file() else "last.pt")
    card = f" --card {args.data / 'card.json'}" if args.data is not None else ""
    command = "diffusion" if setup["family"] in DENOISERS else "to-onnx"
    command = "tagger shares" if setup["family"] in TAGGERS else command
    print(f"next: python -m export {command} {best} -o {args.out.name}.onnx{card}", flush=True)
    return 0


def prepared_folders(data: dict[str, Any], given: Path | None) -> list[Path]:
    """The folders of prepared songs that training reads: the one given, or that of the cache."""
    from export.data.config import PREPARED

    if given is not None:
        return [given]
    wanted = data.get("prepared_share") or data.get("prepared_stem_share")
    return [Path(data["cache"]) / PREPARED] if wanted else []


def require_free(init: Path | None, least: str) -> None:
    """Raises DataError("terms") where a setup promises terms, and the model file that training
    begins with, now or some runs ago, is not known to allow as much."""
    from engines.load import read_spec
    from export.data.errors import DataError
    from export.data.terms import ORDER, terms_of
    from export.nets.checkpoint import load_model, start_of

    promised = next((terms for terms in ORDER if terms == least), None)
    if init is None or promised is None:
        return
    if init.suffix == ".onnx":
        licence = read_spec(init).licence
    elif start := start_of(load_model(init)[1]):
        licence = start.licence
    else:
        return
    if ORDER.index(terms_of(licence)) > ORDER.index(promised):
        raise DataError("terms", f"this setup promises {promised} weights, and {init} is not "
                        f"known to be so: {licence or 'no licence is stated'}; begin "
                        "with another model, or without --init")  # fmt: skip


def started(init: Path | None, setup: dict[str, Any], out: Path) -> Path | None:
    """The checkpoint to begin with; of a model file one is made, once, in `out`."""
    if init is None or init.suffix != ".onnx":
        return init
    from export.graphs.from_onnx import BATCHES, convert

    digest = hashlib.sha256(init.read_bytes()).hexdigest()[:8]
    made = out / f"{init.stem}-{digest}.init.pt"
    if not made.is_file():
        largest = convert(init, setup, made, BATCHES)
        print(f"{made}: as {init.name} to {largest:.1e}", flush=True)
    return made
