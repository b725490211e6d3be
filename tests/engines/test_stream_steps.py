"""engines.stream: counters, reset, and what can be changed while it runs."""

from __future__ import annotations

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.stream import Stream, stream_settings
from tests.rigs.stream_tools import noise, pushed
from tests.rigs.tiny_models import MakeModel


def test_reset_is_as_new(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    stream = Stream(model, stream_settings(model.spec, 22050, 2, steps=3))
    mix = noise(2, 3000)
    wanted = pushed(stream, [mix])
    stats = stream.stats
    stream.reset()
    stream.feed(noise(2, 1777, seed=3))
    stream.reset()
    assert np.array_equal(pushed(stream, [mix]), wanted)
    assert stream.stats == stats


def test_stats_count_steps_and_calls(tiny: MakeModel) -> None:
    model = tiny(conditional=True)
    stream = Stream(model, stream_settings(model.spec, 44100, 2, steps=64))
    pushed(stream, [noise(2, 10 * 128)])
    assert stream.stats.windows == 10 and stream.stats.steps == 640
    assert 10 * 64 * 0.6 < stream.stats.network_calls < 10 * 64 * 0.9


def test_warm_up_changes_nothing(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    stream.warm_up()
    assert stream.stats.windows == stream.stats.network_calls == 0
    mix = noise(2, 1000)
    assert np.array_equal(pushed(stream, [mix]), pushed(Stream(model, stream.settings), [mix]))


def test_update_takes_effect_at_the_next_window(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    chosen = stream_settings(model.spec, 44100, 2, steps=2, seed=1)
    stream = Stream(model, chosen)
    need = chosen.grid.input_end(0)
    stream.push(noise(2, need))
    stream.update(steps=7)
    stream.push(noise(2, chosen.hop_samples))
    assert stream.stats.steps == 9 and stream.settings.steps == 7
    with pytest.raises(SettingsError):
        stream.update(steps=0)


def test_seed_changes_the_result_and_only_the_seed(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    mix = noise(2, 2000)
    outs = [
        pushed(Stream(model, stream_settings(model.spec, 44100, 2, steps=4, seed=seed)), [mix])
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(outs[0], outs[1])
    assert not np.array_equal(outs[0], outs[2])


def test_on_step_stops_the_refinement(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    stream = Stream(model, stream_settings(model.spec, 44100, 2, steps=8))
    calls: list[tuple[int, int, int]] = []

    def three(window: int, done: int, steps: int) -> bool:
        calls.append((window, done, steps))
        return done < 3

    stream.on_step = three
    pushed(stream, [noise(2, 256)])
    assert calls == [(k, n, 8) for k in range(2) for n in (1, 2, 3)]
    assert stream.stats.steps == 6


def test_stopping_early_gives_the_buffer_so_far(tiny: MakeModel) -> None:
    """Masks depend on the planned number of steps, so a stop is not the same as fewer steps."""
    model = tiny(conditional=True, couple=0.3)
    mix = noise(2, 512)
    one = pushed(Stream(model, stream_settings(model.spec, 44100, 2, steps=1)), [mix])
    stopped = Stream(model, stream_settings(model.spec, 44100, 2, steps=512))
    stopped.on_step = lambda window, done, steps: False
    assert np.array_equal(pushed(stopped, [mix]), one)
