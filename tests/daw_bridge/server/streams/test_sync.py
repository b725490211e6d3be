"""The lossless stream: the engine's own samples, whatever the blocks, and a change of model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.errors import BadChannels, Stopped
from daw_bridge.server.streams.sync import SyncEngine
from daw_bridge.settings.parameters import Value
from daw_bridge.wire.replies import Audio, AudioReply
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.load import Model, load_model
from engines.stream import Stream, stream_settings
from tests.rigs.leaky import leaky_model
from tests.rigs.live import noise, tiny
from tests.rigs.plans import sync_plan as plan
from tests.rigs.tiny_models import GAINS, make_model

SWAPPED = (0.05, 0.3, 0.15, 0.35)


class Feeder:
    """Feeds an engine, and checks that what comes is contiguous."""

    def __init__(self, engine: SyncEngine, start: int = 0) -> None:
        self.engine = engine
        self.seq, self.sample, self.expected = 0, start, start
        self.parts: list[Audio] = []

    def take(self, reply: AudioReply) -> None:
        assert reply.start_sample == self.expected
        self.expected += reply.audio.shape[-1]
        self.parts.append(reply.audio)

    def feed(self, mix: Audio, *known: Audio) -> None:
        self.take(self.engine.process(AudioBlock(1, self.seq, self.sample, (mix, *known))))
        self.seq += 1
        self.sample += mix.shape[1]

    def finish(self) -> Audio:
        reply = self.engine.flush()
        assert reply.final
        self.take(reply)
        return np.concatenate(self.parts, axis=-1)


def run(engine: SyncEngine, mix: Audio, blocks: list[int]) -> Audio:
    feeder = Feeder(engine)
    at = 0
    for n in blocks:
        if at < mix.shape[1]:
            feeder.feed(mix[:, at : at + n])
            at += n
    if at < mix.shape[1]:
        feeder.feed(mix[:, at:])
    return feeder.finish()


@pytest.mark.parametrize("rate_hz", [44100, 48000, 32000])
def test_equals_the_engine_bit_for_bit(rate_hz: int) -> None:
    model, mix = tiny(conditional=True, couple=0.3), noise(5000)
    stream = Stream(model, stream_settings(model.spec, rate_hz, 2, steps=3, seed=9))
    wanted = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    engine = SyncEngine(1, model, plan(rate_hz, refine__steps=3, refine__seed=9))
    assert np.array_equal(run(engine, mix, [700, 1, 3000]), wanted)


def test_an_offline_stream_is_as_a_file_and_its_numbers_are_as_before(tmp_path: Path) -> None:
    """The music is mirrored at its ends, as `separate` does: within windows, nothing is later."""
    make_model(tmp_path / "curved.onnx", domain="stft", curved=True)
    model, mix = load_model(tmp_path / "curved.onnx"), noise(5000)
    chosen = stream_settings(model.spec, 44100, 2, preset="offline")
    engine = SyncEngine(1, model, replace(plan(), preset="offline"))
    streams = {one: Stream(model, replace(chosen, context=one)) for one in ("zeros", "reflect")}
    wanted = {
        name: np.concatenate([one.push(mix), one.flush()], axis=-1) for name, one in streams.items()
    }
    assert engine.info.latency_samples == streams["zeros"].latency_samples
    found = run(engine, mix, [700, 1, 3000])
    assert np.array_equal(found, wanted["reflect"])
    assert found.shape == wanted["zeros"].shape and not np.array_equal(found, wanted["zeros"])
    feeder, before = Feeder(engine), streams["zeros"]
    before.reset()
    for part in np.split(mix, 10, axis=-1):
        feeder.feed(part)
        assert feeder.parts[-1].shape == before.push(part).shape


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=12))
def test_any_blocks_give_the_same_samples(blocks: list[int]) -> None:
    mix = noise(2500)
    whole = run(SyncEngine(1, tiny(), plan()), mix, [2500])
    assert np.array_equal(run(SyncEngine(1, tiny(), plan()), mix, blocks), whole)


def test_a_flushed_stream_is_as_new() -> None:
    engine, mix = SyncEngine(1, tiny(), plan()), noise(1500)
    first = run(engine, mix, [400])
    assert np.array_equal(run(engine, mix, [333]), first)


def test_flush_of_nothing_is_nothing() -> None:
    assert SyncEngine(1, tiny(), plan()).flush().audio.shape == (5, 2, 0)


def test_positions_begin_where_the_client_says() -> None:
    feeder = Feeder(SyncEngine(1, tiny(), plan()), start=10_000)
    feeder.feed(noise(1000))
    assert feeder.finish().shape == (5, 2, 1000)


@pytest.mark.parametrize("make", [tiny, leaky_model])
def test_a_discontinuity_forgets_what_came_before(make: Callable[[], Model]) -> None:
    """Also what a method took from window to window."""
    model = make()
    engine, mix = SyncEngine(1, model, plan()), noise(1000)
    engine.process(AudioBlock(1, 0, 0, (noise(500, seed=3),)))
    reply = engine.process(AudioBlock(1, 7, 9000, (mix,), discontinuity=True))
    assert reply.start_sample == 9000
    audio = np.concatenate([reply.audio, engine.flush().audio], axis=-1)
    assert np.array_equal(audio, run(SyncEngine(1, model, plan()), mix, [1000]))


def test_known_stems_come_back_as_they_are() -> None:
    engine = SyncEngine(1, tiny(), plan(known=("drums", "kazoo")))
    mix, drums, kazoo = noise(900), noise(900, 1), noise(900, 2)
    feeder = Feeder(engine)
    feeder.feed(mix, drums, kazoo)
    out = dict(zip(engine.info.outputs, feeder.finish(), strict=True))
    assert np.array_equal(out["drums"], drums) and np.array_equal(out["kazoo"], kazoo)
    assert np.abs(sum(out.values()) - mix).max() < 1e-6
    with pytest.raises(BadChannels, match="the mix, drums, kazoo of 2"):
        feeder.feed(mix)


# A change of model or grid in mid-stream.


@pytest.mark.parametrize("at", [1, 60, 700, 1300])
@pytest.mark.parametrize(
    "values",
    [{}, {"block__hop": 64}, {"block__hop": 320}, {"block__lookahead": 0},
     {"block__window": 1024, "block__lookahead": 500}],
    ids=str,
)  # fmt: skip
def test_a_change_keeps_every_sample_and_the_sum(at: int, values: dict[str, Value]) -> None:
    engine, mix = SyncEngine(1, tiny(), plan()), noise(6000)
    feeder = Feeder(engine)
    feeder.feed(mix[:, :at])
    engine.change(tiny(gains=SWAPPED), plan(**values))
    for start in range(at, 6000, 450):
        feeder.feed(mix[:, start : start + min(450, 6000 - start)])
    out = feeder.finish()
    assert out.shape == (5, 2, 6000)
    assert np.abs(out.sum(axis=0) - mix).max() < 1e-6
    # Linear models: from the fade's end on, the stems are the new gains' exactly.
    for stem, gain in zip(out, SWAPPED, strict=False):
        assert np.abs(stem[:, at + 2000 :] - np.float32(gain) * mix[:, at + 2000 :]).max() < 1e-6
    for stem, gain in zip(out, GAINS, strict=False):
        first = max(0, at - 600)
        assert np.abs(stem[:, :first] - np.float32(gain) * mix[:, :first]).max(initial=0) < 1e-6


def test_a_change_has_no_step() -> None:
    engine = SyncEngine(1, tiny(gains=(0.9, 0.0, 0.0, 0.0)), plan())
    mix = np.ones((2, 8000), np.float32) * 0.5
    feeder = Feeder(engine)
    feeder.feed(mix[:, :4000])
    engine.change(tiny(gains=(0.1, 0.0, 0.0, 0.0)), plan())
    feeder.feed(mix[:, 4000:])
    drums = feeder.finish()[0, 0, 600:-600]
    assert drums[0] == pytest.approx(0.45) and drums[-1] == pytest.approx(0.05)
    assert np.abs(np.diff(drums)).max() < 0.01


def test_the_outputs_keep_their_names() -> None:
    engine = SyncEngine(1, tiny(), plan())
    other = tiny(stems=("drums", "voice", "other", "vocals"), name="other")
    info = engine.change(other, plan())
    assert info.outputs == ("drums", "bass", "other", "vocals", "residual")
    assert (info.folded, info.silent) == (("voice",), ("bass",))
    out = run(engine, noise(2000), [500])
    assert not out[1].any()
    assert np.abs(out.sum(axis=0) - noise(2000)).max() < 1e-6


def test_two_changes_in_a_row() -> None:
    engine, mix = SyncEngine(1, tiny(), plan()), noise(5000)
    feeder = Feeder(engine)
    feeder.feed(mix[:, :1000])
    engine.change(tiny(gains=SWAPPED), plan())
    engine.change(tiny(gains=GAINS[::-1]), plan())
    feeder.feed(mix[:, 1000:1100])
    engine.change(tiny(gains=SWAPPED), plan(block__hop=100))
    feeder.feed(mix[:, 1100:])
    out = feeder.finish()
    assert out.shape == (5, 2, 5000) and np.abs(out.sum(axis=0) - mix).max() < 1e-6


def test_a_change_before_anything_went_in_or_with_a_reset() -> None:
    engine, mix = SyncEngine(1, tiny(), plan()), noise(3000)
    engine.change(tiny(gains=SWAPPED), plan())
    whole = run(SyncEngine(1, tiny(gains=SWAPPED), plan()), mix, [500])
    assert np.array_equal(run(engine, mix, [500]), whole)
    engine.process(AudioBlock(1, 0, 0, (noise(700, 4),)))
    engine.change(tiny(), plan())
    engine.reset()
    assert np.array_equal(run(engine, mix, [500]), run(SyncEngine(1, tiny(), plan()), mix, [500]))


# What can change at once.


def test_gain_and_bypass() -> None:
    engine, mix = SyncEngine(1, tiny(), plan()), noise(6000)
    engine.adjust("stem/<name>/gain", "drums", -120.0)
    out = run(engine, mix, [500])
    assert not out[0, :, 3000:].any()
    assert np.abs(out[1] - np.float32(GAINS[1]) * mix).max() < 1e-6
    engine.adjust("bypass", "", 1)
    out = run(engine, mix, [500])
    assert not out[:-1, :, 3000:].any()
    assert np.abs(out[-1] - mix).max() < 1e-6


def test_steps_and_seed() -> None:
    model = tiny(conditional=True, couple=0.3)
    engine = SyncEngine(1, model, plan())
    assert engine.info.steps == model.spec.live.steps
    engine.adjust("refine/steps", "", 5)
    engine.adjust("refine/seed", "", 11)
    assert (engine.info.steps, engine.info.seed) == (5, 11)
    mix = noise(2000)
    fresh = SyncEngine(1, model, plan(refine__steps=5, refine__seed=11))
    assert np.array_equal(run(engine, mix, [300]), run(fresh, mix, [300]))
    engine.adjust("refine/steps", "", 0)
    assert engine.info.steps == model.spec.live.steps


def test_health_counts_and_meters() -> None:
    engine = SyncEngine(1, tiny(), plan())
    mix = noise(4000)
    mix[0, 100] = np.nan
    run(engine, mix, [1000])
    health = engine.health()
    assert health.windows >= 31 and health.nonfinite_samples == 1 and health.load > 0
    assert [one.name for one in health.levels] == list(engine.info.outputs)
    assert -40 < health.levels[0].rms_db < health.levels[0].peak_db < 0


def test_a_stopped_engine_takes_nothing() -> None:
    engine = SyncEngine(1, tiny(), plan())
    engine.stop()
    with pytest.raises(Stopped):
        engine.process(AudioBlock(1, 0, 0, (noise(10),)))


def test_residual_goes_where_it_is_wanted() -> None:
    model = tiny(residual_to="other")
    assert SyncEngine(1, model, plan()).info.residual_to == "other"
    assert SyncEngine(1, model, plan(residual__to="residual")).info.residual_to == ""
    assert SyncEngine(1, model, plan(residual__to="bass")).info.residual_to == "bass"
    known = replace(plan(), known=("other",))
    assert SyncEngine(1, model, known).info.residual_to == ""


def test_bypass_is_on_the_residual_wherever_that_goes_else() -> None:
    engine, mix = SyncEngine(1, tiny(), plan(residual__to="drums")), noise(6000)
    engine.adjust("bypass", "", 1)
    out = run(engine, mix, [500])
    assert not out[:-1].any()
    assert np.abs(out[-1] - mix).max() < 1e-6
