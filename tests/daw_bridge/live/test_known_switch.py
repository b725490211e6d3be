"""Known stems switched on and off in mid-stream: no click, no hole, and the sum stays the mix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from daw_bridge.errors import BadValue
from daw_bridge.live.stream import LiveStream
from daw_bridge.live.swap_fade import SWAP_FADE_SAMPLES
from daw_bridge.server.session.events import Changed, ChangeStream
from daw_bridge.server.streams.sync import SyncEngine
from daw_bridge.settings.parameters import Value
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.types import Audio
from tests.rigs.live import delayed, noise, settings_of, tiny
from tests.rigs.plans import sync_plan as plan
from tests.rigs.server import serving
from tests.rigs.session import Rig, only
from tests.rigs.tiny_models import GAINS

ROUTED = ("drums", "kazoo")
BLOCK = 64


def served(live: LiveStream, mix: Audio, known: Audio, start: int, stop: int) -> Audio:
    """(outputs, channels, stop - start): so much of the song, the worker always in time."""
    out = np.zeros((len(live.outputs), 2, stop - start), np.float32)
    for at in range(start, stop, BLOCK):
        part = slice(at, at + BLOCK)
        live.process(mix[:, part], out[..., at - start : at - start + BLOCK], known[..., part])
        while live.control.step():
            pass
    return out


def test_a_live_stream_goes_over_and_back_and_always_sums_to_the_mix() -> None:
    model = tiny()
    every = settings_of(model, known=ROUTED)
    live = LiveStream(model, every, BLOCK)
    mix, known = noise(24_000), np.stack([noise(24_000, 1), noise(24_000, 2)])
    drums, kazoo = (delayed(one, live.latency_samples) for one in known)
    whole = delayed(mix, live.latency_samples)
    outs = [served(live, mix, known, 0, 8000)]
    live.control.swap(model, replace(every, known=("kazoo",)))
    outs.append(served(live, mix, known, 8000, 16_000))
    live.control.swap(model, every)
    outs.append(served(live, mix, known, 16_000, 24_000))
    out = np.concatenate(outs, axis=-1)
    assert np.abs(out.sum(axis=0) - whole).max() < 1e-6
    assert np.array_equal(out[4], kazoo)  # what stays on is untouched through both changes
    on, off = slice(2000, 8000), slice(8000 + 3000, 16_000)
    assert np.array_equal(out[0][:, on], drums[:, on])
    guess = np.float32(GAINS[0]) * (whole - kazoo)
    np.testing.assert_allclose(out[0][:, off], guess[:, off], atol=1e-6)
    assert np.array_equal(out[0][:, 16_000 + 3000 :], drums[:, 16_000 + 3000 :])


def test_the_change_is_a_crossfade() -> None:
    """Constant signals: an output moves by no more than a crossfade's steepest step."""
    model = tiny()
    every = settings_of(model, known=("drums",))
    live = LiveStream(model, every, BLOCK)
    mix, known = np.full((2, 16_000), 0.5, np.float32), np.full((1, 2, 16_000), 0.3, np.float32)
    before = served(live, mix, known, 0, 8000)
    live.control.swap(model, replace(every, known=()))
    after = served(live, mix, known, 8000, 16_000)
    drums = np.concatenate([before, after], axis=-1)[0, 0, 4000:]
    assert drums[0] == np.float32(0.3) and drums[-1] == pytest.approx(GAINS[0] * 0.5)
    assert np.abs(np.diff(drums)).max() < 2 * 0.3 * np.pi / SWAP_FADE_SAMPLES


def test_stems_that_are_not_routed_in_are_refused() -> None:
    model = tiny()
    live = LiveStream(model, settings_of(model, known=("drums",)), BLOCK)
    with pytest.raises(BadValue, match="bass"):
        live.control.swap(model, settings_of(model, known=("drums", "bass")))


def test_a_lossless_stream_goes_over_and_back() -> None:
    chosen = plan(known=ROUTED)
    engine = SyncEngine(1, tiny(), chosen)
    mix, drums, kazoo = noise(9000), noise(9000, 1), noise(9000, 2)
    parts = []
    for number, start in enumerate(range(0, 9000, 500)):
        if start in (3000, 6000):
            switched = {"stem/drums/known": int(start == 6000)}
            assert engine.change(tiny(), chosen.changed(switched)).known == ROUTED
        signals = tuple(one[:, start : start + 500] for one in (mix, drums, kazoo))
        parts.append(engine.process(AudioBlock(1, number, start, signals)).audio)
    out = np.concatenate([*parts, engine.flush().audio], axis=-1)
    assert np.abs(out.sum(axis=0) - mix).max() < 1e-6
    assert np.array_equal(out[4], kazoo)
    guess = np.float32(GAINS[0]) * (mix - kazoo)
    np.testing.assert_allclose(out[0][:, 4500:5500], guess[:, 4500:5500], atol=1e-6)
    for on in (slice(0, 2000), slice(7500, 9000)):
        assert np.array_equal(out[0][:, on], drums[:, on])


def known(rig: Rig, stem: str) -> Value:
    return rig.get(f"stem/{stem}/known")


def test_the_session_makes_a_change_of_it() -> None:
    rig = Rig()
    made = rig.open(known=("drums",))
    assert known(rig, "drums") == 1 and known(rig, "residual") == 0
    (change,) = only(rig.set(stem__drums__known=0), ChangeStream)
    assert change.plan.known == ("drums",) and change.plan.conditions == ()
    assert known(rig, "drums") == 1  # until it is done
    rig.do(Changed(change.ticket, made))
    assert known(rig, "drums") == 0


def test_over_a_server() -> None:
    mix, drums = noise(6000), noise(6000, 1)
    with (
        serving() as running,
        running.client() as client,
        client.stream(44100, 2, known=("drums",), mode="sync") as stream,
    ):
        first = stream.process(mix, {"drums": drums}).audio
        assert client.get("stem/drums/known") == {"stem/drums/known": 1}
        assert client.set({"stem/drums/known": 0}) == {"stem/drums/known": 0}
        assert client.get("stem/drums/known") == {"stem/drums/known": 0}
        rest = [stream.process(mix, {"drums": drums}).audio for _ in range(2)]
        out = np.concatenate([first, *rest, stream.flush().audio], axis=-1)
    assert np.array_equal(out[0][:, :5000], drums[:, :5000])
    last = np.float32(GAINS[0]) * mix
    np.testing.assert_allclose(out[0][:, -5000:], last[:, -5000:], atol=1e-6)
