r"""SDR, latency and load of live presets, to choose the default from.

    python -m tests.bench.live_presets 44032/6144/8192x2 22528/6144/8192x2 22528/2048/2048x1 \
        --model song --clips ../shared/data/musdb18-7/train --count 8

Of each grid (window/hop/lookahead in samples, Gibbs steps): plain SDR per stem (median over clips),
its mean over the stems, the mean gain over the first grid with its 95 % interval, the declared
latency at the model's rate in blocks of 512, the processor time per second of audio on one thread,
and the worst stem's seams (tests/rigs/seams.py).
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from daw_bridge.live.latency import timing
from engines.load import Model, load_model
from engines.making import make_stream
from engines.stream import StreamSettings, stream_settings
from tests.bench.tools import described
from tests.rigs.seams import seams_db

Audio = NDArray[np.float32]
BLOCK, LOAD_TARGET = 512, 0.7


def read(song: Path, stems: tuple[str, ...], rate_hz: int) -> Audio:
    """True stems (stems, 2, samples) float32 of one song's folder."""
    rows = []
    for stem in stems:
        audio, found_hz = soundfile.read(song / f"{stem}.opus", dtype="float32", always_2d=True)
        rows.append(soxr.resample(audio, found_hz, rate_hz).T)
    return np.stack(rows).astype(np.float32)


def sdr(truth: Audio, estimate: Audio) -> Audio:
    """Plain SDR in dB per stem of (stems, channels, samples)."""
    error = ((truth - estimate) ** 2).sum(axis=(1, 2)) + 1e-9
    return 10 * np.log10((truth**2).sum(axis=(1, 2)) / error + 1e-9)


def measure(
    model: Model, settings: StreamSettings, songs: list[Audio]
) -> tuple[Audio, float, float]:
    """SDR (songs, stems), the worst stem's seams in dB, processor seconds per second of audio."""
    rows, seconds, started = [], 0.0, time.process_time()
    for truth in songs:
        mix = truth.sum(axis=0)
        stream = make_stream(model, settings)
        out = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
        rows.append(sdr(truth, out[: len(truth)]))
        seconds += mix.shape[-1] / settings.rate_hz
    load = (time.process_time() - started) / seconds
    seams = np.mean([seams_db(model, settings, truth.sum(axis=0)) for truth in songs], axis=0)
    return np.array(rows), float(seams[np.abs(seams).argmax()]), load


def parse_grid(text: str) -> tuple[int, int, int, int]:
    """`44032/6144/8192x2`: window, hop, lookahead in samples, Gibbs steps."""
    lengths, _, steps = text.partition("x")
    window, hop, lookahead = map(int, lengths.split("/"))
    return window, hop, lookahead, int(steps or 1)


def main() -> None:
    """Print the table."""
    parser = described(__doc__)
    add = parser.add_argument
    add("grids", type=parse_grid, nargs="+", metavar="WINDOW/HOP/LOOKAHEADxSTEPS")
    add("--model", default="song")
    add("--clips", type=Path, required=True, help="folder of songs with true stems")
    add("--songs", nargs="*", default=(), help="only these folders (default: the first --count)")
    add("--count", type=int, default=8)
    args = parser.parse_args()
    model = load_model(args.model, device="cpu", threads=1)
    spec = model.spec
    folders = [args.clips / s for s in args.songs] or sorted(args.clips.iterdir())[: args.count]
    songs = [read(folder, spec.stems, spec.rate_hz) for folder in folders]
    base, first = stream_settings(spec, spec.rate_hz, 2), None
    print("| grid | steps | latency ms | load | seams dB | SDR | less the first | "
          + " | ".join(spec.stems))  # fmt: skip
    print("|---" * (7 + len(spec.stems)) + "|")
    for window, hop, ahead, steps in args.grids:
        sizes = {"window_samples": window, "hop_samples": hop, "lookahead_samples": ahead}
        settings = replace(base, **sizes, steps=steps)
        latency = timing(make_stream(model, settings), BLOCK, BLOCK, LOAD_TARGET).latency_samples
        scores, seams, load = measure(model, settings, songs)
        first = scores if first is None else first
        low, high = interval((scores - first).mean(axis=1))
        cells = [f"{window}/{hop}/{ahead}", steps, round(1000 * latency / spec.rate_hz),
                 f"{load:.3f}", f"{seams:+.1f}", f"{np.median(scores, axis=0).mean():.2f}",
                 f"{(scores - first).mean():+.2f} [{low:+.2f}, {high:+.2f}]",
                 *(f"{one:.2f}" for one in np.median(scores, axis=0))]  # fmt: skip
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def interval(values: Audio) -> tuple[float, float]:
    """95 % bootstrap interval of the mean."""
    rng = np.random.default_rng(0)
    means = rng.choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    main()
