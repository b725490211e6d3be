"""Train, export and score a list of variants under equal conditions: one table.

    python -m export compare --cache cache --bands bands --out runs/compare
    python -m export compare --cache cache --bands bands --out runs/compare --only 'm_unet-*' oh
    python -m export compare --list
    python -m export compare --cache cache --bands bands --out try --steps 3 --limit 2

The variants are in export/studies/comparison/variants.toml (--variants takes another file): the
same data, seed, batch and number of steps for all. Each is trained, exported to ONNX and scored
through the engine on the test clips of MUSDB18-7 (museval SDR, plain SDR, beside the best of mix,
mix/4 and silence), and its costs are measured: parameters, processor seconds of a training step
(data are made by a second process), seconds per second of audio of the graph alone and of the
engine. After each variant OUT/table.md and OUT/table.json are written anew, with all that is done
of the list.

Ctrl-C saves; the same command goes on where it stopped and repeats nothing that is finished. What
changes about a variant gives it a new folder in OUT/runs; delete a folder to have it done again.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnxruntime
import torch

from engines.errors import EngineError
from export.common.clips import ClipError
from export.common.files import replacing
from export.graphs import to_onnx
from export.graphs.errors import ExportError
from export.scores import evaluate_musdb
from export.scores.musdb.songs import system_name
from export.studies.comparison import table
from export.studies.comparison.cost import engine_seconds, graph_seconds, step_seconds
from export.studies.comparison.variants import DEFAULT, Variant, VariantError, chosen, load
from export.training import train
from export.training.source import located

FAILURES = (*train.FAILURES, ClipError, EngineError, ExportError)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m export compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add(
        "--variants",
        type=Path,
        default=DEFAULT,
        metavar="TOML",
        help="a file of variants, instead of the project's own",
    )
    add("--only", nargs="+", default=[], metavar="NAME", help="these variants; * and ? match")
    add("--list", action="store_true", help="only say what there is to train")
    add("--cache", type=Path, help="real clips (export.data.clips --cache)")
    add("--bands", type=Path, help="rendered songs (export.data.render --out)")
    add("--data", type=Path, default=Path("../shared/data"), metavar="DIR",
        help="folder with musdb18-7/test (default: %(default)s)")  # fmt: skip
    add("--songs", type=Path, metavar="DIR", help="another folder of test songs")
    add("--out", type=Path, help="runs and table")
    add("--steps", type=int, help="training steps of every variant, instead of the file's")
    add("--seed", type=int, help="of weights, masks and data, instead of the file's")
    add("--limit", type=int, metavar="N", help="only the first N test songs")
    add("--gibbs", nargs="+", type=int, default=[1, 4], metavar="N",
        help="Gibbs steps of conditional variants (default: 1 4)")  # fmt: skip
    add("--threads", nargs="+", type=int, default=[1, 2], metavar="N",
        help="compute threads to time the graph with (default: 1 2)")  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    command = parser()
    options = command.parse_args(arguments)
    changes = {key: getattr(options, key) for key in ("steps", "seed")}
    try:
        variants = load(options.variants, {k: v for k, v in changes.items() if v is not None})
        variants = chosen(variants, options.only)
    except VariantError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.list:
        print("\n".join(f"{v.name:28} {v.parameters():>12,}  {v.about}" for v in variants))
        return 0
    missing = [name for name in ("bands", "out") if getattr(options, name) is None]
    if missing or min(options.gibbs) < 1 or min(options.threads) < 1:
        command.error("--bands and --out are needed; --gibbs and --threads start at 1")
    try:
        rows = compare(variants, options)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != train.STOPPED:
            raise
        print("stopped; the same command goes on from here", file=sys.stderr)
        return train.STOPPED
    print((options.out / "table.md").read_text("utf-8"))
    return 1 if any("error" in row for row in rows) else 0


def compare(variants: Sequence[Variant], options: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows of all variants; writes the table after each. Variants that fail get a row too."""
    rows: list[dict[str, Any]] = []
    for number, variant in enumerate(variants, 1):
        print(f"[{number}/{len(variants)}] {variant.name}: {variant.about}", flush=True)
        try:
            rows.append(row_of(variant, options))
        except FAILURES as error:
            rows.append({"name": variant.name, "error": str(error)})
            print(f"error: {error}", file=sys.stderr)
        write(rows, variants, options)
    return rows


def row_of(variant: Variant, options: argparse.Namespace) -> dict[str, Any]:
    """One variant's row, from its folder if it is there and was made as asked now."""
    folder = options.out / "runs" / variant.folder
    asked = {
        "limit": options.limit, "gibbs": options.gibbs, "threads": options.threads,
        "songs": None if options.songs is None else str(options.songs.resolve()),
    }  # fmt: skip
    done = folder / "row.json"
    if done.is_file():
        row: dict[str, Any] = json.loads(done.read_text("utf-8"))
        if row["asked"] == asked:
            return row
    fit(variant, folder, options)
    model = folder / f"{variant.name}.onnx"
    if not model.is_file():
        to_onnx.export(to_onnx.parser().parse_args([str(folder / "last.pt"), "-o", str(model)]))
    row = {"asked": asked, **about(variant), **costs(variant, folder, model, options)}
    row |= quality(model, folder, options)
    with replacing(done) as temporary:
        temporary.write_text(json.dumps(row, indent=1, allow_nan=False), "utf-8")
    return row


def fit(variant: Variant, folder: Path, options: argparse.Namespace) -> None:
    """Trains a variant to its number of steps, or goes on. Raises train.FAILURES, SystemExit."""
    data = located(variant.preset["data"], options.cache, options.bands)
    train.start(variant.preset, variant.options, data, folder, ())


def about(variant: Variant) -> dict[str, Any]:
    """What a row says of the variant itself."""
    chosen_options = variant.options
    return {
        "name": variant.name,
        "about": variant.about,
        "family": variant.preset["family"],
        "model": variant.preset["model"],
        "loss": chosen_options.loss,
        "weighting": chosen_options.weighting,
        "filter_silent": chosen_options.filter_silent,
        "steps": chosen_options.steps,
        "seed": chosen_options.seed,
        "parameters": variant.parameters(),
    }


def costs(
    variant: Variant, folder: Path, model: Path, options: argparse.Namespace
) -> dict[str, Any]:
    """Seconds per training step; per second of audio, of the graph by number of threads, and of the
    engine by system."""
    conditional = bool(variant.preset["model"].get("conditional"))
    steps = options.gibbs if conditional else [1]
    return {
        "step_s": step_seconds(folder / "last.pt"),
        "graph_s": {str(threads): graph_seconds(model, threads) for threads in options.threads},
        "engine_s": {system_name("offline", n): engine_seconds(model, n) for n in steps},
    }


def quality(model: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Scores through the engine, kept clip by clip; its seconds per second of audio."""
    asked = ["--modes", "offline", "--steps", *map(str, options.gibbs)]
    asked += ["--data", str(options.data), "-o", str(folder / "scores.json")]
    asked += ["--limit", str(options.limit)] if options.limit else []
    asked += ["--songs", str(options.songs)] if options.songs else []
    given = evaluate_musdb.parser().parse_args([str(model), *asked])
    results = evaluate_musdb.evaluate(model, given, folder / "scores.json")
    found = table.scores(results["summary"])
    return {
        "clips": results["clips"],
        "scores": found,
        "above": {system: table.above(stems) for system, stems in found.items()},
    }


def write(
    rows: Sequence[dict[str, Any]], variants: Sequence[Variant], options: argparse.Namespace
) -> None:
    """OUT/table.json and OUT/table.md."""
    machine = {
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
    }
    whole = {"machine": machine, "rows": rows}
    with replacing(options.out / "table.json") as temporary:
        temporary.write_text(json.dumps(whole, indent=1, allow_nan=False), "utf-8")
    with replacing(options.out / "table.md") as temporary:
        temporary.write_text(table.markdown(rows, variants[0].preset["stems"]), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
