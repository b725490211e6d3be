"""A real clip through the whole server equals the offline result at the same grid and steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import soundfile

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.client.stream import join
from engines.load import load_model
from engines.stream import Stream, stream_settings
from tests.rigs.server import serving

SECONDS = 3


def clip() -> tuple[np.ndarray, int]:
    """Three seconds of the demo song, (2, samples) float32, and its rate."""
    audio, rate_hz = soundfile.read(DEMO_SONG, dtype="float32", always_2d=True)
    return np.ascontiguousarray(audio[4 * rate_hz : (4 + SECONDS) * rate_hz].T), rate_hz


def test_live_preset_over_sockets_equals_the_engine() -> None:
    mix, rate_hz = clip()
    model = load_model("song", device="cpu", threads=1)
    stream = Stream(model, stream_settings(model.spec, rate_hz=rate_hz, channels=2))
    expected = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    blocks = np.split(mix, range(1021, mix.shape[1], 1021), axis=1)
    with (
        serving(model="song") as running,
        running.client() as client,
        client.stream(rate_hz, channels=2) as over,
    ):
        parts = [over.process(block) for block in blocks]
        parts.append(over.flush())
    np.testing.assert_array_equal(join(parts).audio, expected)


def test_separate_over_sockets_equals_the_engine() -> None:
    mix, rate_hz = clip()
    model = load_model("song", device="cpu", threads=1)
    chosen = stream_settings(
        model.spec, rate_hz=rate_hz, channels=2, steps=4, seed=3, preset="offline"
    )
    stream = Stream(model, replace(chosen, context="reflect"))  # as `daw-bridge separate` does
    expected = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    with serving(model="song") as running, running.client() as client:
        stems = client.separate(mix, rate_hz, steps=4, seed=3)
    assert list(stems) == list(stream.outputs)
    np.testing.assert_array_equal(np.stack(list(stems.values())), expected)
