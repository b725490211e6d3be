"""Sams-Net's two experiments: how many slices, and what attention is worth.

Facts: docs/research/sources.md; results: docs/research/families.md.

A network is trained as it is and with `attention = false`; each is scored on every song, cut into
1, 2, 4, ... equal parts along time, each part separated on its own.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from export.common.songs import Clip, load_clips
from export.nets.checkpoint import CheckpointError, load_model
from export.nets.families.sams_net import SamsNet, Slices
from export.nets.nade import Nade, StftDomain
from export.nets.stft import frame_count
from export.scores.evaluation.clip_scores import Scores, score, trivial
from export.scores.evaluation.over_trivial import interval
from export.scores.evaluation.text import markdown_table
from export.training import train
from export.training.options import options_from
from export.training.setup_files import load_setup
from export.training.validation import stems_of

VARIANTS = ("attention", "no_attention")
SLICES = (1, 2, 4, 8, 12, 16, 24)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Material:
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


def measure(model: Nade, material: Material, slices: int, bar: tqdm) -> dict[str, Any]:
    """One row: SDR (clips, stems) of `model` at so many slices, None where a stem is silent."""
    sdr, spent_s, audio_s = [], 0.0, 0.0
    parts = []
    for clip in material.clips:
        parts.append(cut(model, clip.mix.shape[-1], slices))
        started = time.process_time()
        found = stems_of(model, clip, 1, 0)
        spent_s += time.process_time() - started
        audio_s += clip.mix.shape[-1] / material.rate_hz
        sdr.append(_museval(score(found, clip.stems, clip.mix, material.rate_hz)))
        bar.update()
    assert isinstance(model.domain, StftDomain)
    hop_s = model.domain.hop_samples / material.rate_hz
    return {
        "slices": [min(part.count for part in parts), max(part.count for part in parts)],
        "slice_s": float(np.median([part.part for part in parts])) * hop_s,
        "cpu_per_audio_s": spent_s / audio_s,
        "sdr": sdr,
    }


def _museval(scores: Sequence[Scores]) -> list[float | None]:
    return [row["museval"] for row in scores]


def do_nothing(material: Material) -> dict[str, list[list[float | None]]]:
    """SDR (clips, stems) of the answers that cost nothing."""
    found: dict[str, list[list[float | None]]] = {}
    for clip in material.clips:
        for name, answer in trivial(clip.mix, clip.stems).items():
            scores = score(answer, clip.stems, clip.mix, material.rate_hz)
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
    lines = [
        f"{report['clips']} clips; museval SDR in dB, median over clips",
        "",
        markdown_table(rows),
    ]
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


@dataclass(frozen=True)
class Training:
    """How variants are trained: a setup, values over its [train] table, data, and where to."""

    setup: str
    given: Mapping[str, Any]
    cache: Path | None
    bands: Path | None
    out: Path


def networks(
    variants: Sequence[str], checkpoint: Path | None, training: Training
) -> dict[str, tuple[Nade, dict[str, Any]]]:
    """Each variant's network and description: with attention the checkpoint's, if there is one,
    else trained here. Raises ExportError, Unfinished."""
    found = {
        name: load_model(checkpoint) if checkpoint and name == "attention"
        else trained(name, training) for name in variants
    }  # fmt: skip
    check_alike([about for _, about in found.values()])
    return found


def trained(name: str, training: Training) -> tuple[Nade, dict[str, Any]]:
    """A variant that is trained here, or was."""
    setup = load_setup(training.setup)
    setup["model"] = setup["model"] | {"attention": name == "attention"}
    data = setup["data"] | {"cache": training.cache, "bands": training.bands}
    print(f"== {name}", flush=True)
    train.start(setup, options_from(setup, training.given), data, training.out / name, ())
    return load_model(training.out / name / "last.pt")


def evaluate(
    models: dict[str, tuple[Nade, dict[str, Any]]], material: Material, slices: Sequence[int]
) -> dict[str, Any]:
    """Every network at every number of slices; the report, written after each row."""
    report: dict[str, Any] = {
        "stems": material.stems,
        "clips": len(material.clips),
        "do_nothing": do_nothing(material),
        "variants": {},
    }
    total = len(models) * len(slices) * len(material.clips)
    with tqdm(total=total, unit="clip", disable=None) as bar:
        for name, (model, about) in models.items():
            size = sum(weight.numel() for weight in model.parameters())
            rows: dict[str, Any] = {}
            report["variants"][name] = about | {"parameters": size, "rows": rows}
            for count in slices:
                rows[str(count)] = row = measure(model, material, count, bar)
                write(material.out, report)
                tqdm.write(f"{name}, {count} slices: mean SDR {_short(medians(row['sdr'])[-1])}")
    return report


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} dB"


def score_songs(
    models: dict[str, tuple[Nade, dict[str, Any]]],
    songs: Path,
    out: Path,
    slices: Sequence[int],
    limit: int | None,
    threads: int,
) -> dict[str, Any]:
    """The report of all networks on the first `limit` songs. Raises ClipError."""
    (model, about), *_ = models.values()
    stems, rate_hz = tuple(about["stems"]), about["rate_hz"]
    torch.set_num_threads(threads)
    clips = load_clips(songs, stems, rate_hz, model.config.channels, None, 1, limit)
    return evaluate(models, Material(clips, stems, rate_hz, out), slices)


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
                f"--checkpoint and --setup differ in {', '.join(different)}: give the setup that "
                "the checkpoint was trained with, or --variants attention"
            )
