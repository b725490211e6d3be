"""daw_bridge/live/stream.py with a worker that is always in time, stepped by hand."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.errors import BadValue, Busy
from daw_bridge.live.stream import LiveStream
from daw_bridge.live.swap_fade import SWAP_FADE_SAMPLES
from daw_bridge.live.worker import MAX_SWAPS
from engines.errors import SettingsError
from engines.stream import stream_settings
from tests.engines.leaky import leaky_model
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


def test_silence_in_gives_silence_out() -> None:
    live = open_live()
    assert not run(live, np.zeros((CHANNELS, 8000), np.float32), 64).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_what_is_no_audio_is_contained_and_counted(bad: float) -> None:
    live, mix = open_live(), noise(8000)
    clean = mix.copy()
    clean[0, 3000:3010] = 0.0
    mix[0, 3000:3010] = bad
    out = run(live, mix, 64)
    assert np.isfinite(out).all()
    assert level_db(out.sum(0) - delayed(clean, live.latency_samples)) < -120
    assert live.control.counters.nonfinite_samples == 10


def test_reset_is_clean_and_without_a_burst() -> None:
    live, first, second = open_live(), noise(4096), noise(6400, seed=1)
    before = run(live, first, 64)
    live.reset()
    after = run(live, second, 64)
    fresh = run(open_live(), second, 64)
    assert np.array_equal(after[..., 128:], fresh[..., 128:])
    joined = np.concatenate([before[..., -64:], after[..., :256]], -1)
    steps = np.abs(np.diff(joined)).max()
    assert steps <= np.abs(np.diff(before)).max() + 1e-6
    assert live.control.counters.late_blocks == 0


def test_reset_begins_a_new_state() -> None:
    model, second = leaky_model(), noise(6400, seed=1)
    live, fresh = (LiveStream(model, settings_of(model), 64) for _ in range(2))
    run(live, noise(4096), 64)
    live.reset()
    after = run(live, second, 64)
    assert np.array_equal(after[..., 128:], run(fresh, second, 64)[..., 128:])


def test_reset_drops_the_tail_of_what_was_playing() -> None:
    live = open_live()
    run(live, noise(4096), 64)
    live.reset()
    out = run(live, np.zeros((CHANNELS, 4096), np.float32), 64)
    assert out[..., :128].any()  # fades, and does not stop dead
    assert not out[..., 128:].any()


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


def test_steps_and_seed_change_with_the_next_window() -> None:
    model = tiny(**CONDITIONAL)
    live = LiveStream(model, settings_of(model, steps=1), 128)
    run(live, noise(2048), 128)
    live.control.update(steps=3, seed=9)
    run(live, noise(2048, 1), 128)
    steps = [done for _, done in live.control.steps_log]
    assert [index for index, _ in live.control.steps_log] == list(range(len(steps)))
    assert sorted(set(steps)) == [1, 3]
    assert steps == sorted(steps)
    assert (live.control.steps, live.control.settings.seed) == (3, 9)
    with pytest.raises(BadValue):
        live.control.update(steps=-1)


def test_a_model_change_crossfades_and_reports_its_latency() -> None:
    live, mix = open_live(), noise(30_000)
    other = tiny(gains=(0.1, 0.2, 0.3, 0.1))
    wider = stream_settings(other.spec, RATE, CHANNELS)
    old_latency = live.latency_samples
    before = run(live, mix[:, :9600], 64)
    report = live.control.swap(other, wider)
    after = run(live, mix[:, 9600:], 64)
    out = np.concatenate([before, after], -1)
    assert report.latency_samples == live.latency_samples == old_latency
    there = delayed(mix, old_latency)
    assert level_db(out.sum(0) - there) < -120
    assert level_db(out[0, :, -9600:] - np.float32(0.1) * there[:, -9600:]) < -120
    # The stems never vanish on the way: results of the old model last until the new one's come.
    ratio = np.abs(out[0]).reshape(CHANNELS, -1, 100).max(-1)[:, 10:]
    assert ratio.min() > 0.5 * 0.1 * 0.1
    assert live.control.counters.late_blocks == 0


def test_a_model_change_may_change_latency_and_stems() -> None:
    live, mix = open_live(), noise(40_000)
    other = tiny(stems=("drums", "piano"), gains=(0.5, 0.3))
    longer = settings_of(other)
    longer = type(longer)(**{**vars(longer), "window_samples": 2048, "hop_samples": 512})
    old = live.latency_samples
    run(live, mix[:, :16_000], 64)
    report = live.control.swap(other, longer)
    assert report.folded == ("piano",)
    assert report.silent == ("bass", "other", "vocals")
    out = run(live, mix[:, 16_000:], 64)
    assert live.latency_samples == report.latency_samples > old
    there = delayed(mix, report.latency_samples)[:, -16_000:]
    end = out[..., -16_000:]
    assert live.outputs == (*STEMS, "residual")
    assert level_db(end.sum(0) - there) < -120
    assert level_db(end[0] - np.float32(0.5) * there) < -120
    assert not end[1:4].any()


def test_a_model_change_keeps_channels_and_known_stems() -> None:
    live, model = open_live(), tiny()
    with pytest.raises(BadValue, match="channels"):
        live.control.swap(model, replace(settings_of(model), channels=1))
    for _ in range(MAX_SWAPS):
        live.control.swap(model, settings_of(model))
    with pytest.raises(Busy):
        live.control.swap(model, settings_of(model))
    run(live, noise(2 * SWAP_FADE_SAMPLES * MAX_SWAPS + 8000), 64)
    live.control.swap(model, settings_of(model))


def test_meters_follow_what_is_heard() -> None:
    live = open_live()
    assert live.control.meters()["drums"].peak_db == -120
    run(live, np.full((CHANNELS, 4096), 0.5, np.float32), 64)
    live.faders.set_gain("drums", -20.0)
    levels = live.control.meters()
    assert levels["drums"].peak_db == pytest.approx(20 * np.log10(0.2) - 20, abs=0.01)
    assert levels["bass"].rms_db == pytest.approx(20 * np.log10(0.125), abs=0.5)
    assert live.control.meters() == levels  # nothing new: the last ones hold


def test_counters_count_blocks_and_xruns() -> None:
    live = open_live()
    run(live, noise(640), 64)
    live.port_status.xruns += 1
    counters = live.control.counters
    assert (counters.blocks, counters.xruns, counters.windows) == (10, 1, 4)
    assert 0 < counters.callback_p999_us <= counters.callback_max_us


def test_a_started_stream_has_a_thread_that_keeps_up() -> None:
    live, mix = open_live(1024), noise(64 * 1024)
    live.control.start()
    try:
        out = np.empty((len(live.outputs), *mix.shape), np.float32)
        for start in range(0, mix.shape[-1], 1024):
            part = slice(start, start + 1024)
            live.process(mix[:, part], out[..., part])
    finally:
        live.control.stop()
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120
    assert live.control.fault is None


def test_controls_from_other_threads_never_harm_the_sum() -> None:
    live, model = open_live(256), tiny(gains=(0.1, 0.2, 0.3, 0.1))
    mix = noise(256 * 1200)
    out = np.empty((len(live.outputs), *mix.shape), np.float32)
    done = threading.Event()

    def turn() -> None:
        while not done.is_set():
            with suppress(Busy):
                live.control.swap(model, settings_of(model))
            live.faders.set_bypass(True)
            live.faders.set_bypass(False)
            live.control.update(seed=3)
            assert live.control.counters.blocks >= 0
            live.control.meters()

    thread = threading.Thread(target=turn)
    live.control.start()
    thread.start()
    for start in range(0, mix.shape[-1], 256):
        part = slice(start, start + 256)
        live.process(mix[:, part], out[..., part])
    done.set()
    thread.join()
    live.control.stop()
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120
    assert live.control.fault is None
