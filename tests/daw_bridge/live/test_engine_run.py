"""live.engine_run: windows as they fall due, results at their positions, steps by the deadline."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from daw_bridge.live.engine_run import EngineRun, Refine, RunContext
from daw_bridge.live.ring import Ring
from engines.composite import streams_of
from engines.making import make_stream
from engines.spec import Member, Preset
from engines.types import Audio
from tests.rigs.live import CHANNELS, RATE, noise, offline, settings_of, tiny
from tests.rigs.needing import mean_spec

BLOCK = 64
CONTEXT = RunContext(BLOCK, 1024, 0.7, routed=())


def made(context: RunContext = CONTEXT, **changes: object) -> tuple[Ring, EngineRun]:
    model = tiny(**changes)
    return Ring((1, CHANNELS), 8192), EngineRun(
        model, settings_of(model), Refine(1, 0), context, 0.7
    )


def feed(
    inputs: Ring, run: EngineRun, mix: Audio, work: bool = True, block: int = BLOCK
) -> None:  # fmt: skip
    for start in range(0, mix.shape[-1], block):
        inputs.write(mix[None, :, start : start + block])
        while work and run.run_window(inputs, 0.0):
            pass


def results(run: EngineRun, start: int, stop: int) -> Audio:
    out = np.empty((len(run.layout.names), CHANNELS, stop - start), np.float32)
    assert run.results.read(start, out) == 0
    return out


def test_results_lie_at_the_positions_of_their_input() -> None:
    inputs, run = made()
    mix = noise(6400)
    feed(inputs, run, mix)
    first, end = run.results.span
    assert first == 0 and end + run.stream.latency_samples + 1 == run.due > inputs.end
    there = slice(end - 512, end)
    assert np.allclose(
        results(run, there.start, there.stop),
        offline(tiny(), run.settings, mix)[..., there],
        atol=1e-6,
    )
    assert run._context.counters.windows == len(run.steps_log) == len(run.meters)


def test_a_window_whose_time_has_passed_is_skipped_and_counted() -> None:
    inputs, run = made()
    feed(inputs, run, noise(run.latency_samples + 4 * 128), work=False)
    while run.run_window(inputs, 0.0):
        pass
    counters = run._context.counters
    assert 0 < counters.skipped_windows < counters.windows
    steps = [done for _, done in run.steps_log]
    assert steps[: counters.skipped_windows] == [0] * counters.skipped_windows
    assert all(steps[counters.skipped_windows :])


def test_input_that_was_overwritten_is_counted_and_silent() -> None:
    inputs, run = made()
    feed(inputs, run, noise(8192 + 640), work=False)
    while run.run_window(inputs, 0.0):
        pass
    assert run._context.counters.lost_samples == 640
    assert not results(run, 0, 512).any()


def test_primed_in_mid_stream_it_is_after_one_crossfade_as_if_it_had_always_run() -> None:
    inputs, run = made()
    mix = noise(6400)
    feed(inputs, run, mix[:, :3200], work=False)
    run.prime(inputs, 0)
    assert run.due <= inputs.end < (run.switch_at or 0)
    feed(inputs, run, mix[:, 3200:])
    first = (run.switch_at or 0) - run.latency_samples + run.settings.crossfade_samples
    whole = offline(tiny(), run.settings, mix)
    assert np.allclose(results(run, first, first + 512), whole[..., first : first + 512], atol=1e-6)


def test_nothing_before_the_reset_is_context() -> None:
    inputs, run = made()
    feed(inputs, run, noise(3200), work=False)
    run.prime(inputs, 3000)
    assert run.results.span[0] >= 3000


@pytest.mark.parametrize("conditional", [False, True])
def test_the_need_is_the_calls_of_the_least_work(conditional: bool) -> None:
    ticks = count()
    context = replace(CONTEXT, clock=lambda: 0.01 * next(ticks))  # every window takes 10 ms
    changes = {"domain": "stft", "conditional": True} if conditional else {}
    _, run = made(context, **changes)
    run.refine = Refine(4, 0)
    run.warm_up()
    windows_per_s = RATE / run.timing.hop_samples
    calls = 4 if conditional else 1
    per_call = 0.01 / (run.settings.steps if conditional else 1)
    assert run.need == pytest.approx(calls * per_call * windows_per_s)
    run.refine = Refine(0, 0)
    assert run.need == pytest.approx(per_call * windows_per_s)


@pytest.mark.parametrize("block", [64, 128, 256])
def test_two_models_in_one_stream_are_in_time_at_any_block(block: int) -> None:
    """Also where a block is as long as a hop."""
    singer = tiny(stems=("voice", "vocals"), gains=(0.2, 0.3))
    model = replace(tiny(conditional=True), firsts=(("vocals", singer),))
    context = RunContext(block, 1024, 0.7, routed=())
    run = EngineRun(model, settings_of(model), Refine(1, 0), context, 0.7)
    feed(Ring((1, CHANNELS), 8192), run, noise(6400), block=block)
    assert context.counters.windows > 40 and context.counters.skipped_windows == 0


def test_the_need_of_two_models_is_the_sum_of_theirs() -> None:
    """The first has a hop eight times as long, and so runs an eighth as often."""
    live = Preset(2048, hop_samples=1024, lookahead_samples=96, crossfade_samples=32)
    slow = tiny(stems=("voice", "vocals"), gains=(0.2, 0.3), live=live)
    model = replace(tiny(), firsts=(("vocals", slow),))
    run = EngineRun(model, settings_of(model), Refine(1, 0), CONTEXT, 0.7)
    run.deadline.expect(0.001, 1)
    assert run.need == pytest.approx(0.001 * RATE * (1 / 128 + 1 / 1024))


def test_a_stem_that_another_model_makes_is_known_in_the_same_stream() -> None:
    """At the declared latency, in the same bits as on the whole file."""
    singer = tiny(stems=("voice", "vocals"), gains=(0.2, 0.3))
    model = replace(tiny(conditional=True), firsts=(("vocals", singer),))
    settings = settings_of(model)
    context = RunContext(BLOCK, 1024, 0.7, routed=())
    run = EngineRun(model, settings, Refine(1, 0), context, 0.7)
    alone = EngineRun(tiny(conditional=True), settings, Refine(1, 0), CONTEXT, 0.7)
    assert run.layout.names == alone.layout.names
    before = make_stream(singer, settings_of(singer)).latency_samples
    assert run.stream.latency_samples == before + alone.stream.latency_samples
    assert run.latency_samples == run.stream.latency_samples + run.timing.budget_samples
    run.warm_up()
    inputs, mix = Ring((1, CHANNELS), 8192), noise(6400)
    feed(inputs, run, mix)
    _, end = run.results.span
    assert end + run.stream.latency_samples + 1 == run.due > inputs.end
    whole = make_stream(model, settings).push(mix)
    assert np.array_equal(results(run, end - 512, end), whole[..., end - 512 : end])
    vocals = run.layout.names.index("vocals")
    assert np.allclose(whole[vocals], 0.3 * mix[:, : whole.shape[-1]], atol=1e-6)
    assert context.counters.windows > 40 and context.counters.skipped_windows == 0


def test_the_load_is_of_the_time_that_the_results_last() -> None:
    """The first one's hop brings the results of eight hops of the last one at once."""
    live = Preset(2048, hop_samples=1024, lookahead_samples=96, crossfade_samples=32)
    slow = tiny(stems=("voice", "vocals"), gains=(0.2, 0.3), live=live)
    model = replace(tiny(), firsts=(("vocals", slow),))
    ticks = count()
    hop_s = 128 / RATE
    context = replace(CONTEXT, clock=lambda: hop_s * next(ticks))
    run = EngineRun(model, settings_of(model), Refine(1, 0), context, 0.7)
    feed(Ring((1, CHANNELS), 1 << 15), run, noise(30_000))
    assert 0.1 < run.deadline.load < 0.5  # a tick of the clock for each eight hops


def test_the_load_of_a_mean_is_that_of_all_members() -> None:
    """A window of the long hop costs 40% of that hop's time, one of the short hop 20% of its."""
    slow = tiny(live=Preset(2048, hop_samples=1024, lookahead_samples=0, crossfade_samples=0))
    fast = tiny(live=Preset(2048, hop_samples=128, lookahead_samples=500, crossfade_samples=32))
    model = replace(slow, spec=mean_spec(Member("slow"), Member("fast")), members=(slow, fast))
    made: list[EngineRun] = []
    costs_s = {1024: 0.4 * 1024 / RATE, 128: 0.2 * 128 / RATE}

    def clock() -> float:
        found = [one for run in made for one in streams_of(run.stream)]
        return sum(costs_s[one.settings.hop_samples] * one.stats.network_calls for one in found)

    context = replace(CONTEXT, clock=clock)
    made.append(EngineRun(model, settings_of(model), Refine(1, 0), context, 0.7))
    feed(Ring((1, CHANNELS), 1 << 16), made[0], noise(60_000))
    assert made[0].deadline.load == pytest.approx(0.6, rel=0.05)
