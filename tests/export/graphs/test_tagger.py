"""Taggers as ONNX graphs: parity, refusals, and the published ones where they are there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from engines.ort import open_session
from export.__main__ import main
from export.common.errors import FileRefused
from export.graphs import tagger as graphs
from export.graphs.errors import ParityError, WeightsRefused
from export.nets.taggers import UnknownTagger, fcn, heard, musicnn
from export.nets.taggers.mel import mel_bands
from export.nets.taggers.tags import MTAT
from tests.rigs.export.networks import set_weights
from tests.rigs.published import published_tagger

SMALL_FCN = fcn.Config((2, 3, 2, 3, 2), samples=330_000)
SMALL = musicnn.Config(2, 2, 3, 4, samples=4000)


def tiny(folder: Path, config: fcn.Config | musicnn.Config = SMALL) -> Path:
    """Seeded weights as they would be published."""
    network = (fcn if isinstance(config, fcn.Config) else musicnn).build(config)
    bands = network.spec.mel_scale.fb.clone(), network.spec.spectrogram.window.clone()
    set_weights(network)
    network.spec.mel_scale.fb.copy_(bands[0])
    network.spec.spectrogram.window.copy_(bands[1])
    torch.save(network.state_dict(), folder / "weights.pth")
    return folder / "weights.pth"


@pytest.mark.parametrize(("name", "config"), [("mtat_fcn", SMALL_FCN), ("jamendo_musicnn", SMALL)])
def test_the_graph_computes_what_the_network_does(
    name: str, config: fcn.Config | musicnn.Config, tmp_path: Path
) -> None:
    tagger = graphs.load_tagger(name, tiny(tmp_path, config), config.samples)
    found = graphs.write_tagger(tagger, tmp_path / "t.onnx")
    assert 0 < found < 1e-5
    about = json.loads(
        {p.key: p.value for p in onnx.load(tmp_path / "t.onnx").metadata_props}[graphs.TAGGER_KEY]
    )
    assert about["samples"] == config.samples and len(about["tags"]) == 50


def test_a_graph_above_the_limit_is_not_written(tmp_path: Path) -> None:
    tagger = graphs.load_tagger("mtat_musicnn", tiny(tmp_path), SMALL.samples)
    with pytest.raises(ParityError, match="mtat_musicnn"):
        graphs.write_tagger(tagger, tmp_path / "t.onnx", tolerance=1e-12)
    assert not (tmp_path / "t.onnx").exists()


def test_the_command_prints_the_parity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights, out = str(tiny(tmp_path)), str(tmp_path / "t.onnx")
    assert main(["tagger", "mtat_musicnn", weights, "-o", out, "--samples", "4000"]) == 0
    printed = capsys.readouterr().out
    assert "largest difference: " in printed and "50 tags, 4000 samples" in printed


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    weights = tiny(tmp_path)
    with pytest.raises(UnknownTagger, match=r"mtat_fcn, mtat_musicnn, .*shares"):
        graphs.load_tagger("msd_fcn", weights)
    with pytest.raises(WeightsRefused, match="those of fcn"):
        graphs.load_tagger("mtat_fcn", weights)
    with pytest.raises(FileRefused, match="no file"):
        graphs.load_tagger("mtat_fcn", tmp_path / "none.pth")
    state = torch.load(weights, weights_only=True)
    torch.save(state | {"dense1.weight": torch.zeros(4, 9)}, tmp_path / "other.pth")
    with pytest.raises(WeightsRefused, match=r"dense1\.weight"):
        graphs.load_tagger("mtat_musicnn", tmp_path / "other.pth", 4000)
    fewer = {"dense2.weight": torch.zeros(9, 4), "dense2.bias": torch.zeros(9)}
    torch.save(state | fewer, tmp_path / "fewer.pth")
    with pytest.raises(WeightsRefused, match="9 tags; expected the 50 of mtat"):
        graphs.load_tagger("mtat_musicnn", tmp_path / "fewer.pth", 4000)


def test_a_call_too_short_for_the_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="327424 samples"):
        graphs.load_tagger("mtat_fcn", tiny(tmp_path, SMALL_FCN), 1000)


class Code:
    """What a file that runs something would hold."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("code of the file ran",)


def test_code_in_a_file_of_weights_does_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({"a": Code()}, tmp_path / "bad.pth")
    with pytest.raises(WeightsRefused, match="numbers and names"):
        graphs.load_tagger("mtat_fcn", tmp_path / "bad.pth")
    assert "ran" not in capsys.readouterr().out


@pytest.mark.taggers
@pytest.mark.parametrize("name", ["mtat_fcn", "mtat_musicnn", "jamendo_fcn", "jamendo_musicnn"])
def test_published_weights(name: str, tmp_path: Path) -> None:
    tagger = graphs.load_tagger(name, published_tagger(name))
    found = graphs.write_tagger(tagger, tmp_path / "t.onnx")
    assert found < 1e-5
    bands = tagger.network.get_buffer("spec.mel_scale.fb")
    torch.testing.assert_close(bands, mel_bands(16_000), rtol=1e-3, atol=1e-4)


@pytest.mark.taggers
def test_the_published_fcn_hears_a_repeated_clip_and_not_one_filled_with_silence(
    tmp_path: Path,
) -> None:
    tagger = graphs.load_tagger("mtat_fcn", published_tagger("mtat_fcn"))
    graphs.write_tagger(tagger, tmp_path / "t.onnx")
    time = torch.arange(4 * 16_000) / 16_000
    beat = torch.exp(-40 * (time * 2 % 1)) * torch.randn(len(time), generator=_seed()) * 0.5
    with torch.no_grad():
        repeated = heard(tagger.network, beat[None], tagger.samples).numpy()
    filled = np.zeros((1, tagger.samples), np.float32)
    filled[0, : len(beat)] = beat.numpy()
    silent = open_session(tmp_path / "t.onnx").run("tags", {"audio": filled})
    drums = MTAT.index("drums")
    assert repeated[0, drums] > 2 * silent[0, drums]


def _seed() -> torch.Generator:
    return torch.Generator().manual_seed(0)
