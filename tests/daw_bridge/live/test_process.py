"""live.process: what runs in the audio callback, and what it makes of a reset and of no audio."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import numpy as np
import pytest

import daw_bridge
import engines
from daw_bridge.live.stream import LiveStream
from tests.rigs.leaky import leaky_model
from tests.rigs.live import (
    CHANNELS,
    delayed,
    level_db,
    noise,
    run,
    settings_of,
    tiny,
)

PERMITTED = {"process", "player", "swap_fade", "ring", "faders", "counters", "worker", "gains"}
"""The modules of live and engines that may run in the callback: see the docstring of live."""


def open_live(block: int = 64, **changes: object) -> LiveStream:
    """A linear model in blocks of this size."""
    model = tiny()
    return LiveStream(model, settings_of(model), block, **changes)


def frames(work: Callable[[], None]) -> set[str]:
    """`module.function` of everything of ours that `work` runs in this thread."""
    ours, found = (str(Path(daw_bridge.__path__[0])), str(Path(engines.__path__[0]))), set()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ours):
            found.add(f"{Path(code.co_filename).stem}.{code.co_name}")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def test_only_what_the_essay_allows_runs_in_the_callback() -> None:
    model = tiny()
    live = LiveStream(model, settings_of(model, known=("drums",)), 64)
    mix, out = noise(64 * 400), np.empty((len(live.outputs), CHANNELS, 64), np.float32)
    dry, found = np.empty((CHANNELS, 64), np.float32), set[str]()
    changes = {
        100: lambda: live.faders.set_gain("bass", -6.0),
        150: lambda: live.faders.set_bypass(True),
        200: live.reset,
        210: lambda: live.faders.set_bypass(False),
        220: lambda: live.control.swap(model, settings_of(model, known=("drums",))),
    }
    for index in range(400):
        changes.get(index, lambda: None)()
        block = mix[:, 64 * index : 64 * (index + 1)]
        found |= frames(lambda block=block: live.process(block, out, block[None] * 0.5, dry))
        while index < 300 and live.control.step():  # then the worker is late
            pass
    assert {name.split(".")[0] for name in found} <= PERMITTED
    worker = {name for name in found if name.startswith("worker.")}
    assert worker == {"worker.due", "worker.wake"}
    assert {"player._dry", "player._silence", "swap_fade.apply", "faders.apply"} <= found


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
