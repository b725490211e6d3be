"""Windows at a remote engine: the bits of a model that is loaded here, whatever its method."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import Cancelled, WrongEngine
from daw_bridge.remote import window_form
from daw_bridge.remote.load import load_model
from daw_bridge.remote.serving.engine import EngineServer
from engines.load import Model
from engines.load import load_model as load_here
from engines.making import make_stream
from engines.stream import StreamSettings, stream_settings
from engines.tagging import listening, tagged
from engines.types import Audio
from engines.window import Control
from tests.rigs.stream_tools import noise
from tests.rigs.window_tools import window


def separated(model: Model, mix: Audio, preset: str = "offline", **changes: object) -> Audio:
    spec = model.spec
    settings = replace(stream_settings(spec, spec.rate_hz, spec.channels, preset=preset), **changes)
    return pushed(model, settings, mix)


def pushed(model: Model, settings: StreamSettings, mix: Audio) -> Audio:
    stream = make_stream(model, settings)
    known = {name: (0.1 + k) * 0.3 * mix for k, name in enumerate(settings.known)}
    return np.concatenate([stream.push(mix, known), stream.flush()], axis=-1)


CASES = [
    ("plain", {}), ("plain", {"known": ("drums", "bass")}), ("plain", {"batch": 3}),
    ("masks", {"preset": "balanced"}), ("gibbs", {"steps": 5, "seed": 7, "preset": "balanced"}),
    ("gibbs", {"steps": 3, "known": ("vocals",)}), ("late", {"preset": "balanced"}),
    ("frames", {}), ("frames", {"preset": "balanced"}), ("sampled", {"steps": 40}),
    ("spleeter", {}),
]  # fmt: skip
SLOW = ("late", "frames", "sampled")


@pytest.mark.parametrize(("kind", "changes"), CASES, ids=[f"{k}-{c}" for k, c in CASES])
def test_the_bits_of_a_model_here(
    kind: str, changes: dict[str, object], models: dict[str, Path], device: str
) -> None:
    here, there = load_here(models[kind]), load_model(models[kind], device)
    assert isinstance(there.method, window_form.WindowForm)
    mix = noise(here.spec.channels, 1500 if kind in SLOW else 5000)
    wanted = separated(here, mix, **changes)
    assert np.abs(wanted[:-1]).max() > 0.01
    assert np.array_equal(separated(there, mix, **changes), wanted)


def test_models_that_are_asked_for_tags(models: dict[str, Path], device: str) -> None:
    mix = noise(2, 4000)
    for kind, asked, tags in (
        ("query", tagged, "violin,strings"), ("query", listening, "violin+flute"),
        ("steered", tagged, "Loud"),
    ):  # fmt: skip
        one = mix[: load_here(models[kind]).spec.channels]
        wanted = separated(asked(load_here(models[kind]), tags), one)
        assert np.array_equal(separated(asked(load_model(models[kind], device), tags), one), wanted)


def test_of_a_model_of_several_files_those_stems_that_are_asked_for(
    models: dict[str, Path], device: str
) -> None:
    path = models["spleeter"]
    stem = load_here(path).spec.stems[0]
    here, there = load_here(path, stems=(stem,)), load_model(path, device, stems=(stem,))
    mix = noise(here.spec.channels, 5000)
    assert np.array_equal(separated(there, mix), separated(here, mix))


def test_several_streams_at_once_get_their_own_windows(
    models: dict[str, Path], device: str
) -> None:
    here, there = load_here(models["gibbs"]), load_model(models["gibbs"], device)
    mixes = [noise(2, 3000, seed) for seed in range(4)]
    found: dict[int, Audio] = {}
    threads = [
        threading.Thread(target=lambda k=k: found.update({k: separated(there, mixes[k], steps=2)}))
        for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, mix in enumerate(mixes):
        assert np.array_equal(found[k], separated(here, mix, steps=2))


def test_what_a_tagger_hears_comes_back(models: dict[str, Path], device: str) -> None:
    streams = []
    for model in (load_here(models["steered"]), load_model(models["steered"], device)):
        model = tagged(model, "Loud")
        stream = make_stream(model, stream_settings(model.spec, 8000, 1, preset="offline"))
        stream.push(noise(1, 1000))
        streams.append(stream.stats)
    assert streams[0] == streams[1] and streams[0].heard[0] > 0


def test_windows_that_are_large_together_go_one_by_one(
    models: dict[str, Path], device: str, engine: EngineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(models["gibbs"], device)
    windows = [window(index=k) for k in range(6)]
    wanted = load_here(models["gibbs"]).method.run(windows, Control(2))
    size = max(windows[0].mix.nbytes, windows[0].known.nbytes)
    for most, calls in ((window_form.MOST_BYTES, 1), (2 * size, 3), (1, 6)):
        monkeypatch.setattr(window_form, "MOST_BYTES", most)
        before = engine.servicer.calls
        found = model.method.run(windows, Control(2))
        assert engine.servicer.calls == before + calls
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(one.stems, other.stems, atol=1e-6)


def test_a_job_that_is_cancelled_ends_a_call_that_waits(
    models: dict[str, Path], device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(models["plain"], device)
    assert isinstance(model.method, window_form.WindowForm)
    connection = model.method._connection
    monkeypatch.setattr(connection, "infer", lambda request, read, keep_on: keep_on())
    with pytest.raises(Cancelled):
        model.method.run([window()], Control(1, proceed=lambda done, steps: False))


def test_a_call_for_other_files_is_refused(models: dict[str, Path], device: str) -> None:
    model = load_model(models["plain"], device)
    assert isinstance(model.method, window_form.WindowForm)
    model.method._parameters["daw_bridge.digest"] = "of another file"
    with pytest.raises(WrongEngine, match="another plain"):
        model.method.run([window()], Control(1))
