"""Score a model on the clips of MUSDB18-7, through the engine that serves it.

    python -m export evaluate-musdb engines/models/song.onnx --data ../shared/data -o results.json
    python -m export evaluate-musdb runs/song/last.pt --steps 1 --modes offline --limit 5

Every preset, offline with N Gibbs steps; museval SDR (BSS Eval v4, median over 1 s frames), plain
SDR and SI-SDRi per stem; medians over clips beside the best of mix, mix/4 and silence, with a
paired bootstrap; `other` also with the residual added. Writes JSON, and the table as Markdown
beside it. Clips done are kept beside the JSON: the same command goes on where it stopped. A
checkpoint is exported to a temporary file first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tqdm import tqdm

import engines
import export
from engines.errors import EngineError
from engines.load import load_model, read_spec
from engines.settings import stream_settings
from engines.spec import ModelSpec
from export.common.clips import ClipError, song_folders, stamps
from export.common.fields import at_least_one
from export.common.files import replacing
from export.graphs import to_onnx
from export.graphs.errors import DataError, ExportError
from export.nets.checkpoint import CheckpointError
from export.scores import musdb
from export.scores.evaluation.systems import PRESETS
from export.scores.musdb import summary
from export.scores.musdb.songs import STEMS, Plan, score_song, system_name


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m export evaluate-musdb",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("model", type=Path, help="an exported .onnx file, or a checkpoint of export.training.train")
    add("--data", type=Path, default=Path("../shared/data"), metavar="DIR",
        help="folder with musdb18-7/test (default: %(default)s)")  # fmt: skip
    add("--songs", type=Path, metavar="DIR", help="another folder of songs with these stems")
    add("-o", "--output", type=Path, metavar="JSON",
        help="results (default: runs/musdb-MODEL.json)")  # fmt: skip
    add("--modes", nargs="+", choices=PRESETS, help="presets (default: all that the model has)")
    add("--steps", nargs="+", type=int, default=[1, 16], metavar="N",
        help="Gibbs steps, offline; live presets have their own (default: 1 16)")  # fmt: skip
    add("--residual-stem", choices=STEMS, default="other",
        help="stem that is also scored with the residual added (default: %(default)s)")  # fmt: skip
    add("--rate", type=int, default=44100, metavar="HZ", help="of the clips (default: %(default)s)")
    add("--seed", type=int, default=0, help="of the Gibbs masks (default: %(default)s)")
    add("--limit", type=at_least_one, metavar="N", help="only the first N songs")
    add(
        "--jobs", type=at_least_one, default=1, metavar="N", help="processes (default: %(default)s)"
    )
    add("--check-museval", action="store_true",
        help="compare the first system's museval SDR with museval's own code (slow)")  # fmt: skip
    add("--export-options", default="", metavar="'...'",
        help="for a checkpoint: options of to-onnx, such as '--live hop=8192'")  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    command = parser()
    options = command.parse_args(arguments)
    if options.jobs < 1 or min(options.steps) < 1:
        command.error("--jobs and --steps start at 1")
    output = options.output or Path("runs") / f"musdb-{options.model.stem}.json"
    try:
        with onnx_file(options.model, options.export_options) as model:
            results = evaluate(model, options, output)
    except (ExportError, EngineError, CheckpointError, ClipError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    print(summary.markdown(results["figures"]))
    return 0


@contextmanager
def onnx_file(model: Path, export_options: str) -> Iterator[Path]:
    """The model itself, or a temporary export of a checkpoint. Raises ExportError."""
    if model.suffix == ".onnx":
        yield model
        return
    with TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "checkpoint.onnx"
        to_onnx.export(
            to_onnx.parser().parse_args([str(model), "-o", str(path), *export_options.split()])
        )
        yield path


def evaluate(model: Path, options: argparse.Namespace, output: Path) -> dict[str, Any]:
    """Scores all clips, writes `output` and its Markdown, returns what is in it."""
    spec = read_spec(model)
    songs = song_folders(options.songs or options.data / "musdb18-7" / "test", STEMS)
    plan = Plan(
        str(model), systems_of(spec, options.modes, options.steps), options.rate,
        options.residual_stem, options.seed, options.check_museval,
    )  # fmt: skip
    clips = score_songs(plan, songs[: options.limit], output, options.jobs)
    results = report(plan, spec, model, clips)
    with replacing(output) as temporary:
        temporary.write_text(json.dumps(results, indent=1, allow_nan=False), "utf-8")
    with replacing(output.with_suffix(".md")) as temporary:
        temporary.write_text(summary.markdown(results["figures"]) + "\n", "utf-8")
    return results


def systems_of(
    spec: ModelSpec, modes: Sequence[str] | None, steps: Sequence[int]
) -> tuple[tuple[str, int], ...]:
    """Presets and steps to run: offline each asked for, else the preset's own."""
    missing = [stem for stem in spec.stems if stem not in STEMS]
    if missing:
        seen = f"model {spec.name} with stems {', '.join(missing)}"
        raise DataError(
            seen, f"stems among {', '.join(STEMS)}", "use export.scores.evaluate instead"
        )
    found = []
    for mode in modes or ("offline", *(name for name in spec.presets if name != "offline")):
        settings = stream_settings(spec, spec.rate_hz, spec.channels, preset=mode)
        counts = sorted({*steps}) if mode == "offline" else [settings.steps]
        found += [(mode, count) for count in (counts if spec.conditional else [1])]
    return tuple(found)


#: Code outside engines and export/scores/musdb that scores depend on.
_SHARED = ("common/clips.py", "common/metrics.py", "graphs/separation.py")


def score_songs(plan: Plan, songs: Sequence[Path], output: Path, jobs: int) -> list[dict[str, Any]]:
    """The scores of every song, in order; those found beside `output` are not made again."""
    folder = output.with_suffix(".clips") / fingerprint(plan, songs)
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{song.name}.json" for song in songs]
    todo = [pair for pair in zip(songs, files, strict=True) if not pair[1].is_file()]
    with tqdm(total=len(songs), initial=len(songs) - len(todo), unit="clip") as bar:
        for _ in run_all(plan, todo, jobs):
            bar.update()
    return [json.loads(file.read_text("utf-8")) for file in files]


def fingerprint(plan: Plan, songs: Sequence[Path]) -> str:
    """Of model, plan, clips and code: stored clips are used again only where nothing changed."""
    clips = [[str(song.resolve()), stamps(song, tuple(STEMS))] for song in songs]
    values = {**asdict(plan), "model": "", "clips": clips}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    folders = (Path(engines.__file__).parent, Path(musdb.__file__).parent)
    sources = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    sources += [Path(export.__file__).parent / name for name in _SHARED]
    for path in (Path(plan.model), *sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run_all(plan: Plan, todo: Sequence[tuple[Path, Path]], jobs: int) -> Iterator[None]:
    """Scores songs, yielding after each."""
    if jobs == 1:
        model = load_model(plan.model) if todo else None
        for song, file in todo:
            assert model is not None
            store(file, score_song(model, plan, song))
            yield
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _die_quietly) as pool:
        futures = [pool.submit(work, plan, song, file) for song, file in todo]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool as error:
            raise DataError("a process died", "enough memory", "use fewer --jobs") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _die_quietly() -> None:
    """Ctrl-C ends a worker without a traceback; the parent says what there is to say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def work(plan: Plan, song: Path, file: Path) -> None:
    """One song in a process of its own."""
    store(file, score_song(load_model(plan.model), plan, song))


def store(file: Path, scores: dict[str, Any]) -> None:
    """Writes a clip's scores whole or not at all."""
    with replacing(file) as temporary:
        temporary.write_text(json.dumps(scores, allow_nan=False), "utf-8")


def report(plan: Plan, spec: ModelSpec, model: Path, clips: list[dict[str, Any]]) -> dict[str, Any]:
    """All that is written: settings, summary, the model card's figures, every clip."""
    names = [system_name(*system) for system in plan.systems]
    scored = [clip["systems"] for clip in clips]
    free = [name for name in scored[0] if name not in names]
    found = summary.summarise(scored, names, free)
    speed = {
        name: float(np.median([clip["seconds_per_second"][name] for clip in clips]))
        for name in names
    }
    return {
        "model": spec.name,
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "clips": len(clips),
        "rate_hz": plan.rate_hz,
        "seed": plan.seed,
        "presets": {name: asdict(preset) for name, preset in spec.presets.items()},
        "trivial_sdr_medians": trivial_medians(scored, free),
        "seconds_per_second": speed,
        "summary": summary.as_json(found),
        "figures": summary.figures(found),
        "songs": clips,
    }


def trivial_medians(scored: list[Any], names: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """Median plain SDR of the trivial answers, per stem; None for a stem that is never audible."""
    medians: dict[str, dict[str, float | None]] = {}
    for name in names:
        for stem in scored[0][name]:
            values = [clip[name][stem]["sdr"] for clip in scored]
            heard = [value for value in values if value is not None]
            medians.setdefault(name, {})[stem] = float(np.median(heard)) if heard else None
    return medians


if __name__ == "__main__":
    sys.exit(main())
