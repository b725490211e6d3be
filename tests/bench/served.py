"""Every model there is, by name, through a real server: live blocks and a file, bit for bit.

    DAW_BRIDGE_MODELS=runs/models python -m tests.bench.served
    python -m tests.bench.served song

The wanted samples come from the engine in one piece. Prints a line per model: its method, whether
what came over the sockets is equal, and the time of a live second through the engine.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from time import perf_counter

import numpy as np
import soundfile

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.client.stream import join
from engines.context import ZEROS
from engines.load import Model, list_models, load_model
from engines.making import make_stream
from engines.stream import StreamSettings, stream_settings
from engines.types import Audio
from tests.rigs.server import serving

SECONDS = 2
BLOCK = 1021


def clip() -> tuple[Audio, int]:
    """SECONDS of the demo song, (2, samples) float32, and its rate."""
    audio, rate_hz = soundfile.read(DEMO_SONG, dtype="float32", always_2d=True)
    start = 4 * rate_hz
    return np.ascontiguousarray(audio[start : start + round(SECONDS * rate_hz)].T), rate_hz


def wanted(model: Model, settings: StreamSettings, mix: Audio) -> Audio:
    """All stems from the engine, in one piece."""
    stream = make_stream(model, settings)
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


def check(name: str, mix: Audio, rate_hz: int) -> str:
    """One model's line."""
    model = load_model(name)
    started = perf_counter()
    live = wanted(model, stream_settings(model.spec, rate_hz, 2), mix)
    spent_s = perf_counter() - started
    chosen = stream_settings(model.spec, rate_hz, 2, steps=2, seed=1, preset="offline")
    if chosen.context == ZEROS:  # files hear the music mirrored at its ends
        chosen = replace(chosen, context="reflect")
    offline = wanted(model, chosen, mix)
    blocks = np.split(mix, range(BLOCK, mix.shape[1], BLOCK), axis=1)
    with serving(model=name, threads=1) as running, running.client() as client:
        with client.stream(rate_hz, channels=2) as over:
            parts = [over.process(block) for block in blocks]
            parts.append(over.flush())
        stems = client.separate(mix, rate_hz, steps=2, seed=1)
    same = [np.array_equal(join(parts).audio, live)]
    same.append(np.array_equal(np.stack(list(stems.values())), offline))
    words = ["equal" if one else "DIFFERENT" for one in same]
    method = f"{model.spec.method}, {model.spec.live.steps} live steps"
    return f"{name:28} {method:22} live {words[0]}, file {words[1]}, {spent_s / SECONDS:.3f} s/s"


def main() -> int:
    """Prints a line per model; 1 where one differs."""
    mix, rate_hz = clip()
    lines = []
    for name in sys.argv[1:] or list_models():
        lines.append(check(name, mix, rate_hz))
        print(lines[-1], flush=True)
    return int(any("DIFFERENT" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
