"""Measure what a diffusion model generates: likeness to real music, playing, fit, leaks.

The JSON (version 1) has
  model      name, sha256, stems;  steps, guidance (0: the model's), seed
  set        split, windows, songs, seconds, rate_hz; reference: its windows;  pieces: by given stem
  tagger     name of what the distances are heard by
  likeness   a list: set, row (a stem or mix), distance (Frechet, to the reference), error
             (standard, jackknife), count
  playing    a list: stem, measure (flux, harmonicity), set, count, mean [mean, low, high], range
             (2.5 % to 97.5 % of the reference), inside (share of the sounds), mean_inside
  fitting    a list: given, part, measure (onsets, beat, key), count, own, shuffled, difference,
             real_difference: [mean, low, high], 95 % by bootstrap over songs
  leaks      a list: given, part, count, mean_db, worst_db, chance_db
  silent     a list: parts that nothing can be heard in
  verdicts   in words
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from engines.methods.diffusion.generator import cuts_of, generation_of
from export.common.errors import UsageError
from export.common.files import replacing
from export.common.metrics import audible
from export.scores.errors import ScoreError
from export.scores.evaluation.sets import SongSet, places
from export.scores.evaluation.systems import Exported, exported, file_digest
from export.scores.generated import fitting, playing
from export.scores.generated.embedding import Embedder
from export.scores.generated.likeness import all_sets, distances, real_set
from export.scores.generated.pieces import (
    ALONE,
    OVERLAP,
    Making,
    Piece,
    RealWindow,
    real_window,
)
from export.scores.generated.text import markdown


@dataclass(frozen=True)
class GeneratedOptions:
    """The command's flags say what each is. Raises UsageError."""

    model: str
    bands: Path
    tagger: Path
    output: Path
    split: str = "valid"
    reference: str = "train"
    given: tuple[str, ...] = ("drums",)
    seconds: float | None = None
    windows: int = 1
    limit: int = 20
    reference_songs: int = 100
    steps: int = 0
    guidance: float = 0.0
    seed: int = 0
    device: str = "cpu"
    threads: int = 1

    def __post_init__(self) -> None:
        if self.output.suffix != ".json":
            seen = f"the output {self.output}"
            raise UsageError(seen, "a name ending in .json", "tables lie beside it in .md")
        if self.split == self.reference:
            seen = f"the songs of {self.split}, and the same as a reference"
            raise UsageError(seen, "two splits", "choose another --reference")


def evaluate(options: GeneratedOptions) -> dict[str, Any]:
    """Generates what is missing, measures, writes; what is in the JSON. Raises EngineError,
    ExportError: for settings, songs and taggers before anything is generated."""
    model = exported([options.model], ("offline",), options.device, options.threads)[0][0]
    making = Making(
        model, options.output.with_suffix(".runs"), options.steps, options.guidance, options.seed
    )
    _check(options, making)
    embedder = Embedder(options.tagger)
    seconds = options.seconds or cuts_of(model.spec, 0, OVERLAP).samples / model.spec.rate_hz
    windows = _windows(options, model, options.split, seconds, options.limit)
    reference = real_set(
        _windows(options, model, options.reference, seconds, options.reference_songs)
    )
    pieces = _pieces(making, windows, (ALONE, *options.given))
    rate_hz = model.spec.rate_hz
    sets = all_sets(windows, pieces, options.seed)
    played = playing.playing(reference, sets, rate_hz)
    fits = fitting.fitting(pieces, rate_hz)
    report = _about(options, model, windows, pieces, seconds) | {
        "tagger": embedder.name,
        "likeness": distances(embedder, reference, sets, rate_hz),
        "playing": played,
        "fitting": fits,
        "leaks": fitting.leaking(pieces),
        "silent": _silent(pieces),
        "verdicts": [*playing.verdicts(played), *fitting.verdicts(fits)],
    }
    report["set"]["reference"] = {row: len(sounds) for row, sounds in reference.items()}
    _write(report, options.output)
    return report


def _check(options: GeneratedOptions, making: Making) -> None:
    """Raises MethodError for a model that cannot generate, SettingsError for given stems and steps
    that it cannot."""
    stems = making.model.spec.stems
    for given in (ALONE, *options.given):
        names = [stem for stem in stems if stem != given]
        generation_of(making.model.spec, making.asked(names, given))


def _windows(
    options: GeneratedOptions, model: Exported, split: str, seconds: float, limit: int
) -> list[RealWindow]:
    """Raises ClipError, ScoreError."""
    chosen = SongSet(split, options.bands / split, seconds, options.windows)
    found = [real_window(place, model) for place in places(chosen, None, limit)]
    kept = [one for one in found if one is not None]
    if len(kept) < 2:
        seen = f"{len(kept)} windows of {chosen.root} with two of {', '.join(model.spec.stems)}"
        raise ScoreError(seen, "two at least, to compare", "give more songs")
    return kept


def _pieces(making: Making, windows: Sequence[RealWindow], givens: Sequence[str]) -> list[Piece]:
    """All pieces; Ctrl-C loses the one being made."""
    wanted = [(window, given) for given in givens for window in windows]
    bar = tqdm(wanted, unit="piece", disable=None)
    found = [making.piece(window, given) for window, given in bar]
    return [one for one in found if one is not None]


def _silent(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    """Parts that were asked for and cannot be heard: below -60 dBFS."""
    return [
        {"window": one.window.place.name, "given": one.given, "part": part}
        for one in pieces
        for part, audio in one.parts.items()
        if not audible(audio)
    ]


def _about(
    options: GeneratedOptions, model: Exported, windows: Sequence[RealWindow],
    pieces: Sequence[Piece], seconds: float,
) -> dict[str, Any]:  # fmt: skip
    spec = model.spec
    return {
        "version": 1,
        "model": {"name": spec.name, "sha256": file_digest(model.path), "stems": list(spec.stems)},
        "steps": options.steps,
        "guidance": options.guidance,
        "seed": options.seed,
        "set": {
            "split": options.split,
            "windows": len(windows),
            "songs": len({one.place.song for one in windows}),
            "seconds": seconds,
            "rate_hz": spec.rate_hz,
            "pieces": {
                given or "alone": sum(one.given == given for one in pieces)
                for given in (ALONE, *options.given)
            },
        },
    }


def _write(report: dict[str, Any], output: Path) -> None:
    with replacing(output) as temporary:
        temporary.write_text(json.dumps(report, indent=1, allow_nan=False), "utf-8")
    with replacing(output.with_suffix(".md")) as temporary:
        temporary.write_text(markdown(report), "utf-8")
