"""What the port says in live.port_status (block size or rate, freewheel), and the dry mix."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from daw_bridge.errors import BadValue
from daw_bridge.live.engine_run import EngineRun
from daw_bridge.live.stream import LiveStream
from daw_bridge.live.swap_fade import SWAP_FADE_SAMPLES
from engines.types import Audio
from tests.rigs.live import (
    GAINS,
    RATE,
    delayed,
    level_db,
    noise,
    offline,
    run,
    settings_of,
    tiny,
)


def open_live(block: int = 64, rate_hz: int = RATE, **changes: int) -> LiveStream:
    model = tiny()
    return LiveStream(model, settings_of(model, rate_hz, **changes), block)


def serve(live: LiveStream, mix: Audio, block: int, dry: Audio | None = None) -> Audio:
    """(outputs, channels, n), by whatever thread works."""
    out = np.empty((len(live.outputs), *mix.shape), np.float32)
    for start in range(0, mix.shape[-1], block):
        piece = slice(start, start + block)
        live.process(mix[:, piece], out[..., piece], None, None if dry is None else dry[:, piece])
    return out


def right(out: Audio, mix: Audio, latency: int) -> bool:
    """Whether every stem is exact at this latency."""
    there = delayed(mix, latency)
    rows = zip(out, GAINS, strict=False)
    return all(level_db(row - np.float32(gain) * there) < -120 for row, gain in rows)


@pytest.mark.parametrize(("before", "after"), [(64, 512), (512, 64), (64, 4096)])
def test_another_block_size_has_the_latency_of_a_stream_made_for_it(
    before: int, after: int
) -> None:
    live, mix = open_live(before), noise(60_000)
    run(live, mix[:, :8192], before)
    live.control.swap(tiny(), settings_of(tiny()), block_samples=after)
    assert live.control.form == (RATE, after)
    out = run(live, mix[:, 8192:], after)
    assert live.latency_samples == open_live(after).latency_samples
    settled = 5 * SWAP_FADE_SAMPLES + 2 * after
    whole = delayed(mix, live.latency_samples)[:, 8192:]
    assert level_db(out.sum(0)[:, settled:] - whole[:, settled:]) < -120
    assert level_db((out[0] - np.float32(GAINS[0]) * whole)[:, settled:]) < -120


def test_another_rate_has_the_latency_of_a_stream_made_for_it() -> None:
    live = open_live(64)
    run(live, noise(8192), 64)
    live.control.swap(tiny(), settings_of(tiny(), 48000), block_samples=128)
    live.reset()
    assert live.control.form == (48000, 128)
    mix = noise(40_000, seed=1)
    out = run(live, mix, 128)
    fresh = open_live(128, 48000)
    assert live.latency_samples == fresh.latency_samples
    assert level_db((out.sum(0) - delayed(mix, live.latency_samples))[:, -20_000:]) < -120
    assert level_db((out - run(fresh, mix, 128))[..., -20_000:]) < -100


def test_a_refused_form_leaves_everything_as_it_was() -> None:
    live = open_live(64)
    latency = live.latency_samples
    with pytest.raises(BadValue, match="latency"):
        live.control.swap(tiny(), settings_of(tiny()), block_samples=1 << 20)
    live.control.swap(tiny(), settings_of(tiny()))
    run(live, noise(20_000), 64)
    assert live.control.form == (RATE, 64) and live.latency_samples == latency


def test_dry_is_the_delayed_mix_whatever_the_faders_do() -> None:
    live, mix = open_live(64), noise(8192)
    live.faders.set_mute("drums", True)
    live.faders.set_gain("residual", 6.0)
    dry, out = np.empty_like(mix), np.empty((len(live.outputs), *mix.shape), np.float32)
    for start in range(0, mix.shape[-1], 64):
        piece = slice(start, start + 64)
        live.process(mix[:, piece], out[..., piece], None, dry[:, piece])
        while live.control.step():
            pass
    assert level_db(dry - delayed(mix, live.latency_samples)) < -120
    assert level_db(out.sum(0) - dry) > -40


def test_a_freewheeling_host_waits_for_every_window(monkeypatch: pytest.MonkeyPatch) -> None:
    run_window = EngineRun.run_window

    def slow(run: EngineRun, *args: object) -> bool:
        time.sleep(0.005)  # a host that does not wait has long been served by then
        return run_window(run, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(EngineRun, "run_window", slow)
    model, mix = tiny(), noise(20_000)
    chosen = settings_of(model)
    live = LiveStream(model, chosen, 512)
    live.control.start()
    live.port_status.freewheel = True
    out = serve(live, mix, 512)
    live.port_status.freewheel = False
    live.control.stop()
    count = live.control.counters
    assert count.late_blocks == count.skipped_windows == count.discarded_samples == 0
    wanted = delayed(offline(model, chosen, mix)[..., : mix.shape[-1]], live.latency_samples)
    assert np.array_equal(out, wanted)


def test_freewheeling_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = threading.Event()
    monkeypatch.setattr("daw_bridge.live.process.FREEWHEEL_WAIT_S", 0.02)
    monkeypatch.setattr(EngineRun, "run_window", lambda run, *args: stuck.wait())
    live, mix = open_live(512), noise(8192)
    live.control.start()
    live.port_status.freewheel = True
    dry = np.empty_like(mix)
    out = serve(live, mix, 512, dry)
    stuck.set()
    live.control.stop()
    assert live.control.counters.late_blocks > 0
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120


def test_without_a_worker_a_freewheeling_host_does_not_wait() -> None:
    live, mix = open_live(512), noise(8192)
    live.port_status.freewheel = True
    out = serve(live, mix, 512)
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120
