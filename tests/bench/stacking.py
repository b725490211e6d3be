"""One model's vocals, or the mean of two, known to another: what each stem gains.

    daw-bridge models add spleeter-2stems
    python -m tests.bench.stacking --songs ../shared/data/musdb18-7/train --held-back
    python -m tests.bench.stacking --songs songs --model song --maker spleeter-2stems

For every song with true stems, each model by `daw-bridge separate`: the model alone, with the
maker's vocals known (`--known vocals=@MAKER`), and with the mean of both models' vocals known
(`models ensemble MODEL MAKER --stems vocals`, then `models stack`). Plain SDR of each stem (10
log10 of its energy over that of what is wrong) where there is something of it: medians, and means
of the differences from the model alone, song by song, with their 95 % bootstrap intervals.
`--held-back`: only the clips that the training of our models validates on.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from daw_bridge.cli import main as daw_bridge
from export.common.songs import Clip, load_clip, song_folders
from export.data.clip_cache import validation_songs
from tests.bench.spleeter import RATE_HZ, STEMS, interval, sdr_db
from tests.bench.tools import described

_SILENT = 1e-6
Scores = dict[str, list[float]]
"""By stem, the SDR of each song; NaN where the stem is silent."""


def done(*command: str) -> None:
    """Runs `daw-bridge` with these words; ends the script where that fails."""
    if code := daw_bridge(list(command)):
        raise SystemExit(f"daw-bridge {' '.join(command)} ended with {code}")


def ways(model: str, maker: str, folder: Path) -> dict[str, str]:
    """What is compared, with the model that does it; two of them are made in `folder`."""
    mean, single, both = (str(folder / name) for name in ("mean", "single", "both"))
    done("models", "stack", model, "--known", f"vocals=@{maker}", "-o", single)
    done("models", "ensemble", model, maker, "--stems", "vocals", "-o", mean)
    done("models", "stack", model, "--known", f"vocals=@{mean}.daw.json", "-o", both)
    return {
        f"{model} alone": model,
        f"vocals of {maker} known": f"{single}.daw.json",
        "mean of both vocals known": f"{both}.daw.json",
    }


def scores(clip: Clip, model: str, folder: Path) -> dict[str, float]:
    """The SDR of each stem that the command writes."""
    mix, out = folder / "mix.wav", folder / "stems"
    soundfile.write(mix, clip.mix.T, RATE_HZ, subtype="FLOAT")
    done("separate", str(mix), "--model", model, "-o", str(out), "--force")
    found = {}
    for stem, truth in zip(STEMS, clip.stems, strict=True):
        audio, _ = soundfile.read(out / "mix" / f"{stem}.wav", dtype="float32", always_2d=True)
        there = np.square(truth).mean() > _SILENT
        found[stem] = sdr_db(truth, np.ascontiguousarray(audio.T)) if there else np.nan
    return found


def table(rows: dict[str, Scores]) -> str:
    """A line for each way."""
    first = next(iter(rows.values()))
    lines = ["| way | " + " | ".join(STEMS) + " |", "|---" * (1 + len(STEMS)) + "|"]
    for way, found in rows.items():
        cells = []
        for stem in STEMS:
            values, base = np.array(found[stem]), np.array(first[stem])
            heard = ~np.isnan(base)
            more = "" if found is first else f"; {interval((values - base)[heard])}"
            cells.append(f"{np.median(values[heard]):.2f}{more}" if heard.any() else "silent")
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = described(__doc__)
    parser.add_argument("--songs", type=Path, required=True)
    parser.add_argument("--model", default="song")
    parser.add_argument("--maker", default="spleeter-2stems")
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--limit", type=int, default=None)
    given = parser.parse_args()
    songs = song_folders(given.songs, STEMS)
    if given.held_back:
        valid = validation_songs(path.name for path in songs)
        songs = [path for path in songs if path.name in valid]
    rows: dict[str, Scores] = {}
    with TemporaryDirectory() as room:
        folder = Path(room)
        for way, model in ways(given.model, given.maker, folder).items():
            rows[way] = {stem: [] for stem in STEMS}
            for path in songs[: given.limit]:
                clip = load_clip(path, STEMS, RATE_HZ, 2)
                for stem, value in scores(clip, model, folder).items():
                    rows[way][stem].append(value)
    print(f"{len(songs[: given.limit])} songs, plain SDR in dB: median; mean of what is gained")
    print(table(rows))


if __name__ == "__main__":
    main()
