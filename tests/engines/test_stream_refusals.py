"""engines.stream: wrong blocks, settings and orders of calls are refused and harm nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.errors import AudioError, InferenceError, SettingsError, StreamStateError
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.stream_tools import noise, pushed
from tests.rigs.tiny_models import MakeModel


def test_states_are_kept_apart(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    block = noise(2, 100)
    stream.push(block)
    with pytest.raises(StreamStateError):
        stream.feed(block)
    stream.push(block)
    assert stream.flush().shape[-1] == 200
    assert stream.flush().shape == (5, 2, 0)
    with pytest.raises(StreamStateError, match=r"reset\(\)"):
        stream.push(block)
    stream.reset()
    assert stream.flush().shape == (5, 2, 0)


def test_a_failed_run_leaves_the_stream_to_be_reset(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, stream_settings(model.spec, 44100, 2))

    def cancel(window: int, done: int, steps: int) -> bool:
        raise KeyboardInterrupt

    stream.on_step = cancel
    with pytest.raises(KeyboardInterrupt):
        stream.push(noise(2, 1000))
    stream.on_step = None
    with pytest.raises(StreamStateError):
        stream.push(noise(2, 1000))
    stream.reset()
    assert pushed(stream, [noise(2, 1000)]).shape[-1] == 1000


@pytest.mark.parametrize(
    "mix",
    [
        np.zeros(5, np.float32),
        np.zeros((1, 5), np.float32),
        np.zeros((2, 5), np.float64),
        np.zeros((2, 5), np.int16),
        np.float32(0),
    ],
)
def test_wrong_blocks_are_refused_and_harm_nothing(tiny: MakeModel, mix: Audio) -> None:
    model = tiny()
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    with pytest.raises(AudioError):
        stream.push(mix)
    assert pushed(stream, [noise(2, 300)]).shape[-1] == 300


def test_wrong_known_stems_are_refused(tiny: MakeModel) -> None:
    model = tiny()
    block = noise(2, 100)
    stream = Stream(model, stream_settings(model.spec, 44100, 2, known=("drums",)))
    for known in (None, {}, {"bass": block}, {"drums": block[:, :50]}, {"drums": block[:1]}):
        with pytest.raises(AudioError):
            stream.push(block, known)
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    with pytest.raises(AudioError):
        stream.push(block, {"drums": block})


@pytest.mark.parametrize(
    "changes",
    [
        {"rate_hz": 0},
        {"rate_hz": 768_001},
        {"channels": 0},
        {"channels": 3},
        {"steps": 0},
        {"hop_samples": 0},
        {"window_samples": 100},
        {"crossfade_samples": 200},
        {"known": ("drums", "drums")},
        {"known": ("residual",)},
        {"residual_to": "choir"},
        {"residual_to": "drums", "known": ("drums",)},
        {"quality": "best"},
        {"batch": 0},
    ],
)
def test_wrong_settings_are_refused(tiny: MakeModel, changes: dict[str, object]) -> None:
    model = tiny()
    with pytest.raises(SettingsError):
        Stream(model, replace(stream_settings(model.spec, 44100, 2), **changes))


def test_window_that_the_graph_cannot_take_is_refused(tiny: MakeModel) -> None:
    model = tiny(domain="stft")
    chosen = stream_settings(model.spec, 44100, 2)
    short = replace(chosen, window_samples=100, hop_samples=40, lookahead_samples=50)
    with pytest.raises(SettingsError, match="such as 128"):
        Stream(model, short)


def test_inference_errors_are_ours(tiny: MakeModel) -> None:
    model = tiny(domain="stft")
    with pytest.raises(InferenceError, match="mix_mag"):
        model.session.run("masks", {"mix_mag": np.zeros((1, 2, 3), np.float32)})
    with pytest.raises(InferenceError):
        model.session.run("masks", {"mix": np.zeros((1, 2, 65, 3), np.float32)})
