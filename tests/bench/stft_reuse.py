"""Would keeping STFT frames between overlapping live windows pay?

    python -m tests.bench.stft_reuse song
    python -m tests.bench.stft_reuse model.onnx --steps 1 2 --rounds 15

A live window overlaps the one before it, and where window, hop and lookahead are whole STFT hops,
frames that lie wholly inside both are the same. `again` is what transforming those frames (and
taking their magnitudes) costs in each hop; `copying` is what a memory of them would cost instead,
at least: moving the kept spectra and magnitudes to their new places. The share is of the time of a
hop as the stream runs it. CPU time of one thread; medians of rounds in which all take turns.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import thread_time

import numpy as np

from engines.grid import Grid
from engines.load import Model, load_model
from engines.spec import StftDomain
from engines.stft import Stft
from engines.stream import Stream, live_settings
from engines.types import Audio


def seconds(work: Callable[[], object]) -> float:
    """CPU time of this thread for `work`."""
    started = thread_time()
    work()
    return thread_time() - started


def frames_again(domain: StftDomain, grid: Grid) -> tuple[int, int]:
    """Frames of a window, and how many of them lie wholly inside it and the window before."""
    hop, half = domain.hop_samples, domain.fft_samples // 2
    whole = all(n % hop == 0 for n in (grid.window_samples, grid.hop_samples, grid.ahead_samples))
    count = grid.window_samples // hop + 1
    centres = np.arange(count) * hop
    last = grid.window_samples - grid.hop_samples - half
    seen = int(((centres >= half) & (centres <= last)).sum())
    return count, seen if whole else 0


def measure(model: Model, steps: int, rounds: int) -> tuple[float, float, float]:
    """Seconds of a hop, of transforming frames again, and of copying them."""
    domain, spec = model.spec.domain, model.spec
    assert isinstance(domain, StftDomain)
    settings = live_settings(spec, spec.rate_hz, spec.channels, steps=steps)
    grid = settings.grid
    count, again = frames_again(domain, grid)
    rng = np.random.default_rng(0)
    block: Audio = rng.standard_normal((spec.channels, grid.hop_samples), np.float32)
    window: Audio = rng.standard_normal((spec.channels, grid.window_samples), np.float32)
    stream, stft = Stream(model, settings), Stft(domain, grid.window_samples)
    for _ in range(3 + grid.window_samples // grid.hop_samples):
        stream.push(block)
    kept = stft.forward(window)[:, :again]
    spectra = np.empty((spec.channels, count, stft.bins), np.complex64)
    magnitudes = np.empty((spec.channels, stft.bins, count), np.float32)
    sizes = np.ascontiguousarray(np.abs(np.swapaxes(kept, -1, -2)))

    def transform() -> None:
        magnitudes[:] = np.abs(np.swapaxes(stft.forward(window), -1, -2))

    def copy() -> None:
        spectra[:, :again] = kept
        magnitudes[..., :again] = sizes

    rows = [(seconds(lambda: stream.push(block)), seconds(transform), seconds(copy))
            for _ in range(rounds)]  # fmt: skip
    hop_s, transform_s, copy_s = (median(column) for column in zip(*rows, strict=True))
    return hop_s, transform_s * again / count, copy_s


def main() -> None:
    """Print one line for each number of steps."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("model", help="name of an installed mask model, or an ONNX file")
    add("--steps", type=int, nargs="+", help="Gibbs steps (1 and the live preset's)")
    add("--rounds", type=int, default=15)
    args = parser.parse_args()
    model = load_model(args.model)
    spec = model.spec
    if not isinstance(spec.domain, StftDomain):
        parser.error(f"{spec.name} is a waveform model: there are no frames to keep")
    count, again = frames_again(spec.domain, spec.live.grid)
    print(f"{spec.name}: {again} of a live window's {count} frames were seen before")
    for steps in args.steps or sorted({1, spec.live.steps}):
        hop_s, again_s, copy_s = measure(model, steps, args.rounds)
        print(
            f"{steps} steps: hop {1e3 * hop_s:.2f} ms, again {1e3 * again_s:.2f} ms "
            f"({100 * again_s / hop_s:.1f} %), copying {1e3 * copy_s:.2f} ms; a memory would save "
            f"{100 * (again_s - copy_s) / hop_s:.1f} %"
        )


if __name__ == "__main__":
    main()
