"""What a package is asked, what its checkpoints may hold, and packages, where they are there."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engines.spec import HybridDomain, StftDomain, read_sidecar
from export.__main__ import main
from export.common.errors import FileRefused, UsageError
from export.graphs.errors import PackageMissing, WeightsRefused
from export.graphs.lift import LiftOptions, lift, write
from export.graphs.lifting.magnitudes import Magnitudes
from export.graphs.lifting.packages import demucs, openunmix
from export.graphs.lifting.request import Request, imported, load_package, package_names, subjects
from export.graphs.lifting.sizes import ConfigRefused, made, read_yaml, stem_names
from export.graphs.lifting.weights import fill, read_checkpoint, state_of


@pytest.mark.parametrize("name", package_names())
def test_every_package_says_what_it_has_without_being_installed(name: str) -> None:
    package = load_package(name)
    assert package.MODELS and package.NEEDS


def test_unknown_names_are_told_what_there_is() -> None:
    with pytest.raises(UsageError, match=r"one of .*demucs"):
        subjects("nothing", Request("x", seed=0))
    with pytest.raises(UsageError, match="one of htdemucs"):
        subjects("demucs", Request("x", seed=0))


def test_weights_come_from_a_file_or_a_seed() -> None:
    with pytest.raises(UsageError, match="neither"):
        subjects("demucs", Request("htdemucs"))
    with pytest.raises(UsageError, match="both"):
        subjects("demucs", Request("htdemucs", (Path("a.th"),), seed=1))
    with pytest.raises(UsageError, match="1 checkpoints for htdemucs_ft"):
        subjects("demucs", Request("htdemucs_ft", (Path("a.th"),)))


def test_a_missing_package_says_what_pip_installs() -> None:
    with pytest.raises(PackageMissing, match="pip install --no-deps nowhere==1"):
        imported("nowhere_at_all.model", "--no-deps nowhere==1")


def test_the_command_line_says_so_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def absent(name: str) -> Any:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr("export.graphs.lifting.request.importlib.import_module", _only(absent))
    output = tmp_path / "it.onnx"
    assert main(["lift", "demucs", "htdemucs", "--seed", "0", "-o", str(output)]) == 1
    assert "pip install --no-deps demucs" in capsys.readouterr().err
    assert not output.exists()


def _only(absent: Any) -> Any:
    real = importlib.import_module
    return lambda name: absent(name) if name.startswith("demucs") else real(name)


def test_a_checkpoint_that_runs_something_is_refused(tmp_path: Path) -> None:
    class Runs:
        def __reduce__(self) -> Any:
            return print, ("it ran",)

    path = tmp_path / "bad.th"
    torch.save({"state": Runs()}, path)
    with pytest.raises(WeightsRefused, match="numbers and names"):
        read_checkpoint(path)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.th"
    torch.save({"state": {"a": torch.zeros(1000)}}, path)
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(WeightsRefused, match="a whole checkpoint"):
        read_checkpoint(path)
    with pytest.raises(FileRefused):
        read_checkpoint(tmp_path / "nowhere.th")


@pytest.mark.parametrize("place", [None, "state", "state_dict", "model"])
def test_values_are_found_where_packages_keep_them(place: str | None, tmp_path: Path) -> None:
    layer, path = nn.Linear(2, 3), tmp_path / "some.pth"
    values: Mapping[str, Any] = {f"module.{k}": v.half() for k, v in layer.state_dict().items()}
    torch.save({place: values, "step": 3} if place else values, path)
    state = state_of(read_checkpoint(path), path)
    assert {name: value.dtype for name, value in state.items()} == {
        "weight": torch.float32,
        "bias": torch.float32,
    }
    fill(nn.Linear(2, 3), state, path)
    with pytest.raises(WeightsRefused, match="size mismatch"):
        fill(nn.Linear(2, 4), state, path)


def test_what_has_no_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="without a network's values"):
        state_of({"step": 3}, tmp_path / "some.pth")


SMALL = {"channels": 8, "bottom_channels": 32, "t_layers": 1, "segment": Fraction(3, 2)}
_NARROW = {"dim": 16, "depth": 1, "dim_head": 8, "heads": 2}
#: What is asked of packages that are there, in small sizes: package, module, request, domain.
REAL = [
    ("demucs", "demucs", Request("htdemucs", seed=0, sizes=SMALL), HybridDomain),
    ("demucs", "demucs", Request("hdemucs_mmi", seed=0, sizes={"channels": 8, "segment": 2}),
     HybridDomain),
    ("openunmix", "openunmix", Request("umxhq", seed=0, sizes={"hidden_size": 16}, frames=40),
     StftDomain),
    ("msst", "msst", Request("scnet", seed=0, frames=42, sizes={"dims": [4, 8, 12, 16],
     "num_dplayer": 2}), StftDomain),
    ("msst", "msst", Request("mdx23c", seed=0, frames=64, sizes={"num_channels": 8, "growth": 4,
     "num_blocks_per_scale": 1, "num_scales": 3}), StftDomain),
    ("msst", "msst", Request("bs_roformer", seed=0, sizes=_NARROW, frames=60), StftDomain),
    ("moises-light", "moises_light", Request("paper_small", seed=0, sizes={"G": 8, "n_rope": 1},
     frames=64), StftDomain),
]  # fmt: skip


@pytest.mark.parametrize(
    ("package", "module", "request_", "domain"),
    REAL,
    ids=[f"{one[0]}-{one[2].model}" for one in REAL],
)
def test_a_package_itself(
    package: str, module: str, request_: Request, domain: type, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Skipped where it is not installed; seeded weights, small sizes."""
    _need(package, module, monkeypatch)
    lift(package, request_, tmp_path / "tiny.onnx")
    assert "of the peak" in capsys.readouterr().out
    spec = read_sidecar(tmp_path / "tiny.onnx")
    assert spec is not None and isinstance(spec.domain, domain)
    assert "seed 0" in spec.training and "not stated" in spec.licence


def _need(package: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = load_package(package).NEEDS
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: pip install {needs}")
    if package == "openunmix":  # it reads files with torchaudio, which the network does not need
        monkeypatch.setitem(sys.modules, "torchaudio", ModuleType("torchaudio"))


def test_htdemucs_from_a_checkpoint_as_it_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _need("demucs", "demucs", monkeypatch)
    (made,) = subjects("demucs", Request("htdemucs", seed=0, sizes=SMALL))
    network: Any = made.network  # type: ignore[attr-defined]
    args, kwargs = network._init_args_kwargs
    state = {name: value.half() for name, value in network.state_dict().items()}
    package = {"klass": type(network), "args": args, "kwargs": kwargs, "state": state}
    torch.save({**package, "training_args": {"seed": 42}}, tmp_path / "it.th")
    (found,) = subjects("demucs", Request("htdemucs", (tmp_path / "it.th",)))
    again: Any = found.network  # type: ignore[attr-defined]
    for name, value in again.state_dict().items():
        torch.testing.assert_close(value, state[name].float())


def test_htdemucs_from_safetensors_as_demucs_publishes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _need("demucs", "demucs", monkeypatch)
    (made,) = subjects("demucs", Request("htdemucs", seed=0, sizes=SMALL))
    network: Any = made.network  # type: ignore[attr-defined]
    said = {
        "klass": "demucs.htdemucs.HTDemucs", "args": "[]", "kwargs": json.dumps({
            "sources": list(network.sources), "channels": 8, "bottom_channels": 32, "t_layers": 1,
            "t_heads": 8, "dconv_mode": 3,
            "segment": {"_type": "fraction", "numerator": 3, "denominator": 2},
        }),
    }  # fmt: skip
    path = tmp_path / "it.safetensors"
    save_file(dict(network.state_dict()), path, metadata=said)
    (found,) = subjects("demucs", Request("htdemucs", (path,)))
    again: Any = found.network  # type: ignore[attr-defined]
    assert again.segment == Fraction(3, 2)
    for name, value in again.state_dict().items():
        torch.testing.assert_close(value, network.state_dict()[name])


class Sized(nn.Linear):
    """As demucs's classes are asked for: sizes by name."""


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"klass": "os.system", "args": "[]", "kwargs": "{}"}, "os.system"),
        ({}, "no class"),
        ({"klass": "a.Sized", "args": "{}", "kwargs": "{}"}, "one of Sized"),
        ({"klass": "a.Sized", "args": "[]", "kwargs": "{}", "structure": "{}"}, "quantised"),
    ],
)
def test_safetensors_of_something_else_are_refused(
    said: dict[str, str], why: str, tmp_path: Path
) -> None:
    path = tmp_path / "it.safetensors"
    save_file(dict(nn.Linear(2, 3).state_dict()), path, metadata=said)
    with pytest.raises(WeightsRefused, match=why):
        demucs._package(path, {"Sized": Sized})


def test_sizes_are_read_from_safetensors(tmp_path: Path) -> None:
    path, layer = tmp_path / "it.safetensors", nn.Linear(2, 3)
    half = {"_type": "fraction", "numerator": 1, "denominator": 2}
    said = {"klass": "a.Sized", "args": "[2, 3]", "kwargs": json.dumps({"of": [half, {"a": 1}]})}
    save_file(dict(layer.state_dict()), path, metadata=said)
    package = demucs._package(path, {"Sized": Sized})
    assert package["klass"] is Sized and package["args"] == [2, 3]
    assert package["kwargs"] == {"of": [Fraction(1, 2), {"a": 1}]}
    fill(nn.Linear(2, 3), package["state"], path)


def test_safetensors_of_other_packages_are_their_values(tmp_path: Path) -> None:
    path, layer = tmp_path / "it.safetensors", nn.Linear(2, 3).half()
    save_file(dict(layer.state_dict()), path)
    state = state_of(read_checkpoint(path), path)
    torch.testing.assert_close(state["weight"], layer.weight.detach().float())
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WeightsRefused, match="a whole checkpoint"):
        read_checkpoint(path)


def test_sizes_come_from_a_projects_file(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("model:\n  bands: !!python/tuple\n  - 2\n  - 4\n", "utf-8")
    assert read_yaml(path) == {"model": {"bands": (2, 4)}}
    path.write_text("model: !!python/object/apply:print [it ran]\n", "utf-8")
    with pytest.raises(ConfigRefused, match="plain YAML"):
        read_yaml(path)
    path.write_text("- 1\n", "utf-8")
    with pytest.raises(ConfigRefused, match="no mapping"):
        read_yaml(path)


def test_sizes_that_a_network_does_not_take_are_refused() -> None:
    with pytest.raises(ConfigRefused, match="unexpected keyword argument 'width'"):
        made(nn.Linear, Request("it", seed=0), {"width": 3})
    assert stem_names(["Vocals", "No Drum-Bass"]) == ("vocals", "no-drum-bass")
    with pytest.raises(ConfigRefused, match="a name for each"):
        stem_names(["A b", "a-B"])


def test_checkpoints_of_open_unmix_are_found_by_their_names() -> None:
    paths = tuple(Path(f"{stem}-1234.pth") for stem in ("bass", "vocals", "other", "drums"))
    assert openunmix._by_stem(paths)["vocals"] == Path("vocals-1234.pth")
    with pytest.raises(UsageError, match="begins with each of vocals"):
        openunmix._by_stem(paths[:3])


class Recurrent(nn.Module):
    """Magnitudes to magnitudes with an LSTM, lengths read as Open-Unmix reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow, self.lstm = nn.Linear(2 * 33, 6), nn.LSTM(6, 3, bidirectional=True)
        self.wide = nn.Linear(6, 2 * 33)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.permute(3, 0, 1, 2)
        frames, batch, channels, bins = x.data.shape
        narrow = torch.tanh(self.narrow(x.reshape(-1, channels * bins)))
        heard, _ = self.lstm(narrow.reshape(frames, batch, 6))
        made = self.wide(heard.reshape(-1, 6)).reshape(frames, batch, channels, bins)
        return (torch.relu(made) * x).permute(1, 2, 3, 0)


def test_magnitudes_are_lifted_side_by_side(tmp_path: Path) -> None:
    networks: dict[str, nn.Module] = {"vocals": Recurrent().eval(), "bass": Recurrent().eval()}
    subject = Magnitudes(networks, StftDomain(64, 16, edge="reflect"), 40, rate_hz=8000)
    write([subject], tmp_path / "tiny.onnx", LiftOptions())
    spec = read_sidecar(tmp_path / "tiny.onnx")
    assert spec is not None
    assert (spec.stems, spec.answer, spec.wiener) == (("vocals", "bass"), "magnitude", 1)
