"""live.control: what other threads change and observe, with a worker that is always in time."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from daw_bridge.errors import BadValue, TooSlow
from daw_bridge.live.stream import LiveStream
from engines.stream import stream_settings
from tests.rigs.live import (
    CHANNELS,
    GAINS,
    RATE,
    STEMS,
    delayed,
    level_db,
    noise,
    ready,
    run,
    settings_of,
    tiny,
)

CONDITIONAL = {"domain": "stft", "conditional": True, "couple": 0.3}


class Slow:
    """A clock by which every window takes `s` seconds."""

    def __init__(self, s: float) -> None:
        self.now, self.s = 0.0, s

    def __call__(self) -> float:
        self.now += self.s
        return self.now


def open_live(block: int = 64, **changes: object) -> LiveStream:
    """A linear model in blocks of this size."""
    model = tiny()
    return LiveStream(model, settings_of(model), block, **changes)


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


@pytest.mark.parametrize("apart", [1, 2, 7, 16, 40])
def test_changes_closer_than_the_crossfade_leave_no_gap_and_the_last_one_holds(apart: int) -> None:
    """Models that do the same: whatever is heard, the stems are what they were."""
    live, block, changes = open_live(), 64, 60
    mix = noise(block * (apart * changes + 500))
    asked = 0

    def work(stream: LiveStream, index: int) -> None:
        nonlocal asked
        ready(stream, index)
        if index >= 100 and index % apart == 0 and asked < changes:
            asked += 1
            live.control.swap(tiny(), settings_of(tiny(), seed=asked))

    out = run(live, mix, block, work)
    assert asked == changes == live.process.player.run.settings.seed
    assert live.control.counters.late_samples == 0
    there = delayed(mix, live.latency_samples)
    for row, gain in zip(out, GAINS, strict=False):
        assert level_db(row - np.float32(gain) * there) < -120


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
    live, mix = open_live(1024, clock=Slow(1e-4)), noise(64 * 1024)
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
    # A clock that stands still: what one thread measures must not hold what others did meanwhile.
    live, model = open_live(256, clock=lambda: 0.0), tiny(gains=(0.1, 0.2, 0.3, 0.1))
    mix = noise(256 * 1200)
    out = np.empty((len(live.outputs), *mix.shape), np.float32)
    done = threading.Event()

    def turn() -> None:
        while not done.is_set():
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


def test_settings_that_are_hopeless_are_refused_and_change_nothing() -> None:
    model = tiny(**CONDITIONAL)
    live = LiveStream(model, settings_of(model, steps=1), 64, clock=Slow(0.002))
    hop = live.control.settings.hop_samples  # 2 ms for each hop of 2.9 ms
    before = live.control.need, live.control.settings
    with pytest.raises(TooSlow, match=r"a load of 88\.2: a hop of 1 samples lasts 0\.0227 ms"):
        live.control.swap(model, replace(settings_of(model), hop_samples=1, crossfade_samples=1))
    assert (live.control.need, live.control.settings) == before
    assert live.control.fault is None and hop == 128
    hopeless = LiveStream(model, settings_of(model, steps=1), 64, clock=Slow(0.1))
    with pytest.raises(TooSlow, match=r"a load of 34\.5"):
        hopeless.control.start()


def test_more_steps_than_there_is_time_for_are_said_with_their_load() -> None:
    model = tiny(**CONDITIONAL)
    live = LiveStream(model, settings_of(model, steps=1), 64, clock=Slow(0.002))
    live.control.swap(model, settings_of(model, steps=1))
    assert live.control.fault is None
    live.control.update(steps=4096)
    assert isinstance(live.control.fault, TooSlow)
    assert "computing it takes 8.19e+03 ms here" in str(live.control.fault)
