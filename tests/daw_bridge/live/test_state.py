"""Live streams of models with a state: late hops, changes of model, latency.

Time is the input's, as in test_late.py: nothing here sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daw_bridge.errors import BadValue
from daw_bridge.live.stream import LiveStream
from daw_bridge.live.swap_fade import SWAP_FADE_SAMPLES
from engines.load import Model
from engines.types import Audio
from tests.daw_bridge.live.test_late import Hooked
from tests.rigs.carried import HOP, filters_answer, filters_model
from tests.rigs.live import delayed, level_db, noise, ready, run, settings_of, tiny

BLOCK = 64


def stopped() -> float:
    """A clock by which no model is too slow, however busy this machine is."""
    return 0.0


@pytest.fixture(scope="module")
def filters(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Whose state is as good as new, to -80 dB, after a quarter of its memory."""
    return filters_model(tmp_path_factory.mktemp("filters") / "filters.onnx")


def wanted(live: LiveStream, mix: Audio) -> Audio:
    """The stems as they should be heard, (2, channels, n)."""
    return delayed(filters_answer(mix), live.latency_samples)


def busy(stuck: range) -> Callable[[LiveStream, int], None]:
    """A worker that does nothing in these blocks, and else one hop in half a block."""

    def work(live: LiveStream, index: int) -> None:
        if index not in stuck:
            for _ in range(2):
                live.control.step()

    return work


@pytest.mark.parametrize("block", [64, 48, 200])
def test_every_stem_comes_at_the_declared_latency(filters: Model, block: int) -> None:
    live, mix = LiveStream(filters, settings_of(filters), block), noise(6000)
    assert live.control.timing.stream_samples == filters_hold(block)
    out = run(live, mix, block)
    np.testing.assert_allclose(out[:2], wanted(live, mix), atol=3e-6)
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120


def filters_hold(block: int) -> int:
    """A hop less the greatest common divisor: there is no lookahead."""
    return {64: 0, 48: HOP - 16, 200: HOP - 8}[block]


def test_after_late_hops_the_state_is_as_if_nothing_had_been_late(filters: Model) -> None:
    memory = filters.spec.memory // BLOCK
    stuck = range(40, 40 + memory // 2)
    live, mix = LiveStream(filters, settings_of(filters), BLOCK), noise(BLOCK * 120)
    out = run(live, mix, BLOCK, busy(stuck))
    there, counters = wanted(live, mix), live.control.counters
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120
    assert counters.late_blocks > 0 and counters.skipped_windows == 0
    assert counters.discarded_samples > 0
    # Twice as fast as the music: as many blocks again, and the fade.
    back = (stuck.stop + memory) * BLOCK + 128
    assert not np.allclose(out[:2, :, : stuck.stop * BLOCK], there[..., : stuck.stop * BLOCK])
    never_late = run(LiveStream(filters, settings_of(filters), BLOCK), mix, BLOCK)
    assert np.array_equal(out[..., back:], never_late[..., back:])


def test_what_cannot_be_caught_up_is_left_out(filters: Model) -> None:
    """Long stuck, then slower than the music: it does not hear the past for ever."""
    live, mix = LiveStream(filters, settings_of(filters), BLOCK), noise(BLOCK * 400)
    memory = filters.spec.memory // BLOCK

    def work(stream: LiveStream, index: int) -> None:
        if index < 40 or index >= 300:
            ready(stream, index)
        elif index >= 100 and index % 2:
            stream.control.step()

    out = run(live, mix, BLOCK, work)
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120
    counters = live.control.counters
    assert counters.skipped_windows > 20 and counters.discarded_samples >= memory * BLOCK // 2
    np.testing.assert_allclose(
        out[:2, :, -50 * BLOCK :], wanted(live, mix)[..., -50 * BLOCK :], atol=3e-6
    )


@pytest.mark.parametrize("slow", [False, True])
def test_a_model_with_a_state_is_faded_in_once_it_has_heard_its_past(
    filters: Model, slow: bool
) -> None:
    first = tiny(stems=("fir", "average", "other", "vocals"))
    live, mix = LiveStream(first, settings_of(first), BLOCK, clock=stopped), noise(BLOCK * 300)
    swapped = settings_of(filters)

    def work(stream: LiveStream, index: int) -> None:
        if index == 60:
            stream.control.swap(filters, swapped)
        if not slow:
            ready(stream, index)
        else:
            for _ in range(2):
                stream.control.step()

    out = run(live, mix, BLOCK, work)
    assert level_db((out.sum(0) - delayed(mix, live.latency_samples))[:, -100 * BLOCK :]) < -120
    assert live.latency_samples == live.control.timing.latency_samples
    at = live.process.player.run.switch_at
    assert at is not None and 60 * BLOCK < at < 60 * BLOCK + filters.spec.memory + 8 * BLOCK
    heard = -(-at // BLOCK) * BLOCK + SWAP_FADE_SAMPLES
    there = wanted(live, mix)
    # What it still lacks of the average is below -80 dB.
    np.testing.assert_allclose(out[:2, :, heard:], there[..., heard:], atol=2e-5)
    assert live.control.counters.late_blocks == 0
    back = LiveStream(filters, swapped, BLOCK, clock=stopped)

    def away(stream: LiveStream, index: int) -> None:
        if index == 60:
            stream.control.swap(first, settings_of(first))
        ready(stream, index)

    again = run(back, mix[:, : 200 * BLOCK], BLOCK, away)
    mix = mix[:, : 200 * BLOCK]
    assert level_db((again.sum(0) - delayed(mix, back.latency_samples))[:, -100 * BLOCK :]) < -120


def test_a_model_that_never_gets_through_its_past_begins_without_it(filters: Model) -> None:
    live = LiveStream(tiny(), settings_of(tiny()), BLOCK, clock=stopped)
    mix = noise(BLOCK * 300)
    calls = []
    hooked: Any = Hooked(filters, lambda window, control: calls.append(window.index))
    stuck = replace(filters, method=hooked)

    def work(stream: LiveStream, index: int) -> None:
        if index == 60:
            stream.control.swap(stuck, settings_of(stuck))
            calls.clear()
        for _ in range(1 + index % 2 if index < 100 else 3):
            stream.control.step()

    out = run(live, mix, BLOCK, work)
    at = live.process.player.run.switch_at
    assert at is not None and at > 60 * BLOCK
    assert level_db((out.sum(0) - delayed(mix, live.latency_samples))[:, -100 * BLOCK :]) < -120


def test_an_overloaded_model_is_left_for_one_with_a_state(filters: Model) -> None:
    """One that takes 1.5 hops a window always has a window due, and leaves the new one no time."""
    first = tiny(stems=("fir", "average", "other", "vocals"))
    live, mix = LiveStream(first, settings_of(first), BLOCK, clock=stopped), noise(BLOCK * 300)
    overloaded, latencies, heard = live.process.player.run, [], []

    def work(stream: LiveStream, index: int) -> None:
        if index in (60, 200):
            model = filters if index == 60 else first
            stream.control.swap(model, settings_of(model))
        if stream.process.player.run is not overloaded:
            ready(stream, index)
        elif index % 3 == 0:
            stream.control.step()
        heard.append(stream.process.player.run.stream.model)
        latencies.append(stream.latency_samples)

    out = run(live, mix, BLOCK, work)
    assert live.control.counters.skipped_windows > 0  # overloaded it was
    patience = 4 * filters.spec.memory // BLOCK
    begun = heard.index(filters)
    assert 60 + patience <= begun < 60 + patience + 12
    assert heard[200] is filters and heard[212] is first  # what came after it did not wait
    part, late = slice((begun + 20) * BLOCK, 200 * BLOCK), latencies[199]
    there = delayed(filters_answer(mix), late)[..., part]
    np.testing.assert_allclose(out[:2, :, part], there, atol=2e-5)
    assert level_db((out.sum(0) - delayed(mix, late))[:, part]) < -120


def test_a_past_longer_than_what_is_kept_is_refused(tmp_path: Path, filters: Model) -> None:
    """A swap hears all of the memory, or is none; a stream of its own keeps enough."""
    first = tiny(stems=("fir", "average", "other", "vocals"))
    live = LiveStream(first, settings_of(first), BLOCK, clock=stopped)
    half = live.process._inputs.capacity_samples // 2
    fits = filters_model(tmp_path / "fits.onnx", memory_samples=half - 2 * HOP)
    more = filters_model(tmp_path / "more.onnx", memory_samples=half)
    run(live, noise(2 * half), 4096)
    with pytest.raises(BadValue, match="samples of the past"):
        live.control.swap(more, settings_of(more))
    assert live.control.settings == settings_of(first)
    live.control.swap(fits, settings_of(fits))
    live.control.step()
    heard = live.process._inputs.end - live.process._worker._run.results.end
    assert heard >= half - 3 * HOP
    own = LiveStream(more, settings_of(more), BLOCK, clock=stopped)
    own.control.swap(more, settings_of(more))
