"""Scores of a checkpoint on songs with true stems: SI-SDRi and SDR at several N, and injection.

    python -m export scoring RUN/last.pt --songs ../shared/data/musdb18-7/test --steps 1 4 16
    python -m export scoring RUN/last.pt --songs bands/test --seconds 8 --windows 2 --json out.json

Injection: one true stem is given, the gain in SI-SDR of each other stem's one-call estimate. Stems
below -60 dBFS in a clip are not scored. Means come with 95 % bootstrap intervals over clips.
Exported models are measured by `export.scores.evaluate`, through the engine that serves them.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from export.common.clips import Clip, ClipError, load_clip, song_folders, windows
from export.common.fields import at_least_one
from export.common.metrics import audible, bootstrap, sdr, si_sdr
from export.nets.checkpoint import CheckpointError, load_model
from export.nets.gibbs import separate
from export.nets.nade import Nade

Scores = NDArray[np.floating]


def stems_of(
    model: Nade,
    clip: Clip,
    steps: int,
    seed: int,
    given: int | None = None,
    residual_to: int | None = None,
    full_resets: bool = True,
) -> Scores:
    """Estimates (S, C, T) of one clip; `given` is the index of a stem injected from the truth.

    `residual_to`: the index of a stem to which the mixture's unclaimed rest is added.
    """
    truth = torch.from_numpy(clip.stems)[None]
    known_mask = torch.zeros(1, truth.shape[1], dtype=torch.bool)
    if given is not None:
        known_mask[0, given] = True
    known = truth * known_mask[..., None, None]
    result = separate(
        model,
        truth.sum(1),
        steps,
        seed,
        None if given is None else known,
        known_mask,
        full_resets=full_resets,
    )
    estimate = result.stems[0].numpy()
    if residual_to is not None:
        estimate[residual_to] += clip.mix - estimate.sum(0)
    return estimate


def score(
    model: Nade,
    clips: Sequence[Clip],
    steps: int,
    seed: int = 0,
    residual_to: int | None = None,
    full_resets: bool = True,
) -> dict[str, Scores]:
    """Arrays (clips, stems), NaN where a stem is silent: si_sdr, si_sdri, sdr.

    Every clip has a seed of its own, `seed` + its number: one seed for all would make one draw of
    masks look like a property of the method.
    """
    rows: dict[str, list[Scores]] = {"si_sdr": [], "si_sdri": [], "sdr": []}
    for number, clip in enumerate(clips):
        estimate = stems_of(model, clip, steps, seed + number, None, residual_to, full_resets)
        silent = ~audible(clip.stems)
        plain = si_sdr(estimate, clip.stems)
        mixed = si_sdr(np.broadcast_to(clip.mix, clip.stems.shape), clip.stems)
        for name, value in (
            ("si_sdr", plain),
            ("si_sdri", plain - mixed),
            ("sdr", sdr(estimate, clip.stems)),
        ):
            rows[name].append(np.where(silent, np.nan, value))
    return {name: np.stack(values) for name, values in rows.items()}


def injection(model: Nade, clips: Sequence[Clip]) -> Scores:
    """(clips, given, estimated) gains in SI-SDR at one call; NaN on the diagonal and if silent."""
    tables = []
    for clip in clips:
        heard = audible(clip.stems)
        base = si_sdr(stems_of(model, clip, 1, 0), clip.stems)
        table = np.full((len(heard), len(heard)), np.nan)
        for given in np.flatnonzero(heard):
            gains = si_sdr(stems_of(model, clip, 1, 0, int(given)), clip.stems) - base
            table[given] = np.where(heard, gains, np.nan)
            table[given, given] = np.nan
        tables.append(table)
    return np.stack(tables)


def _summary(values: Scores) -> dict[str, float]:
    kept = values[~np.isnan(values)]
    mean, low, high = bootstrap(kept)
    median = float(np.median(kept)) if len(kept) else float("nan")
    return {"mean": mean, "low": low, "high": high, "median": median, "clips": len(kept)}


def _clip_means(values: Scores) -> Scores:
    return np.array([row[~np.isnan(row)].mean() for row in values if not np.isnan(row).all()])


def report(
    model: Nade,
    stems: Sequence[str],
    clips: Sequence[Clip],
    steps: Iterable[int],
    seed: int = 0,
    residual_to: int | None = None,
    inject: bool = True,
    full_resets: bool = True,
) -> dict[str, Any]:
    """The whole evaluation as plain values for JSON."""
    result: dict[str, Any] = {"stems": list(stems), "clips": len(clips), "steps": {}}
    first: Scores | None = None
    for count in steps:
        if count > 1 and not model.conditional:
            continue
        scores = score(model, clips, count, seed, residual_to, full_resets)
        entry: dict[str, Any] = {
            metric: {s: _summary(scores[metric][:, i]) for i, s in enumerate(stems)}
            | {"all": _summary(_clip_means(scores[metric]))}
            for metric in scores
        }
        means = _clip_means(scores["si_sdri"])
        first = means if first is None else first
        entry["gain_over_first"] = _summary(means - first)
        result["steps"][str(count)] = entry
    if model.conditional and inject:
        gains = injection(model, clips)
        result["injection"] = {
            given: {s: _summary(gains[:, g, i]) for i, s in enumerate(stems) if i != g}
            for g, given in enumerate(stems)
        }
    return result


def table(result: dict[str, Any]) -> str:
    """The report as text."""
    stems = result["stems"]
    lines = [f"{result['clips']} clips; dB; mean SI-SDRi [95 %], median plain SDR"]
    lines.append("N".rjust(4) + "".join(s.rjust(26) for s in [*stems, "all"]))
    for count, entry in result["steps"].items():
        cells = []
        for s in [*stems, "all"]:
            improved, plain = entry["si_sdri"][s], entry["sdr"][s]
            interval = f"[{improved['low']:.1f},{improved['high']:.1f}]"
            cells.append(f"{improved['mean']:.2f} {interval} {plain['median']:.2f}".rjust(26))
        gain = entry["gain_over_first"]
        cells.append(f"  vs first {gain['mean']:+.2f} [{gain['low']:+.2f},{gain['high']:+.2f}]")
        lines.append(count.rjust(4) + "".join(cells))
    if "injection" in result:
        lines.append("injection: given (row) -> gain of the other stems")
        lines.append(" " * 10 + "".join(s.rjust(10) for s in stems))
        for given, row in result["injection"].items():
            cells = [f"{row[s]['mean']:+.2f}" if s in row else "-" for s in stems]
            lines.append(given.rjust(10) + "".join(cell.rjust(10) for cell in cells))
    return "\n".join(lines)


def load_clips(
    root: Path,
    stems: tuple[str, ...],
    rate_hz: int,
    channels: int,
    seconds: float | None,
    per_song: int,
    limit: int | None,
) -> list[Clip]:
    """Whole songs (seconds None) or windows of them."""
    folders = song_folders(root, stems)[:limit]
    if seconds is None:
        return [load_clip(folder, stems, rate_hz, channels) for folder in folders]
    found = [windows(folder, stems, rate_hz, channels, seconds, per_song) for folder in folders]
    return [clip for clips in found for clip in clips]


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring. Returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--songs", type=Path, required=True, help="folder of song folders")
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 4, 16], help="values of N")
    parser.add_argument("--seconds", type=float, help="window length (default: whole songs)")
    parser.add_argument("--windows", type=int, default=1, help="windows per song")
    parser.add_argument("--limit", type=int, help="at most so many songs")
    parser.add_argument("--weights", choices=("ema", "model"), default="ema")
    parser.add_argument("--threads", type=at_least_one, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--residual-to", help="add the mixture's unclaimed rest to this stem")
    parser.add_argument(
        "--skip-full-masks", action="store_true", help="skip later draws that mask every stem"
    )
    parser.add_argument("--no-injection", action="store_true", help="leave the table out")
    parser.add_argument("--json", type=Path, help="write the report here")
    args = parser.parse_args(argv)
    try:
        score_checkpoint(args)
    except (CheckpointError, ClipError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    return 0


def score_checkpoint(args: argparse.Namespace) -> None:
    """Does what the command line asks for. Raises CheckpointError, ClipError."""
    torch.set_num_threads(args.threads)
    model, about = load_model(args.checkpoint, args.weights)
    stems = tuple(about["stems"])
    clips = load_clips(
        args.songs,
        stems,
        about["rate_hz"],
        model.config.channels,
        args.seconds,
        args.windows,
        args.limit,
    )
    if args.residual_to not in (None, *stems):
        raise CheckpointError(f"--residual-to {args.residual_to}, expected {' or '.join(stems)}")
    rest = None if args.residual_to is None else stems.index(args.residual_to)
    result = report(
        model,
        stems,
        clips,
        args.steps,
        args.seed,
        rest,
        not args.no_injection,
        not args.skip_full_masks,
    )
    result["model"] = about
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(result, indent=1), "utf-8")
    print(table(result))


if __name__ == "__main__":
    sys.exit(main())
