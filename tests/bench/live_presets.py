"""SDR, latency and load of live presets, to choose the default from.

    python -m tests.bench.live_presets --model song --clips ../shared/data/musdb18-7/train --count 8

Plain SDR per stem (median over clips) of each (window, hop, lookahead, steps), beside the declared
latency at 44.1 kHz in blocks of 512 and the processor time per second of audio on one thread.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from daw_bridge.latency import timing
from engines.load import Model, load_model
from engines.stream import Stream, StreamSettings, live_settings

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


def measure(model: Model, settings: StreamSettings, songs: list[Audio]) -> tuple[Audio, float]:
    """Median SDR per stem and processor seconds per second of audio."""
    rows, seconds, started = [], 0.0, time.process_time()
    for truth in songs:
        mix = truth.sum(axis=0)
        stream = Stream(model, settings)
        out = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
        rows.append(sdr(truth, out[: len(truth)]))
        seconds += mix.shape[-1] / settings.rate_hz
    return np.median(rows, axis=0), (time.process_time() - started) / seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--model", default="song")
    add("--clips", type=Path, required=True, help="folder of songs with true stems")
    add("--songs", nargs="*", default=(), help="only these folders (default: the first --count)")
    add("--count", type=int, default=8)
    add("--window-s", type=float, nargs="+", default=[1.0, 1.5, 2.5])
    add("--hop", type=int, nargs="+", default=[6144, 8192])
    add("--lookahead", type=int, nargs="+", default=[2048, 4096, 6144])
    add("--steps", type=int, nargs="+", default=[1, 2, 4])
    args = parser.parse_args()
    model = load_model(args.model, device="cpu", threads=1)
    spec = model.spec
    folders = [args.clips / s for s in args.songs] or sorted(args.clips.iterdir())[: args.count]
    songs = [read(folder, spec.stems, spec.rate_hz) for folder in folders]
    base = live_settings(spec, spec.rate_hz, 2)
    print("| window s | hop | lookahead | steps | latency ms | load | " + " | ".join(spec.stems))
    print("|---" * (6 + len(spec.stems)) + "|")
    grid = itertools.product(args.window_s, args.hop, args.lookahead, args.steps)
    for window_s, hop, ahead, steps in grid:
        window = round(window_s * spec.rate_hz)
        sizes = {"window_samples": window, "hop_samples": hop, "lookahead_samples": ahead}
        settings = replace(base, **sizes, steps=steps)
        latency = timing(Stream(model, settings), BLOCK, BLOCK, LOAD_TARGET).latency_samples
        scores, load = measure(model, settings, songs)
        cells = " | ".join(f"{one:.2f}" for one in scores)
        ms = 1000 * latency / spec.rate_hz
        print(f"| {window_s} | {hop} | {ahead} | {steps} | {ms:.0f} | {load:.3f} | {cells} |")


if __name__ == "__main__":
    main()
