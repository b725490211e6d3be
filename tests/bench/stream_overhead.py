"""What streaming costs beyond the network and the STFTs it needs, in turns within one run.

    python -m tests.bench.stream_overhead song
    python -m tests.bench.stream_overhead model.onnx --steps 1 2 8 --block 64 --rate 48000

A round streams some hops of noise, block by block, and then does bare what those hops need: the
same network calls, recorded from a stream, and as many STFTs (a window's new frames). Times are the
thread's CPU time, with one compute thread, so that other work on the machine does not count. The
ratio is the median of the rounds' ratios; the quartiles say how far to trust it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import quantiles

import numpy as np

from daw_bridge.cli.benchmark import Call, Recorder, bare_stfts
from engines.load import Model, load_model
from engines.methods import make_method
from engines.settings import StreamSettings
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.bench.tools import cpu_seconds, described


def stream_blocks(stream: Stream, mix: Audio, block_samples: int) -> None:
    for first in range(0, mix.shape[-1], block_samples):
        stream.push(mix[:, first : first + block_samples])


def record(model: Model, settings: StreamSettings, mix: Audio) -> list[Call]:
    """The network calls of a stream that gets `mix`."""
    session = Recorder(model.session)
    recording = replace(model, session=session, method=make_method(model.spec, session))
    Stream(recording, settings).push(mix)
    return session.calls


def bare_work(model: Model, calls: list[Call], stfts: Callable[[], object], hops: int) -> None:
    """The recorded network calls, and the STFTs of as many hops."""
    for call in calls:
        model.session.run_several(call.outputs, call.feeds)
    for _ in range(hops):
        stfts()


def measure(
    model: Model, settings: StreamSettings, hops: int, rounds: int, block_samples: int
) -> tuple[list[float], float, float, int]:
    """Ratios of the rounds, streaming and bare seconds per hop, network calls per round."""
    grid = settings.grid
    rng = np.random.default_rng(0)
    mix = rng.standard_normal((settings.channels, grid.input_end(hops - 1)), np.float32) / 8
    calls = record(model, settings, mix)
    stream = Stream(model, settings)
    stream.warm_up()
    stfts = bare_stfts(model, settings)
    streamed, bare = [], []
    for _ in range(rounds):
        stream.reset()
        stream.push(mix[:, : grid.ahead_samples])
        streamed.append(
            cpu_seconds(lambda: stream_blocks(stream, mix[:, grid.ahead_samples :], block_samples))
        )
        bare.append(cpu_seconds(lambda: bare_work(model, calls, stfts, hops)))
    ratios = [a / b for a, b in zip(streamed, bare, strict=True)]
    return ratios, float(np.median(streamed)) / hops, float(np.median(bare)) / hops, len(calls)


def main() -> None:
    parser = described(__doc__)
    parser.add_argument("model", help="name of an installed model, or an ONNX file")
    parser.add_argument("--steps", type=int, nargs="+", help="Gibbs steps (the live preset's)")
    parser.add_argument("--block", type=int, default=512, help="samples (default %(default)s)")
    parser.add_argument("--rate", type=int, help="Hz (the model's)")
    parser.add_argument("--hops", type=int, default=8, help="per round (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=15, help="default %(default)s")
    options = parser.parse_args()
    model = load_model(options.model, "cpu", threads=1)
    rate_hz = options.rate or model.spec.rate_hz
    print(f"{model.spec.name}, blocks of {options.block} at {rate_hz} Hz, live preset")
    for steps in options.steps or [model.spec.live.steps]:
        settings = stream_settings(model.spec, rate_hz, model.spec.channels, steps=steps)
        found = measure(model, settings, options.hops, options.rounds, options.block)
        ratios, stream_s, bare_s, calls = found
        low, middle, high = quantiles(ratios, n=4)
        print(
            f"{steps} steps ({calls} network calls in {options.hops} hops): stream / bare = "
            f"{middle:.3f} (quartiles {low:.3f} to {high:.3f}); per hop {1000 * stream_s:.1f} ms, "
            f"bare {1000 * bare_s:.1f} ms"
        )


if __name__ == "__main__":
    main()
