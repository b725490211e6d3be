"""Score exported models through the engine that serves them: what they reach, and what pays.

    python -m export evaluate song --set musdb --peers mix mix_share silence oracle
    python -m export evaluate runs/band.onnx --baseline runs/band_one_pass.onnx --set band \\
        --bands bands --curve --seeds 3 --inject 3 -o runs/band.json
    python -m export evaluate song --songs my/songs --steps 1 4 16 --variants --limit 2

A model is a file or a name (`daw-bridge models list`). A song is a folder with one audio file per
stem, whose sum is the mix. Stems that a model does not tell apart are scored as sums. Finished runs
are kept beside the results, each clip, model, number of steps and seed for itself: after Ctrl-C, or
with more asked for, the same command goes on from there.

The text has means of SI-SDRi and medians of SDR, 95 % intervals by bootstrap over songs, and paired
gains. The JSON (version 1) has
  set        name, songs, clips, seconds, rate_hz, channels, stems
  models     by label: name, sha256, stems, rate_hz, conditional, preset, schedule, device, threads
  systems    a list: name, kind (model or peer), seconds_per_second, rows {row: {metric: summary}},
             seed_spread {row: {metric: of_means, of_clips}}; models: model, steps, overrides, seeds
  figures    the systems' rows for a model card (export.graphs.card)
  gains      a list: system, over, rows {row: {metric: summary}} of the paired differences
  curves     by model: steps, rows {row: mean, low, high, seed_spread, baseline} of SI-SDRi
  variants   names of the systems that are mask variants
  injection  by model: steps, gains {given: {row: summary}}, by_count {number: {row: summary}}
  clips      a list: clip, song, system, seed, rows {row: {metric: dB or null}}
A row is a stem, a sum such as other+vocals, or "all", the mean over a model's own rows of a clip. A
summary is clips, songs, median, median_low, median_high, mean, mean_low, mean_high. Metrics are
museval (SDR of BSS Eval v4, median over 1 s frames), sdr (plain) and si_sdri, in dB; null where the
true stem is below -60 dBFS. Bootstrap draws songs; clips where there are fewer than five songs; a
single clip has null for its intervals.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engines.errors import EngineError
from engines.ort import DEVICES
from engines.spec import DRAWS, ESTIMATES, KNOWN
from export.common.clips import ClipError
from export.common.fields import at_least_one
from export.common.files import replacing
from export.graphs.errors import ExportError
from export.scores import peers
from export.scores.evaluation.plan import Plan, Wish, make_plan
from export.scores.evaluation.plots import FORMATS, write_plots
from export.scores.evaluation.report import make_report
from export.scores.evaluation.sets import SongSet, known_sets, places
from export.scores.evaluation.systems import PRESETS, Exported, Overrides, exported, with_schedule
from export.scores.evaluation.text import markdown
from export.scores.evaluation.work import Work, code_digest

CURVE = (1, 4, 16, 64, 128, 256, 512)
STEPS = (1, 4, 16)
PEERS = ("mix", "mix_share", "silence")
ALPHAS = (0.5, 0.7, 0.95, 1.0)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m export evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("models", nargs="*", metavar="MODEL",
                      help="exported files, or names; none: the peers alone")  # fmt: skip
    made.add_argument("--baseline", metavar="MODEL", help="a one-pass model to compare with")
    made.add_argument("-o", "--output", type=Path, metavar="JSON",
                      help="results (default: runs/evaluate-MODEL-SET.json); text and plots lie "
                      "beside it")  # fmt: skip
    _add_songs(made.add_argument_group("songs"))
    _add_runs(made.add_argument_group("what is run"))
    rest = made.add_argument_group("how")
    rest.add_argument("--device", choices=DEVICES, default="cpu")
    rest.add_argument("--threads", type=at_least_one, default=1)
    rest.add_argument("--plots", nargs="+", choices=FORMATS, default=["png"],
                      help="formats (default: png)")  # fmt: skip
    rest.add_argument("--no-plots", action="store_true")
    return made


def _add_songs(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--set", choices=tuple(known_sets(Path(), Path())), help="a test set by name")
    add("--songs", type=Path, metavar="DIR", help="a folder of songs instead")
    add("--data", type=Path, default=Path("../shared/data"), metavar="DIR",
        help="folder of the sets musdb and cc0 (default: %(default)s)")  # fmt: skip
    add("--bands", type=Path, default=Path("bands"), metavar="DIR",
        help="rendered songs, for the set band: DIR/test (default: %(default)s)")  # fmt: skip
    add("--stems", nargs="+", metavar="STEM", help="mix these only (default: all there are)")
    add("--seconds", type=float, metavar="S", help="length of a window (default: the set's)")
    add("--windows", type=at_least_one, metavar="N", help="windows per song (default: the set's)")
    add("--limit", type=at_least_one, metavar="N", help="only the first N songs")
    add("--rate", type=at_least_one, metavar="HZ",
        help="of the audio (default: the highest of the models')")  # fmt: skip


def _add_runs(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--preset", choices=PRESETS, default="offline")
    add("--steps", nargs="+", type=at_least_one, default=list(STEPS), metavar="N",
        help="Gibbs steps (default: 1 4 16)")  # fmt: skip
    add("--curve", action="store_true", help=f"steps {' '.join(map(str, CURVE))}")
    add(
        "--seeds", type=at_least_one, default=1, metavar="N", help="seeds 0..N-1, where N > 1 steps"
    )
    add("--peers", nargs="*", choices=peers.names(), default=list(PEERS),
        help=f"others on the same clips (default: {' '.join(PEERS)})")  # fmt: skip
    add("--inject", type=int, choices=range(4), default=0, metavar="0..3",
        help="gains where up to so many true stems are given (default: 0, none)")  # fmt: skip
    add(
        "--inject-steps",
        type=at_least_one,
        default=1,
        metavar="N",
        help="(default: 1, as published)",
    )
    add("--variants", action="store_true",
        help="mask variants: independent draws and counts, several alphas")  # fmt: skip
    add("--variant-steps", nargs="+", type=at_least_one, default=[16], metavar="N")
    add("--alphas", nargs="+", type=float, default=list(ALPHAS), metavar="A")
    for name, kind in (("alpha", float), ("rho-max", float), ("rho-min", float)):
        add(f"--{name}", type=kind, help="change the schedule of all runs")
    add("--draw", choices=DRAWS, help="the same")
    add("--estimate", choices=ESTIMATES, help="the same")
    add("--known", choices=KNOWN, help="the same")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    command = parser()
    options = command.parse_args(arguments)
    if (options.set is None) == (options.songs is None):
        command.error("give either --set or --songs")
    if not (options.models or options.peers):
        command.error("give a model or --peers")
    if options.baseline and not options.models:
        command.error("--baseline is for models")
    if options.output and options.output.suffix != ".json":
        command.error(f"--output {options.output} should end in .json: tables lie beside it in .md")
    if options.seconds is not None and not options.seconds > 0:
        command.error(f"--seconds {options.seconds:g}: expected more than 0")
    try:
        evaluate(options)
    except (ExportError, EngineError, ClipError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    return 0


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Runs what is asked for, writes and prints it; what is in the JSON."""
    names = [*options.models, *([options.baseline] if options.baseline else [])]
    models = exported(names, options.preset, options.device, options.threads)
    label = models[0].path.stem if models else "peers"
    chosen = chosen_set(options)
    output = options.output or Path("runs") / f"evaluate-{label}-{chosen.name}.json"
    plan = make_plan(wish(options, models))
    for name in options.peers:
        peers.load(name)
    found = places(chosen, options.stems, options.limit)
    work = _work(options, models, output)
    done = work.run(found, plan.all_systems)
    report = make_report(plan, models, chosen, found, work, done)
    _write(report, plan, output, () if options.no_plots else tuple(options.plots))
    return report


def _work(options: argparse.Namespace, models: Sequence[Exported], output: Path) -> Work:
    """At the highest rate and with the most channels of the models; CD audio without any."""
    rate_hz = options.rate or max((model.spec.rate_hz for model in models), default=44100)
    channels = max((model.spec.channels for model in models), default=2)
    return Work(output.with_suffix(".runs"), rate_hz, channels, code_digest())


def chosen_set(options: argparse.Namespace) -> SongSet:
    """The set by name or folder, with windows as asked for. Raises ClipError."""
    if options.songs:
        usual = SongSet(options.songs.name, options.songs, None, 1)
    else:
        usual = known_sets(options.data, options.bands)[options.set]
    seconds = options.seconds or usual.seconds
    if options.windows and seconds is None:
        raise ClipError("--windows of whole songs; give the length of a window with --seconds")
    windows = options.windows or usual.windows
    return SongSet(usual.name, usual.root, seconds, windows, usual.shared_stems)


def wish(options: argparse.Namespace, models: Sequence[Exported]) -> Wish:
    """What the command line asks for. Raises SpecError for a schedule that is none."""
    overrides = _overrides(options)
    variants = _variants(options, overrides) if options.variants else ()
    conditional = [model.spec for model in models if model.spec.conditional]
    for changes in (overrides, *variants):
        for spec in conditional:
            with_schedule(spec, dict(changes))
    baseline = models[-1] if options.baseline else None
    return Wish(
        models=tuple(models[: len(options.models)]),
        baseline=baseline,
        steps=CURVE if options.curve else tuple(sorted(set(options.steps))),
        seeds=tuple(range(options.seeds)),
        peers=tuple(options.peers),
        overrides=overrides,
        variants=variants,
        variant_steps=tuple(options.variant_steps) if options.variants else (),
        inject=options.inject,
        inject_steps=options.inject_steps,
    )


def _overrides(options: argparse.Namespace) -> Overrides:
    names = ("alpha", "rho_max", "rho_min", "draw", "estimate", "known")
    return tuple(
        (name, getattr(options, name)) for name in names if getattr(options, name) is not None
    )


def _variants(options: argparse.Namespace, base: Overrides) -> tuple[Overrides, ...]:
    """The schedule as it is, then every alpha and draw."""
    made = [
        tuple((dict(base) | {"alpha": alpha, "draw": draw}).items())
        for draw in DRAWS
        for alpha in options.alphas
    ]
    return (base, *made)


def _write(report: dict[str, Any], plan: Plan, output: Path, formats: tuple[str, ...]) -> None:
    text = markdown(report)
    with replacing(output) as temporary:
        temporary.write_text(json.dumps(report, indent=1, allow_nan=False), "utf-8")
    with replacing(output.with_suffix(".md")) as temporary:
        temporary.write_text(text, "utf-8")
    print(text)
    written = write_plots(report, output.with_suffix(""), formats) if formats else []
    print(
        "written: " + ", ".join(str(path) for path in (output, output.with_suffix(".md"), *written))
    )


if __name__ == "__main__":
    sys.exit(main())
