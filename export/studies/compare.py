"""Train, export and score a list of variants under equal conditions; `compare --help` says more."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime
import torch

from engines.errors import EngineError
from export.common.errors import ExportError
from export.common.files import replacing
from export.graphs.to_onnx import to_onnx
from export.scores.evaluate import EvaluateOptions, evaluate
from export.scores.evaluation.over_trivial import TRIVIAL
from export.studies.comparison import table
from export.studies.comparison.cost import engine_seconds, graph_seconds, step_seconds
from export.studies.comparison.variants import Variant
from export.training import train
from export.training.source import located


@dataclass(frozen=True)
class CompareOptions:
    """What variants are trained on (`cache`, `bands`), scored on (`data` or `songs`, the first
    `limit`) and timed with, and where it all goes."""

    bands: Path
    out: Path
    cache: Path | None = None
    data: Path = Path("data")
    songs: Path | None = None
    limit: int | None = None
    gibbs: tuple[int, ...] = (1, 4)
    threads: tuple[int, ...] = (1, 2)


def compare(variants: Sequence[Variant], options: CompareOptions) -> list[dict[str, Any]]:
    """The rows of all variants; writes the table after each. Variants that fail get a row too."""
    rows: list[dict[str, Any]] = []
    for number, variant in enumerate(variants, 1):
        print(f"[{number}/{len(variants)}] {variant.name}: {variant.about}", flush=True)
        try:
            rows.append(row_of(variant, options))
        except (ExportError, EngineError) as error:
            rows.append({"name": variant.name, "error": str(error)})
            print(f"error: {error}", file=sys.stderr)
        write(rows, variants, options)
    return rows


def row_of(variant: Variant, options: CompareOptions) -> dict[str, Any]:
    """One variant's row, from its folder if it is there and was made as asked now."""
    folder = options.out / "runs" / variant.folder
    asked = {
        "limit": options.limit, "gibbs": list(options.gibbs), "threads": list(options.threads),
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
        to_onnx(folder / "last.pt", model)
    row = {"asked": asked, **about(variant), **costs(variant, folder, model, options)}
    row |= quality(model, folder, options)
    with replacing(done) as temporary:
        temporary.write_text(json.dumps(row, indent=1, allow_nan=False), "utf-8")
    return row


def fit(variant: Variant, folder: Path, options: CompareOptions) -> None:
    """Trains a variant to its number of steps, or goes on. Raises ExportError, Unfinished."""
    data = located(variant.setup["data"], options.cache, options.bands)
    train.start(variant.setup, variant.options, data, folder, ())


def about(variant: Variant) -> dict[str, Any]:
    """What a row says of the variant itself."""
    chosen_options = variant.options
    return {
        "name": variant.name,
        "about": variant.about,
        "family": variant.setup["family"],
        "model": variant.setup["model"],
        "loss": chosen_options.loss,
        "weighting": chosen_options.weighting,
        "filter_silent": chosen_options.filter_silent,
        "steps": chosen_options.steps,
        "seed": chosen_options.seed,
        "parameters": variant.parameters(),
    }


def costs(variant: Variant, folder: Path, model: Path, options: CompareOptions) -> dict[str, Any]:
    """Seconds per training step; per second of audio, of the graph by number of threads, and of the
    engine by system."""
    conditional = bool(variant.setup["model"].get("conditional"))
    steps = options.gibbs if conditional else (1,)
    return {
        "step_s": step_seconds(folder / "last.pt"),
        "graph_s": {str(threads): graph_seconds(model, threads) for threads in options.threads},
        "engine_s": {f"offline N={n}": engine_seconds(model, n) for n in steps},
    }


def quality(model: Path, folder: Path, options: CompareOptions) -> dict[str, Any]:
    """Scores through the engine, kept clip by clip; its seconds per second of audio."""
    asked = EvaluateOptions(
        models=(str(model),),
        set=None if options.songs else "musdb",
        songs=options.songs,
        data=options.data,
        limit=options.limit,
        steps=options.gibbs,
        peers=TRIVIAL,
        output=folder / "scores.json",
        card_rows="gains",
        plots=(),
    )
    report = evaluate(asked)
    found = table.scores(report["over_trivial"])
    return {
        "clips": report["set"]["clips"],
        "scores": found,
        "above": {system: table.above(stems) for system, stems in found.items()},
    }


def write(
    rows: Sequence[dict[str, Any]], variants: Sequence[Variant], options: CompareOptions
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
        temporary.write_text(table.markdown(rows, variants[0].setup["stems"]), "utf-8")
