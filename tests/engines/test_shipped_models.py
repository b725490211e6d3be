"""The models in engines/models on music: seams, the sum, levels, streaming equal to offline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

import daw_bridge
import engines
from engines.load import Model, load_model
from engines.stream import Stream, stream_settings
from engines.tagging import tagged
from tests.rigs.seams import seams_db

SONG = Path(daw_bridge.__file__).parent / "demo" / "song.ogg"
SECONDS = 8
HEARD = "drums,vocals"  # each is a pass of the network
SHIPPED = sorted(path.stem for path in (Path(engines.__file__).parent / "models").glob("*.onnx"))


@pytest.fixture(scope="module", params=SHIPPED)
def model(request: pytest.FixtureRequest) -> Model:
    """One that listens to tags, asked for what is in the song."""
    loaded = load_model(request.param, device="cpu", threads=1)
    return tagged(loaded, HEARD) if loaded.spec.query is not None else loaded


@pytest.fixture(scope="module")
def mix() -> NDArray[np.float32]:
    audio, rate_hz = soundfile.read(SONG, dtype="float32", always_2d=True)
    return np.ascontiguousarray(audio[: SECONDS * rate_hz].T)


@pytest.fixture(scope="module")
def live(model: Model, mix: NDArray[np.float32]) -> NDArray[np.float32]:
    stream = Stream(model, stream_settings(model.spec, rate_hz=44100, channels=2))
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


def test_the_default_model_is_shipped() -> None:
    assert "song" in SHIPPED


def test_outputs_sum_to_the_mix(live: NDArray[np.float32], mix: NDArray[np.float32]) -> None:
    assert live.shape[-1] == mix.shape[-1]
    assert 20 * np.log10(np.abs(live.sum(axis=0) - mix).max() + 1e-12) < -100


def test_every_stem_has_something_and_none_has_all(
    live: NDArray[np.float32], mix: NDArray[np.float32]
) -> None:
    energies = (live[:-1] ** 2).sum(axis=(1, 2)) / (mix**2).sum()
    assert (energies > 0.001).all()
    assert (energies < 0.9).all()


@pytest.mark.parametrize("level_db", [-40.0, 12.0])
def test_stems_do_not_depend_on_the_level(
    model: Model, live: NDArray[np.float32], mix: NDArray[np.float32], level_db: float
) -> None:
    """`python -m export level MODEL --songs DIR --check` measures the same on whole songs."""
    gain = np.float32(10 ** (level_db / 20))
    stream = Stream(model, stream_settings(model.spec, rate_hz=44100, channels=2))
    found = stream.push(mix[:, :66150] * gain) / gain
    usual = live[..., : found.shape[-1]]
    assert found.shape[-1] > 44100
    changed = ((found - usual) ** 2).sum(axis=(1, 2)) / (usual**2).sum(axis=(1, 2))
    assert 10 * np.log10(changed.max()) < -60


def test_no_seam_at_hop_boundaries(model: Model, mix: NDArray[np.float32]) -> None:
    presets = [name for name in model.spec.presets if name != "offline"]
    others = [one.preset for one in model.spec.elsewhere]  # which are shipped models, too
    assert sorted(presets + others) == ["balanced", "quality", "tight"]
    for preset in presets:
        settings = stream_settings(model.spec, rate_hz=44100, channels=2, preset=preset)
        assert np.abs(seams_db(model, settings, mix[:, :220500])).max() < 1.0, preset


def test_blocks_of_512_equal_one_push(
    model: Model, live: NDArray[np.float32], mix: NDArray[np.float32]
) -> None:
    stream = Stream(model, stream_settings(model.spec, rate_hz=44100, channels=2))
    pieces = [stream.push(mix[:, first : first + 512]) for first in range(0, mix.shape[-1], 512)]
    pieces.append(stream.flush())
    np.testing.assert_array_equal(np.concatenate(pieces, axis=-1), live)
