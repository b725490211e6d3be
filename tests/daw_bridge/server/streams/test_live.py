"""A LiveStream behind the server's interface."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadChannels, BadValue, UnknownRequest
from daw_bridge.server.streams.live import LARGEST_BLOCK, LiveEngine
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import SettingsError
from tests.rigs.hand_port import hand_port
from tests.rigs.live import noise, tiny
from tests.rigs.plans import live_plan as plan
from tests.rigs.server import serving
from tests.rigs.tiny_models import GAINS, LIVE, TIGHT, make_model


def block_of(
    samples: int = 256, signals: int = 1, start: int = 0, jump: bool = False
) -> AudioBlock:
    parts = tuple(noise(samples, seed) for seed in range(signals))
    return AudioBlock(1, 0, start, parts, jump)


def test_info_says_what_runs() -> None:
    engine = LiveEngine(1, tiny(), plan(), 0.7)
    try:
        assert engine.info.mode == "live" and engine.info.steps == 0
        assert engine.info.latency_samples == engine.live.latency_samples
    finally:
        engine.stop()
    engine = LiveEngine(1, tiny(), plan(refine__steps=3), 0.7)
    engine.stop()
    assert engine.info.steps == 3


def test_blocks_go_out_at_the_declared_delay() -> None:
    engine = LiveEngine(1, tiny(), plan(known=("kazoo",)), 0.7)
    try:
        reply = engine.process(block_of(signals=2, start=5000))
        assert reply.start_sample == 5000 - engine.info.latency_samples
        assert reply.audio.shape == (len(engine.info.outputs), 2, 256)
        assert reply.outputs[-2:] == ("kazoo", "residual")
    finally:
        engine.stop()


def test_blocks_that_come_faster_than_the_audio_say_what_was_late() -> None:
    engine = LiveEngine(1, tiny(), plan(), 0.7)
    engine.live.control.stop()  # a worker that is as late as can be
    try:
        late = [engine.process(block_of(start=256 * k)).late_samples for k in range(20)]
        assert late[0] == 0 and late[-1] == 256
        assert sum(late) == engine.live.control.counters.late_samples
    finally:
        engine.stop()


def test_the_same_plan_and_model_again_change_nothing() -> None:
    engine = LiveEngine(1, tiny(), plan(), 0.7)
    try:
        running = engine.live.control._newest
        assert engine.change(engine._model, plan()) == engine.info
        assert engine.live.control._newest is running
        assert engine.change(engine._model, plan(block__hop=64)).pinned == ("block/hop",)
        assert engine.live.control._newest is not running
    finally:
        engine.stop()


@pytest.mark.parametrize(
    ("block", "error"),
    [(block_of(255), BadValue), (block_of(signals=2), BadChannels)],
    ids=["length", "signals"],
)
def test_wrong_blocks(block: AudioBlock, error: type[Exception]) -> None:
    engine = LiveEngine(1, tiny(), plan(), 0.7)
    try:
        with pytest.raises(error):
            engine.process(block)
        with pytest.raises(UnknownRequest):
            engine.flush()
    finally:
        engine.stop()


def test_varying_blocks_have_a_limit() -> None:
    engine = LiveEngine(1, tiny(), plan(block=0), 0.7)
    try:
        for samples in (1, 77, LARGEST_BLOCK):
            assert engine.process(block_of(samples)).audio.shape[-1] == samples
        with pytest.raises(BadValue, match=f"at most {LARGEST_BLOCK}"):
            engine.process(block_of(LARGEST_BLOCK + 1))
    finally:
        engine.stop()


def test_adjustments_reach_the_stream() -> None:
    engine = LiveEngine(1, tiny(conditional=True), plan(), 0.7)
    try:
        engine.adjust("refine/steps", "", 4)
        assert engine.adjust("refine/seed", "", 9) == engine.info
        assert (engine.live.control.steps, engine.live.control.settings.seed) == (4, 9)
        assert (engine.info.steps, engine.info.seed) == (4, 9)
        assert engine.adjust("stem/<name>/mute", "drums", 1) is None
        engine.process(block_of())
        assert [one.name for one in engine.health().levels] == list(engine.info.outputs)
    finally:
        engine.stop()


def test_a_change_is_described_and_a_bad_one_leaves_all() -> None:
    engine = LiveEngine(1, tiny(), plan(), 0.7)
    try:
        with pytest.raises(SettingsError):
            engine.change(tiny(), plan(block__hop=100_000))
        assert engine.info.model == "tiny"
        info = engine.change(
            tiny(name="other", stems=("drums", "voice", "other", "vocals")), plan()
        )
        assert (info.model, info.folded, info.silent) == ("other", ("voice",), ("bass",))
        assert info.outputs == ("drums", "bass", "other", "vocals", "residual")
    finally:
        engine.stop()


# `--io`, with an audio port that is turned by hand.


def test_a_device_is_stream_1(tmp_path: Path) -> None:
    model = tmp_path / "wide.onnx"
    make_model(model, live=replace(tiny().spec.live, window_samples=8192, hop_samples=4096))
    with (
        hand_port() as port,
        serving(io="device", model=str(model)) as running,
        running.osc() as end,
    ):
        assert port.running and running.ready.audio == "turned by hand"
        (info,) = running.ready.streams
        assert info.stream == 1 and info.latency_samples == port.live.latency_samples
        end.send("/dawbridge/notify", 1)
        assert end.wait("/dawbridge/latency")[0] == info.latency_samples
        end.send("/dawbridge/stem/drums/mute", 1)
        end.settle()
        assert end.ask("/dawbridge/stem/drums/mute") == (1,)
        mix = np.ones((2, 256), np.float32) * 0.1
        out = np.empty((5, 2, 256), np.float32)
        live = port.live
        while live.control.counters.windows < 3 or live.control.counters.blocks < 60:
            live.process(mix, out)
            time.sleep(256 / 44100)
        assert not out[0].any()
        count = live.control.counters
        late = count.late_blocks or count.skipped_windows  # then the mix is on the residual
        assert late or abs(float(out[1, 0, -1]) - GAINS[1] * 0.1) < 1e-6
        with running.client() as client, client.stream(44100, 2) as stream:
            assert stream.info.stream == 2
        with running.dealer() as other:
            assert other.ask("close", stream=1)["code"] == "not_allowed"
    assert not port.running


def test_presets_change_while_it_runs() -> None:
    engine = LiveEngine(1, tiny(tight=TIGHT), plan(), 0.7)
    try:
        before = engine.info
        assert before.hop_samples == LIVE.hop_samples
        info = engine.change(tiny(tight=TIGHT), plan(block__preset="tight"))
        assert (info.window_samples, info.hop_samples) == (TIGHT.window_samples, TIGHT.hop_samples)
        assert engine.info.latency_samples < before.latency_samples
        mixed = engine.change(tiny(tight=TIGHT), plan(block__preset="tight", block__hop=128))
        assert (mixed.window_samples, mixed.hop_samples) == (TIGHT.window_samples, 128)
        with pytest.raises(SettingsError, match="'quality' for model tiny"):
            engine.change(tiny(tight=TIGHT), plan(block__preset="quality"))
        assert engine.info == mixed
    finally:
        engine.stop()
