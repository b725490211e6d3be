"""Score models through the engine that serves them: what they reach, and what helps.

The text has means of SI-SDRi and medians of SDR, 95 % intervals by bootstrap over songs, and paired
gains. The JSON (version 1) has
  set        name, songs, clips, seconds, rate_hz, channels, stems
  models     by label: name, sha256, stems, rate_hz, conditional, preset, schedule, device, threads
  systems    a list: name, kind (model or peer), seconds_per_second and processor_s_per_s (wall and
             processor time for a second of audio), rows {row: {metric: summary}}, seed_spread
             {row: {metric: of_means, of_clips}}; models: model, steps, overrides, seeds
  figures    the systems' rows for a model card (`card`)
  over_trivial  a list: each model's system, row and metric, its median, the best answer that costs
             nothing (mix, a share of it, silence), its median, and the paired gain over it
  gains      a list: system, over, rows {row: {metric: summary}} of the paired differences
  curves     by model: steps, rows {row: mean, low, high, seed_spread, baseline} of SI-SDRi
  variants   names of the systems that are mask variants
  injection  by model: steps, gains {given: {row: summary}}, by_count {number: {row: summary}}
  clips      a list: clip, song, system, seed, rows {row: {metric: dB or null}}
A row is a stem, a sum such as other+vocals, a stem with the residual added ("other + residual"), or
"all", the mean over a model's own rows of a clip. A summary is clips, songs, median, median_low,
median_high, mean, mean_low, mean_high. Metrics are museval (SDR of BSS Eval v4, median over 1 s
frames), sdr (plain) and si_sdri, in dB; null where the true stem is below -60 dBFS. With `listen`
also leakage (dB re the mix where the true stem is silent, of silent_s seconds), noise (log kurtosis
ratio), shifted and whole (the difference from the stem on a shifted grid, and in one window, at
joins of windows, dB re the mix), shifted_over and whole_over (how far that is above the same away
from joins, dB); see `export/scores/listening`. Lower is better in all of them. Bootstrap draws
songs; clips where there are fewer than five songs; a single clip has null for its intervals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engines.spec import DRAWS
from export.common.errors import UsageError
from export.common.files import replacing
from export.common.songs import ClipError
from export.graphs.describe import ChoiceError
from export.graphs.to_onnx import to_onnx
from export.scores import peers
from export.scores.evaluation.plan import ScoreRequest, make_plan
from export.scores.evaluation.plots import write_plots
from export.scores.evaluation.report import make_report
from export.scores.evaluation.sets import SongSet, known_sets, places
from export.scores.evaluation.systems import Exported, Overrides, exported, with_schedule
from export.scores.evaluation.text import markdown
from export.scores.evaluation.work import Work, code_digest

CURVE = (1, 4, 16, 64, 128, 256, 512)


@dataclass(frozen=True)
class EvaluateOptions:
    """What is scored, on what, and how; the command's flags say more of each.

    Raises UsageError where they do not go together.
    """

    models: tuple[str, ...] = ()
    baseline: str | None = None
    output: Path | None = None
    set: str | None = None
    songs: Path | None = None
    data: Path = Path("data")
    bands: Path = Path("bands")
    stems: tuple[str, ...] | None = None
    seconds: float | None = None
    windows: int | None = None
    limit: int | None = None
    rate: int | None = None
    preset: tuple[str, ...] = ("offline",)
    steps: tuple[int, ...] = (1, 4, 16)
    curve: bool = False
    seeds: int = 1
    peers: tuple[str, ...] = ("mix", "mix_share", "silence")
    residual_to: str | None = None
    inject: int = 0
    inject_steps: int = 1
    variants: bool = False
    variant_steps: tuple[int, ...] = (16,)
    alphas: tuple[float, ...] = (0.5, 0.7, 0.95, 1.0)
    alpha: float | None = None
    rho_max: float | None = None
    rho_min: float | None = None
    draw: str | None = None
    estimate: str | None = None
    known: str | None = None
    card_rows: str = "scores"
    device: str = "cpu"
    threads: int = 1
    jobs: int = 1
    check_museval: bool = False
    listen: bool = False
    leave_out: bool = False
    plots: tuple[str, ...] = ("png",)

    def __post_init__(self) -> None:
        if (self.set is None) == (self.songs is None):
            raise UsageError("no songs, or two sets of them", "either --set or --songs", "give one")
        if not (self.models or self.peers):
            raise UsageError("nothing to score", "a model or a peer", "give a model or --peers")
        if self.baseline and not self.models:
            raise UsageError("a baseline alone", "models beside it", "name them, too")
        if self.output and self.output.suffix != ".json":
            seen = f"the output {self.output}"
            raise UsageError(seen, "a name ending in .json", "tables lie beside it in .md")
        if self.seconds is not None and not self.seconds > 0:
            raise UsageError(f"--seconds {self.seconds:g}", "more than 0", "give a longer window")


def evaluate(options: EvaluateOptions) -> dict[str, Any]:
    """Runs what is asked for and writes it; what is in the JSON.

    Raises EngineError, ExportError.
    """
    names = [*options.models, *([options.baseline] if options.baseline else [])]
    with model_files(names) as files:
        found = exported(files, options.preset, options.device, options.threads)
        models = [one for presets in found[: len(options.models)] for one in presets]
        baseline = found[-1][0] if options.baseline else None
        label = found[0][0].path.stem if found else "peers"
        chosen = chosen_set(options)
        output = options.output or Path("runs") / f"evaluate-{label}-{chosen.name}.json"
        every = [*models, *([baseline] if baseline else [])]
        plan = make_plan(request(options, models, baseline))
        for name in options.peers:
            peers.load(name)
        clips = places(chosen, options.stems, options.limit, options.leave_out)
        work = _work(options, every, output)
        done = work.run(clips, plan.all_systems, options.jobs)
        report = make_report(plan, every, chosen, clips, work, done, options.card_rows)
    _write(report, output, options.plots)
    return report


@contextmanager
def model_files(names: Sequence[str]) -> Iterator[list[str]]:
    """The same names, with a temporary export of each checkpoint (.pt). Raises ExportError."""
    with TemporaryDirectory(prefix="export-") as folder:
        yield [_exported(Path(name), Path(folder)) if _is_checkpoint(name) else name
               for name in names]  # fmt: skip


def _is_checkpoint(name: str) -> bool:
    return Path(name).suffix == ".pt"


def _exported(checkpoint: Path, folder: Path) -> str:
    """The model is called by its run: runs/song/last.pt is song-last."""
    path = folder / f"{checkpoint.resolve().parent.name}-{checkpoint.stem}.onnx"
    to_onnx(checkpoint, path)
    return str(path)


def _work(options: EvaluateOptions, models: Sequence[Exported], output: Path) -> Work:
    """At the highest rate and with the most channels of the models; CD audio without any."""
    rate_hz = options.rate or max((model.spec.rate_hz for model in models), default=44100)
    channels = max((model.spec.channels for model in models), default=2)
    folder = output.with_suffix(".runs")
    return Work(folder, rate_hz, channels, code_digest(), options.check_museval, options.listen)


def chosen_set(options: EvaluateOptions) -> SongSet:
    """The set by name or folder, with windows as asked for. Raises ClipError."""
    if options.songs:
        usual = SongSet(options.songs.name, options.songs, None, 1)
    else:
        assert options.set is not None
        usual = known_sets(options.data, options.bands)[options.set]
    seconds = options.seconds or usual.seconds
    if options.windows and seconds is None:
        raise ClipError("--windows of whole songs; give the length of a window with --seconds")
    windows = options.windows or usual.windows
    return SongSet(usual.name, usual.root, seconds, windows, usual.shared_stems)


def request(
    options: EvaluateOptions, models: Sequence[Exported], baseline: Exported | None
) -> ScoreRequest:
    """What is asked for. Raises SpecError for a schedule that is none, ChoiceError for one that no
    model has."""
    overrides = _overrides(options)
    variants = _variants(options, overrides) if options.variants else ()
    refining = [model.spec for model in models if model.spec.refines]
    if models and not refining and (overrides or variants):
        names = ", ".join(model.label for model in models)
        expected = "a model that draws masks"
        raise ChoiceError(f"a schedule of masks for {names}", expected, "leave it out")
    for changes in (overrides, *variants):
        for spec in refining:
            with_schedule(spec, dict(changes))
    return ScoreRequest(
        models=tuple(models),
        baseline=baseline,
        steps=CURVE if options.curve else tuple(sorted(set(options.steps))),
        seeds=tuple(range(options.seeds)),
        peers=options.peers,
        overrides=overrides,
        variants=variants,
        variant_steps=options.variant_steps if options.variants else (),
        inject=options.inject,
        inject_steps=options.inject_steps,
        residual_to=options.residual_to,
    )


def _overrides(options: EvaluateOptions) -> Overrides:
    names = ("alpha", "rho_max", "rho_min", "draw", "estimate", "known")
    return tuple(
        (name, getattr(options, name)) for name in names if getattr(options, name) is not None
    )


def _variants(options: EvaluateOptions, base: Overrides) -> tuple[Overrides, ...]:
    """The schedule as it is, then every alpha and draw."""
    made = [
        tuple((dict(base) | {"alpha": alpha, "draw": draw}).items())
        for draw in DRAWS
        for alpha in options.alphas
    ]
    return (base, *made)


def _write(report: dict[str, Any], output: Path, formats: tuple[str, ...]) -> None:
    with replacing(output) as temporary:
        temporary.write_text(json.dumps(report, indent=1, allow_nan=False), "utf-8")
    with replacing(output.with_suffix(".md")) as temporary:
        temporary.write_text(markdown(report), "utf-8")
    plots = write_plots(report, output.with_suffix(""), formats) if formats else []
    files = (output, output.with_suffix(".md"), *plots)
    print("written: " + ", ".join(map(str, files)))
