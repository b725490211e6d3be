"""A network that listens to tags becomes a model file, and the file a separator by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.load import load_model
from engines.stream import stream_settings
from engines.tagging import tagged
from export.common.errors import UsageError
from export.common.tags import COVERS, NAMES
from export.graphs import to_onnx
from export.graphs.separation import separate
from export.nets import checkpoint, families
from export.nets.nade import Nade
from tests.rigs.export.networks import set_weights

SMALL = {"fft_samples": 256, "hop_samples": 64, "widths": [4, 6], "lstm_hidden": 8, "tag_width": 8,
         "bands": [[1, 15], [7, 16], [2, 1]]}  # fmt: skip
GRID = {"window_samples": 1024, "hop_samples": 256, "lookahead_samples": 128,
        "crossfade_samples": 32}  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = Nade("query_unet", families.config_from("query_unet", SMALL))
    set_weights(network)
    state = {"description": checkpoint.describe(network, ("query",), 8000), "step": 1}
    path = tmp_path_factory.mktemp("query") / "last.pt"
    checkpoint.save(path, state | {"ema": network.state_dict(), "model": network.state_dict()})
    return path


def test_the_file_is_asked_for_tags(saved: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "query.onnx"
    presets = dict.fromkeys(("live", "offline", "tight", "quality"), GRID)
    to_onnx.to_onnx(saved, out, to_onnx.ToOnnxOptions(presets=presets, golden=True))
    assert "largest difference" in capsys.readouterr().out
    model = load_model(out)
    assert model.spec.method == "query" and model.spec.stems == ("query",)
    assert model.spec.query is not None
    assert (model.spec.query.tags, model.spec.query.covers) == (NAMES, COVERS)
    asked = tagged(model, "strings,violin,flute")
    mix = np.random.default_rng(1).standard_normal((2, 3000), np.float32)
    found = separate(asked, mix, stream_settings(asked.spec, 8000, 2))
    np.testing.assert_allclose(found.sum(0), mix, atol=1e-5)
    assert np.abs(found[0] - found[2]).max() > 1e-3, "a tag changes nothing"


def test_what_it_cannot_be(saved: Path, tmp_path: Path) -> None:
    for options in ({"loop": True}, {"stft": "inside"}, {"variant": "int8-lstm"}):
        with pytest.raises(UsageError, match="leave it out"):
            to_onnx.to_onnx(saved, tmp_path / "x.onnx", to_onnx.ToOnnxOptions(**options))
    assert not list(tmp_path.iterdir())
