"""Does conditioning pay? Equal time for three models at 16 kHz mono on rendered bands.

    python -m export early-test --bands bands --minutes 7 --out early

(a) O-NADE Demucs, (b) the O-NADE mask network, (c) (b)'s one-pass twin without conditioning. Each
is trained for --minutes on bands/train and scored on windows of bands/test: SI-SDRi at N = 1, 4 and
16, and the injection table. Writes early/report.json, early/report.txt and one run folder each; run
again, or for one of --models alone, it goes on where it was. Time is the training process's CPU
time on one thread, which is wall time on an idle core and stays fair on a busy one; `--clock wall`
counts the wall's.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from export.common.clips import Clip, ClipError
from export.nets import families
from export.nets.checkpoint import load_model
from export.training import train
from export.training.options import TrainOptions, add_options, options_from
from export.training.preset import load_preset
from export.training.scoring import load_clips, report, table

MODELS = {"demucs": "band16_demucs", "mask": "band16", "one_pass": "band16"}


def preset_of(name: str) -> dict[str, Any]:
    """The preset of one contender; `one_pass` is `mask` without conditioning."""
    preset = load_preset(MODELS[name])
    if name == "one_pass":
        preset["model"]["conditional"] = False
    return preset


def fit(name: str, arguments: argparse.Namespace, clips: Sequence[Clip]) -> dict[str, Any]:
    """Train one contender and score it; its report."""
    preset = preset_of(name)
    options: TrainOptions = replace(options_from(preset, arguments), minutes=arguments.minutes)
    out = arguments.out / name
    train.start(preset, options, preset["data"] | {"bands": arguments.bands}, out, clips[:12])
    model, about = load_model(out / "last.pt")
    result = report(model, preset["stems"], clips, arguments.gibbs)
    print(f"== {name}, {about['step']} steps\n{table(result)}\n", flush=True)
    return result | {"model": about}


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring. Returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bands", type=Path, required=True, help="rendered songs, train and test")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--models", nargs="+", choices=tuple(MODELS), default=list(MODELS))
    parser.add_argument("--gibbs", type=int, nargs="+", default=[1, 4, 16], help="values of N")
    parser.add_argument("--songs", type=int, default=24, help="test songs")
    parser.add_argument("--windows", type=int, default=2, help="windows of 6 s per test song")
    add_options(parser)
    args = parser.parse_args(argv)
    try:
        run(args)
    except (*train.FAILURES, ClipError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return train.STOPPED
    return 0


def run(args: argparse.Namespace) -> None:
    """Does what the command line asks for. Raises train.FAILURES, ClipError."""
    args.minutes, args.clock = args.minutes or 7.0, args.clock or "cpu"
    first = preset_of(args.models[0])
    channels = families.config_from(first["family"], first["model"]).channels
    clips = load_clips(
        args.bands / "test",
        tuple(first["stems"]),
        first["rate_hz"],
        channels,
        first["validation_seconds"],
        args.windows,
        args.songs,
    )
    torch.set_num_threads(args.threads or 1)
    results = {name: fit(name, args, clips) for name in args.models}
    print(write_report(args.out, results))


def write_report(out: Path, results: dict[str, Any]) -> str:
    """Add `results` to report.json and report.txt; the whole text."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "report.json"
    if path.exists():
        results = json.loads(path.read_text("utf-8")) | results
    path.write_text(json.dumps(results, indent=1), "utf-8")
    text = "\n\n".join(f"{name}\n{table(result)}" for name, result in results.items())
    (out / "report.txt").write_text(text + "\n", "utf-8")
    return text


if __name__ == "__main__":
    sys.exit(main())
