"""A denoiser's checkpoint as a model file: parity, refusals, and separated by the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from engines.load import load_model
from engines.settings import stream_settings
from export.__main__ import main
from export.common.errors import UsageError
from export.graphs.denoiser import DenoiserOptions, sizes_of, to_diffusion
from export.graphs.separation import separate
from export.graphs.to_onnx import to_onnx
from export.nets import checkpoint
from tests.rigs.export.denoisers import SIZES, STEMS, Songs
from tests.rigs.export.denoisers import write_checkpoint as write_denoiser
from tests.rigs.export.networks import write_checkpoint


@pytest.fixture(scope="module", params=sorted(SIZES))
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A checkpoint of a tiny network with the spectra of its songs, one step old."""
    folder = tmp_path_factory.mktemp("gmsdi")
    write_denoiser(folder / "last.pt", request.param)
    command = ["diffusion", str(folder / "last.pt"), "-o", str(folder / "gmsdi.onnx")]
    assert main([*command, "--seconds", "0.128", "--lowest", "0.01", "--steps", "20"]) == 0
    return folder


def test_the_file_says_how_it_is_sampled_and_holds_its_spectra(made: Path) -> None:
    spec, graph = load_model(made / "gmsdi.onnx").spec, onnx.load(made / "gmsdi.onnx")
    assert (spec.method, spec.stems, spec.level_db) == ("diffusion", STEMS, -14.0)
    assert spec.diffusion is not None and spec.published is not None
    assert spec.published.system == "GMSDI" and "labels" in spec.published.scaled_down
    assert (spec.diffusion.constrained, spec.diffusion.told) == ("drums", "own")
    assert (spec.diffusion.lowest, spec.offline.steps) == (0.01, 20)
    assert spec.offline.window_samples == 2048 == sizes_of(spec)[-1].time
    held = {one.name: numpy_helper.to_array(one) for one in graph.graph.initializer}
    state = checkpoint.load(made / "last.pt")["ema"]["core.gains.spectra"]
    np.testing.assert_array_equal(held["gains.spectra"], state.numpy())
    assert not any(node.doc_string for node in graph.graph.node)


def test_the_engine_separates_with_it(made: Path) -> None:
    model, stems = load_model(made / "gmsdi.onnx"), Songs().batch(0)[0]
    found = separate(model, stems.sum(0), stream_settings(model.spec, 16000, 1, preset="offline"))
    np.testing.assert_allclose(found[:-1].sum(0), stems.sum(0), atol=1e-4)
    even = np.square(0.2 * stems.sum(0) - stems).mean()
    assert np.square(found[:-1] - stems).mean() < 0.5 * even


@pytest.mark.parametrize("made", ["diffusion_unet"], indirect=True)
def test_what_cannot_be_is_refused(made: Path, tmp_path: Path) -> None:
    output, options = tmp_path / "x.onnx", DenoiserOptions(seconds=0.1)
    with pytest.raises(UsageError, match=r"ending in \.onnx"):
        to_diffusion(made / "last.pt", tmp_path / "x", options)
    with pytest.raises(UsageError, match="a denoiser"):
        to_diffusion(write_checkpoint(tmp_path / "c.pt", "m_unet"), output, options)
    with pytest.raises(UsageError, match="export diffusion"):
        to_onnx(made / "last.pt", output)
    command = ["diffusion", str(made / "last.pt"), "-o", str(output)]
    assert main([*command, "--steps", "4"]) == 1  # it would diverge
    assert main([*command, "--use", "guesswork"]) == 1
    assert not output.exists()
