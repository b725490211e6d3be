"""Sams-Net's two experiments: how many slices, and what attention is worth (SYSTEMS.md part 003).

    python -m export sams-experiment --cache cache --bands bands --steps 4000 \\
        --songs ../shared/data/musdb18-7/test --out runs/sams
    python -m export sams-experiment --checkpoint runs/sams_net_live/last.pt --variants attention \\
        --songs ../shared/data/musdb18-7/test --out runs/sams

The first line trains --preset twice with the same seed, data and budget, as it is and with
`attention = false`, into OUT/attention and OUT/no_attention; run again it goes on where it was. The
second takes a trained network instead. Each is then scored on every song, cut into 1, 2, 4, ...
equal parts along time, each part separated on its own.

Writes OUT/report.json and OUT/report.txt after every row: SDR of museval (median over clips, one
call of the network), the mean over stems, with the paired gain over one slice and of attention over
none, and the processor time for a second of audio. Songs of 7 s in 12 slices have slices of 0.6 s;
the paper's songs of 4 minutes have slices of 20 s: its axis is reached with whole songs only.
Ctrl-C ends with exit status 130; finished rows and the training so far are kept.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from export.common.clips import Clip
from export.nets.checkpoint import CheckpointError, load_model
from export.nets.families.sams_net import SamsNet, Slices
from export.nets.nade import Nade, StftDomain
from export.nets.stft import frame_count
from export.scores.musdb.scores import Scores, score, trivial
from export.scores.musdb.summary import interval, markdown
from export.training import train
from export.training.options import add_options, options_from
from export.training.preset import load_preset
from export.training.scoring import load_clips, stems_of

VARIANTS = ("attention", "no_attention")
SLICES = (1, 2, 4, 8, 12, 16, 24)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Setup:
    """What every row is measured with: the clips, their stems' names and rate, where to write."""

    clips: Sequence[Clip]
    stems: tuple[str, ...]
    rate_hz: int
    out: Path


def cut(model: Nade, samples: int, slices: int) -> Slices:
    """Make `model` cut clips of so many samples into `slices` equal parts, as nearly as frames
    allow; what it will do. Raises CheckpointError for another family."""
    core, domain = model.core, model.domain
    if not isinstance(core, SamsNet) or not isinstance(domain, StftDomain):
        raise CheckpointError(f"a {model.family}, expected a sams_net: give another checkpoint")
    frames = frame_count(samples, domain.hop_samples)
    core.slice_frames = -(-frames // slices)
    return Slices(frames, core.slice_frames)


def measure(model: Nade, setup: Setup, slices: int, bar: tqdm) -> dict[str, Any]:
    """One row: SDR (clips, stems) of `model` at so many slices, None where a stem is silent."""
    sdr, spent_s, audio_s = [], 0.0, 0.0
    parts = []
    for clip in setup.clips:
        parts.append(cut(model, clip.mix.shape[-1], slices))
        started = time.process_time()
        found = stems_of(model, clip, 1, 0)
        spent_s += time.process_time() - started
        audio_s += clip.mix.shape[-1] / setup.rate_hz
        sdr.append(_museval(score(found, clip.stems, clip.mix, setup.rate_hz)))
        bar.update()
    assert isinstance(model.domain, StftDomain)
    hop_s = model.domain.hop_samples / setup.rate_hz
    return {
        "slices": [min(part.count for part in parts), max(part.count for part in parts)],
        "slice_s": float(np.median([part.part for part in parts])) * hop_s,
        "cpu_per_audio_s": spent_s / audio_s,
        "sdr": sdr,
    }


def _museval(scores: Sequence[Scores]) -> list[float | None]:
    return [row["museval"] for row in scores]


def do_nothing(setup: Setup) -> dict[str, list[list[float | None]]]:
    """SDR (clips, stems) of the answers that cost nothing."""
    found: dict[str, list[list[float | None]]] = {}
    for clip in setup.clips:
        for name, answer in trivial(clip.mix, clip.stems).items():
            scores = score(answer, clip.stems, clip.mix, setup.rate_hz)
            found.setdefault(name, []).append(_museval(scores))
    return found


def medians(sdr: Sequence[Sequence[float | None]]) -> list[float | None]:
    """Each stem's median over the clips in which it sounds, then the mean over the stems."""
    table = _array(sdr)
    rows = [column[~np.isnan(column)] for column in table.T]
    found = [float(np.median(row)) if len(row) else None for row in rows]
    known = [value for value in found if value is not None]
    return [*found, float(np.mean(known)) if known else None]


def paired(sdr: Sequence[Sequence[float | None]], base: Sequence[Sequence[float | None]]) -> str:
    """The median over clips of the gain of `sdr` over `base`, mean over stems, [95 %]."""
    gains = _array(sdr) - _array(base)
    means = np.array([row[~np.isnan(row)].mean() for row in gains if not np.isnan(row).all()])
    if not len(means):
        return "-"
    low, high = interval(means)
    return f"{np.median(means):+.2f} [{low:+.2f}, {high:+.2f}]"


def _array(sdr: Sequence[Sequence[float | None]]) -> Array:
    return np.array([[np.nan if value is None else value for value in row] for row in sdr])


def table(report: dict[str, Any]) -> str:
    """The report as Markdown, with what the models are below."""
    stems, variants = report["stems"], report["variants"]
    header = ["network", "slices", "s per slice", *stems, "mean", "over one slice",
              "attention over none", "CPU s per s"]  # fmt: skip
    rows: list[list[str | float | None]] = [list(header)]
    for name, sdr in report["do_nothing"].items():
        rows.append([name, "-", None, *medians(sdr), "-", "-", None])
    for name, variant in variants.items():
        for asked, row in variant["rows"].items():
            first = variant["rows"].get("1")
            plain = variants.get("no_attention", {}).get("rows", {}).get(asked)
            over_first = paired(row["sdr"], first["sdr"]) if first and asked != "1" else "-"
            over_none = paired(row["sdr"], plain["sdr"]) if plain and name == "attention" else "-"
            made = sorted(set(row["slices"]))
            rows.append([name, "-".join(map(str, made)), row["slice_s"], *medians(row["sdr"]),
                         over_first, over_none, row["cpu_per_audio_s"]])  # fmt: skip
    lines = [f"{report['clips']} clips; museval SDR in dB, median over clips", "", markdown(rows)]
    for name, variant in variants.items():
        about = f"{variant['parameters']:,} parameters, {variant['step']} steps"
        lines += ["", f"{name}: {about}, {json.dumps(variant['config'])}"]
    return "\n".join(lines)


def write(out: Path, report: dict[str, Any]) -> None:
    """report.json and report.txt, each whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    texts = {"report.json": json.dumps(report, indent=1), "report.txt": table(report) + "\n"}
    for name, text in texts.items():
        partial = out / f"{name}.partial"
        partial.write_text(text, "utf-8")
        os.replace(partial, out / name)  # noqa: PTH105


def trained(name: str, args: argparse.Namespace) -> tuple[Nade, dict[str, Any]]:
    """A variant's network and description: --checkpoint's, or one trained here."""
    if name == "attention" and args.checkpoint:
        return load_model(args.checkpoint)
    preset = load_preset(args.preset)
    preset["model"] = preset["model"] | {"attention": name == "attention"}
    data = preset["data"] | {"cache": args.cache, "bands": args.bands}
    print(f"== {name}", flush=True)
    train.start(preset, options_from(preset, args), data, args.out / name, ())
    return load_model(args.out / name / "last.pt")


def evaluate(models: dict[str, tuple[Nade, dict[str, Any]]], setup: Setup, slices: Sequence[int]):
    """Every network at every number of slices; the report, written after each row."""
    report: dict[str, Any] = {
        "stems": setup.stems,
        "clips": len(setup.clips),
        "do_nothing": do_nothing(setup),
        "variants": {},
    }
    total = len(models) * len(slices) * len(setup.clips)
    with tqdm(total=total, unit="clip", disable=None) as bar:
        for name, (model, about) in models.items():
            size = sum(weight.numel() for weight in model.parameters())
            rows: dict[str, Any] = {}
            report["variants"][name] = about | {"parameters": size, "rows": rows}
            for count in slices:
                rows[str(count)] = row = measure(model, setup, count, bar)
                write(setup.out, report)
                tqdm.write(f"{name}, {count} slices: mean SDR {_short(medians(row['sdr'])[-1])}")
    return report


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} dB"


def run(args: argparse.Namespace) -> None:
    """Train what has to be trained, evaluate, print the table."""
    models = {name: trained(name, args) for name in args.variants}
    (model, about), *_ = models.values()
    check_alike([described for _, described in models.values()])
    stems, rate_hz = tuple(about["stems"]), about["rate_hz"]
    torch.set_num_threads(args.threads or 1)
    clips = load_clips(args.songs, stems, rate_hz, model.config.channels, None, 1, args.limit)
    report = evaluate(models, Setup(clips, stems, rate_hz, args.out), args.slices)
    print(table(report))


def check_alike(described: Sequence[dict[str, Any]]) -> None:
    """Raises CheckpointError where networks differ in more than attention."""
    alike = [
        {"stems": tuple(one["stems"]), "rate_hz": one["rate_hz"]}
        | {name: value for name, value in one["config"].items() if name != "attention"}
        for one in described
    ]
    for other in alike[1:]:
        different = [name for name in other if other[name] != alike[0].get(name)]
        if different:
            raise CheckpointError(
                f"--checkpoint and --preset differ in {', '.join(different)}: give the preset that "
                "the checkpoint was trained with, or --variants attention"
            )


def parser() -> argparse.ArgumentParser:
    """The command line; see the module's docstring."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--songs", type=Path, required=True, help="folder of song folders to score")
    made.add_argument("--out", type=Path, required=True, help="training runs and reports")
    made.add_argument("--preset", default="sams_net_live", help="what is trained, with and without")
    made.add_argument("--checkpoint", type=Path, help="take this as the network with attention")
    made.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    made.add_argument("--slices", type=_count, nargs="+", default=list(SLICES), help="numbers")
    made.add_argument("--limit", type=int, help="at most so many songs")
    made.add_argument("--cache", type=Path, help="real clips (export.data.clips --cache)")
    made.add_argument("--bands", type=Path, help="rendered songs (export.data.render --out)")
    add_options(made)
    return made


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}, expected a whole number of at least 1")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    made = parser()
    args = made.parse_args(argv)
    trains = set(args.variants) - ({"attention"} if args.checkpoint else set())
    if trains and None in (args.cache, args.bands):
        made.error(f"training {' and '.join(sorted(trains))} needs --cache and --bands")
    try:
        run(args)
    except train.FAILURES as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what is finished is in the report", file=sys.stderr)
        return train.STOPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
