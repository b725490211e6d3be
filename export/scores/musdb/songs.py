"""One clip through the engine: every preset and number of steps, and what costs nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from engines.load import Model
from engines.settings import stream_settings
from engines.types import Audio
from export.common.clips import load_clip
from export.graphs.errors import DataError
from export.graphs.separation import separate
from export.scores.musdb.scores import frame_sdr, museval_sdr, score, trivial

STEMS = ("drums", "bass", "other", "vocals")
CHANNELS = 2
_MUSEVAL_TOLERANCE_DB = 1e-6


@dataclass(frozen=True)
class Plan:
    """What is done with every clip. systems: (preset, steps)."""

    model: str
    systems: tuple[tuple[str, int], ...]
    rate_hz: int
    residual_stem: str
    seed: int
    check_museval: bool


def system_name(preset: str, steps: int) -> str:
    """How a system is called in tables."""
    return f"{preset} N={steps}"


def score_song(model: Model, plan: Plan, song: Path) -> dict[str, Any]:
    """{"song", "systems": {system: {row: scores}}, "seconds_per_second": {system: x}}."""
    clip = load_clip(song, STEMS, plan.rate_hz, CHANNELS)
    chosen = [STEMS.index(stem) for stem in model.spec.stems]
    stems, mix = clip.stems[chosen], clip.mix
    systems = {
        name: dict(
            zip(model.spec.stems, score(found[chosen], stems, mix, plan.rate_hz), strict=True)
        )
        for name, found in trivial(mix, clip.stems).items()
    }
    # A seed of its own for each song: with few windows, one seed's masks would decide the median.
    seed = (plan.seed + zlib.crc32(song.name.encode())) % 2**31
    speed = {}
    for preset, steps in plan.systems:
        name = system_name(preset, steps)
        settings = stream_settings(
            model.spec, plan.rate_hz, CHANNELS, preset=preset, steps=steps, seed=seed
        )
        started = perf_counter()
        found = separate(model, mix, settings)
        speed[name] = (perf_counter() - started) * plan.rate_hz / mix.shape[-1]
        systems[name] = rows(model.spec.stems, found, stems, mix, plan)
        if plan.check_museval and len(speed) == 1:
            check_museval(found[:-1], stems, plan.rate_hz)
    return {"song": song.name, "systems": systems, "seconds_per_second": speed}


def rows(
    names: tuple[str, ...], found: Audio, stems: Audio, mix: Audio, plan: Plan
) -> dict[str, Any]:
    """Scores of a system's stems (found: and its residual), then of one with the residual added."""
    scored = dict(zip(names, score(found[:-1], stems, mix, plan.rate_hz), strict=True))
    if plan.residual_stem in names:
        row = names.index(plan.residual_stem)
        more = found[:-1].copy()
        more[row] += found[-1]
        again = score(more, stems, mix, plan.rate_hz)[row]
        scored[f"{plan.residual_stem} + residual"] = again
    return scored


def check_museval(estimates: Audio, stems: Audio, rate_hz: int) -> None:
    """Raises DataError where museval's own SDR differs."""
    if not (np.abs(stems).max(axis=(1, 2)) > 0).all():
        return
    ours, theirs = (f(estimates, stems, rate_hz) for f in (frame_sdr, museval_sdr))
    worst = float(np.nanmax(np.abs(ours - theirs), initial=0.0))
    if not (worst <= _MUSEVAL_TOLERANCE_DB and np.array_equal(np.isnan(ours), np.isnan(theirs))):
        seen = f"museval differs by {worst:.2e} dB"
        raise DataError(seen, "the same SDR", "report this: export/scores/musdb/scores.py is wrong")
