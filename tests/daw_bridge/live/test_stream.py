"""live.stream: the whole of it, with a worker that is always in time, stepped by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.live.stream import LiveStream
from engines.errors import SettingsError
from tests.rigs.live import (
    CHANNELS,
    GAINS,
    RATE,
    STEMS,
    delayed,
    level_db,
    noise,
    offline,
    run,
    run_blocks,
    settings_of,
    tiny,
)

BLOCKS = [1, 64, 65, 8193]
CONDITIONAL = {"domain": "stft", "conditional": True, "couple": 0.3}


def open_live(block: int = 64, **changes: object) -> LiveStream:
    """A linear model in blocks of this size."""
    model = tiny()
    return LiveStream(model, settings_of(model), block, **changes)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_stem_comes_at_the_declared_latency_to_the_sample(block: int) -> None:
    live, mix = open_live(block), noise(max(6000, 3 * block))
    out = run(live, mix, block)
    there = delayed(mix, live.latency_samples)
    for row, gain in enumerate(GAINS):
        assert level_db(out[row] - np.float32(gain) * there) < -120, STEMS[row]
    assert level_db(out.sum(0) - there) < -120
    assert live.control.counters.late_blocks == live.control.counters.skipped_windows == 0
    assert np.abs(out).max() > 0.1


@pytest.mark.parametrize("rate_hz", [RATE, 48000, 16000])
@pytest.mark.parametrize("block", BLOCKS)
def test_live_equals_offline_once_the_latency_is_taken_off(block: int, rate_hz: int) -> None:
    model = tiny(**CONDITIONAL)
    chosen = settings_of(model, rate_hz, steps=4, seed=3)
    live, mix = LiveStream(model, chosen, block), noise(max(5000, 2 * block))
    out = run(live, mix, block)
    expected = delayed(offline(model, chosen, mix), live.latency_samples)
    assert np.array_equal(out, expected)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([1, 7, 64, 65, 333, 1024, 8193]), min_size=1, max_size=8))
def test_blocks_of_any_size_give_the_same_samples(blocks: list[int]) -> None:
    model = tiny(**CONDITIONAL)
    chosen = settings_of(model, steps=2)
    live = LiveStream(model, chosen, 0, largest_block_samples=8193)
    mix = noise(sum(blocks))
    out = run_blocks(live, mix, blocks)
    assert np.array_equal(out, delayed(offline(model, chosen, mix), live.latency_samples))
    assert live.control.counters.late_blocks == 0


def test_known_stems_are_passed_on() -> None:
    model = tiny()
    chosen = settings_of(model, known=("drums", "click"))
    live = LiveStream(model, chosen, 64)
    assert live.outputs == (*STEMS, "click", "residual")
    mix, known = noise(6400), np.stack([noise(6400, 1), noise(6400, 2)])
    out = np.empty((len(live.outputs), *mix.shape), np.float32)
    for start in range(0, 6400, 64):
        part = slice(start, start + 64)
        live.process(mix[:, part], out[..., part], known[..., part])
        while live.control.step():
            pass
    delay = live.latency_samples
    assert np.array_equal(out[0], delayed(known[0], delay))
    assert np.array_equal(out[4], delayed(known[1], delay))
    assert level_db(out.sum(0) - delayed(mix, delay)) < -120


def test_gains_act_with_the_next_block_and_do_not_click() -> None:
    live, mix = open_live(), np.full((CHANNELS, 8192), 0.5, np.float32)
    run(live, mix, 64)
    live.faders.set_gain("drums", -6.0)
    live.faders.set_mute("bass", True)
    out = run(live, mix, 64)
    assert np.allclose(out[0, :, 441:], 0.2 * 10 ** (-6 / 20), atol=1e-6)
    assert not out[1, :, 441:].any()
    assert np.allclose(out[2], 0.1)
    assert np.abs(np.diff(out)).max() < 0.2 / 400
    live.faders.set_gain("drums", 0.0)
    live.faders.set_mute("bass", False)
    assert np.allclose(run(live, mix, 64)[:2, 0, -1], [0.2, 0.125])


def test_solo_silences_the_rest() -> None:
    live, mix = open_live(), noise(8192)
    live.faders.set_solo("vocals", True)
    out = run(live, mix, 64)
    heard = [bool(row[:, 2048:].any()) for row in out]
    assert heard == [name == "vocals" for name in live.outputs]
    with pytest.raises(SettingsError):
        live.faders.set_solo("tuba", True)


def test_bypass_gives_the_delayed_mix_at_unity_and_sums_to_it_all_the_way() -> None:
    live, mix = open_live(), noise(12_288)
    there = delayed(mix, live.latency_samples)
    live.faders.set_gain("residual", -20.0)

    def toggle(stream: LiveStream, index: int) -> None:
        if index in (64, 128):
            stream.faders.set_gain("residual", 0.0)
            stream.faders.set_bypass(index == 64)
        while stream.control.step():
            pass

    out = run(live, mix, 64, toggle)
    bypassed = slice(65 * 64 + 512, 128 * 64)
    assert not out[:-1, :, bypassed].any()
    assert np.array_equal(out[-1, :, bypassed], there[:, bypassed])
    assert level_db((out.sum(0) - there)[:, 64 * 64 + 512 :]) < -120
    assert level_db(out[0, :, -2048:] - np.float32(GAINS[0]) * there[:, -2048:]) < -120
    assert live.control.counters.late_blocks == 0
