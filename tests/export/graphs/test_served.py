"""Every family's exported file, by name: live streaming and files through a real server.

The wanted samples come from the engine in one piece: whatever the server cuts, mixes up or loses
between its sockets and the engine shows here, for every family, with conditioning and without.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli import main
from daw_bridge.client.stream import join
from engines.load import FOLDERS, load_model
from engines.stream import Stream, stream_settings
from engines.types import Audio
from export.nets.nade import StftDomain
from tests.rigs.export.networks import CONFIGS, RATE_HZ, Tiny, both
from tests.rigs.server import serving
from tests.rigs.sounds import load, save

WAVEFORM = ("nade_demucs",)
FORMS = [(family, conditional, "beside") for family in sorted(CONFIGS) for conditional in (0, 1)]
FORMS += [(family, 1, "inside") for family in sorted(CONFIGS) if family not in WAVEFORM]


def noise(samples: int) -> Audio:
    return np.random.default_rng(samples).standard_normal((2, samples), np.float32) / 8


@pytest.fixture(params=FORMS, ids=["-".join(map(str, form)) for form in FORMS])
def folder(
    request: pytest.FixtureRequest,
    make_tiny: Callable[..., Tiny],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder of models, known to daw-bridge, with one file in it: `served.onnx`."""
    family, conditional, place = request.param
    made = make_tiny(family, bool(conditional))
    assert isinstance(made.network.domain, StftDomain) == (family not in WAVEFORM)
    path = made.path if place == "beside" else both(made, tmp_path)[1]
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(path, models / "served.onnx")
    monkeypatch.setenv(FOLDERS, str(models))
    return models


@pytest.mark.usefixtures("folder")
def test_live_blocks_equal_the_engine_in_one_piece() -> None:
    mix = noise(2900)
    model = load_model("served")
    stream = Stream(model, stream_settings(model.spec, rate_hz=RATE_HZ, channels=2))
    wanted = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    blocks = np.split(mix, range(177, mix.shape[1], 177), axis=1)
    with (
        serving(model="served", threads=1) as running,
        running.client() as client,
        client.stream(RATE_HZ, channels=2) as over,
    ):
        parts = [over.process(block) for block in blocks]
        parts.append(over.flush())
    found = join(parts).audio
    np.testing.assert_array_equal(found, wanted)
    assert np.abs(found).max() > 0


@pytest.mark.usefixtures("folder")
def test_separate_writes_what_the_engine_gives(tmp_path: Path) -> None:
    save(tmp_path / "song.wav", noise(4000), RATE_HZ)
    mix = load(tmp_path / "song.wav")
    model = load_model("served")
    settings = stream_settings(model.spec, rate_hz=RATE_HZ, channels=2, preset="offline")
    stream = Stream(model, replace(settings, context="reflect"))  # what files hear at their ends
    wanted = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    options = ["--model", "served", "--device", "cpu", "--threads", "1"]
    options += ["--output", str(tmp_path / "stems")]
    assert main(["separate", str(tmp_path / "song.wav"), *options]) == 0
    for name, stem in zip(stream.outputs, wanted, strict=True):
        (path,) = (tmp_path / "stems").rglob(f"{name}.wav")
        np.testing.assert_array_equal(load(path), stem)
