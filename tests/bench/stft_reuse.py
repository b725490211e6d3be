"""What keeping STFT frames between overlapping live windows saves (engines/frame_cache.py).

    python -m tests.bench.stft_reuse song
    python -m tests.bench.stft_reuse model.onnx --steps 1 2 --rounds 31

A live window overlaps the one before it; frames of the stream's grid that lie wholly inside both
are the same. Two streams take turns on the same blocks, one that keeps its frames and one that
transforms all of them in every window. `share` is what transforming the frames seen before (and
taking their magnitudes) costs of the second one's hop: what could be saved at most. CPU time of one
thread, medians of the rounds; the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from unittest.mock import patch

import numpy as np

from engines.frame_cache import FrameCache, transform
from engines.grid import Grid
from engines.load import Model, load_model
from engines.spec import StftDomain
from engines.stft import Stft
from engines.stream import Stream, stream_settings
from engines.types import Audio, Spectra
from tests.bench.tools import cpu_seconds, described


@dataclass(frozen=True)
class Round:
    """Seconds of a hop of both streams, and of transforming a whole window."""

    keeping: float
    forgetting: float
    window: float


def uncached(self: FrameCache, stft: Stft, audio: Audio, origin: int) -> tuple[Spectra, Audio]:
    """What takes the place of `FrameCache.transform` in the stream that keeps nothing."""
    return transform(stft, audio)


def seen_before(stft: Stft, grid: Grid) -> int:
    """How many of a window's frames lie wholly inside the window before as well."""
    first, end = stft.whole
    return max(0, end - first - grid.hop_samples // stft.hop)


def measure(model: Model, steps: int, rounds: int) -> list[Round]:
    """Both streams on noise, hop by hop."""
    domain, spec = model.spec.domain, model.spec
    assert isinstance(domain, StftDomain)
    settings = stream_settings(spec, spec.rate_hz, spec.channels, steps=steps)
    grid = settings.grid
    rng = np.random.default_rng(0)
    block: Audio = rng.standard_normal((spec.channels, grid.hop_samples), np.float32)
    window: Audio = rng.standard_normal((spec.channels, grid.window_samples), np.float32)
    keeping, forgetting = Stream(model, settings), Stream(model, settings)
    stft, found = Stft(domain, grid.window_samples), []
    begin = 2 + grid.window_samples // grid.hop_samples
    for turn in range(begin + rounds):
        kept_s = cpu_seconds(lambda: keeping.push(block))
        with patch.object(FrameCache, "transform", uncached):
            forgot_s = cpu_seconds(lambda: forgetting.push(block))
        if turn >= begin:
            found.append(Round(kept_s, forgot_s, cpu_seconds(lambda: transform(stft, window))))
    return found


def main() -> None:
    """Print one line for each number of steps."""
    parser = described(__doc__)
    add = parser.add_argument
    add("model", help="name of an installed mask model, or an ONNX file")
    add("--steps", type=int, nargs="+", help="Gibbs steps (1 and the live preset's)")
    add("--rounds", type=int, default=31)
    args = parser.parse_args()
    model = load_model(args.model)
    spec = model.spec
    if not isinstance(spec.domain, StftDomain):
        parser.error(f"{spec.name} is a waveform model: there are no frames to keep")
    stft = Stft(spec.domain, spec.live.window_samples)
    again = seen_before(stft, spec.live.grid)
    print(f"{spec.name}: {again} of a live window's {stft.frames} frames were seen before")
    for steps in args.steps or sorted({1, spec.live.steps}):
        rows = measure(model, steps, args.rounds)
        without = median(row.forgetting for row in rows)
        share = median(row.window for row in rows) * again / stft.frames / without
        ratio = median(row.keeping / row.forgetting for row in rows)
        print(
            f"{steps} steps: hop {1e3 * without:.2f} ms without, "
            f"{1e3 * median(row.keeping for row in rows):.2f} ms with; share {100 * share:.1f} %, "
            f"ratio {ratio:.3f}"
        )


if __name__ == "__main__":
    main()
