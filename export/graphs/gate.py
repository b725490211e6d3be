"""Whether a variant separates as well as the fp32 graph does, measured on real clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from engines.load import load_model
from engines.ort import open_session
from engines.settings import stream_settings
from engines.spec import parse_spec
from export.common.metrics import audible, sdr
from export.common.songs import Clip, load_clip, song_folders
from export.graphs.errors import QualityError
from export.graphs.separation import separate
from export.graphs.tensors import output_name, random_feeds, usual_sizes

TOLERANCE_DB = 0.1


@dataclass(frozen=True)
class SdrLoss:
    """Mean plain SDR of one stem over the clips in which it is audible, in dB."""

    stem: str
    clips: int
    reference_db: float
    variant_db: float

    @property
    def loss_db(self) -> float:
        return self.reference_db - self.variant_db


def gate_clips(
    folder: Path, stems: tuple[str, ...], rate_hz: int, channels: int, count: int
) -> list[Clip]:
    """`count` songs evenly spread over a folder of songs. Raises ClipError."""
    songs = song_folders(folder, stems)
    picked = np.unique(np.linspace(0, len(songs) - 1, min(count, len(songs))).astype(int))
    return [load_clip(songs[i], stems, rate_hz, channels) for i in picked]


def sdr_losses(
    reference: Path, variant: Path, clips: Sequence[Clip], steps: int | None = None
) -> tuple[SdrLoss, ...]:
    """Plain SDR per stem of both files with the offline preset, same masks. Raises EngineError.

    A stem that is audible in no clip is left out. `steps` overrides the preset's.
    """
    scores = [_scores(path, clips, steps) for path in (reference, variant)]
    stems = load_model(reference).spec.stems
    heard = np.stack([audible(clip.stems) for clip in clips])
    losses = []
    for row, stem in enumerate(stems):
        picked = heard[:, row]
        if picked.any():
            means = [float(score[picked, row].mean()) for score in scores]
            losses.append(SdrLoss(stem, int(picked.sum()), *means))
    return tuple(losses)


def _scores(path: Path, clips: Sequence[Clip], steps: int | None) -> np.ndarray:
    model = load_model(path)
    settings = stream_settings(
        model.spec, model.spec.rate_hz, model.spec.channels, steps=steps, preset="offline"
    )
    return np.stack([sdr(separate(model, c.mix, settings)[:-1], c.stems) for c in clips])


def live_window_ms(path: Path, runs: int = 7) -> float:
    """Fastest of `runs` network calls on one live window of noise, on one thread."""
    session = open_session(path)
    spec = parse_spec(session.metadata, str(path))
    feeds = random_feeds(spec, usual_sizes(spec)[-1], 0)
    times = []
    for _ in range(runs):
        started = perf_counter()
        session.run(output_name(spec), feeds)
        times.append(perf_counter() - started)
    return 1e3 * min(times)


def require_quality(losses: Sequence[SdrLoss], tolerance_db: float = TOLERANCE_DB) -> SdrLoss:
    """The stem that loses most. Raises QualityError where that is above `tolerance_db`."""
    if not losses:
        raise QualityError("no audible stem in the clips", "real songs", "give other clips")
    worst = max(losses, key=lambda loss: loss.loss_db)
    if not worst.loss_db <= tolerance_db:
        seen = f"{worst.stem} loses {worst.loss_db:.2f} dB SDR over {worst.clips} clips"
        raise QualityError(seen, f"at most {tolerance_db:g} dB", "ship the fp32 graph")
    return worst
