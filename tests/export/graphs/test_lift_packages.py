"""What a package is asked, and what its checkpoints may hold; and Demucs itself, where it is."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engines.spec import HybridDomain, read_sidecar
from export.__main__ import main
from export.common.errors import FileRefused, UsageError
from export.graphs.errors import PackageMissing, WeightsRefused
from export.graphs.lift import lift
from export.graphs.lifting.request import Request, imported, load_package, package_names, subjects
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


demucs = pytest.mark.skipif(
    importlib.util.find_spec("demucs") is None,
    reason="demucs is not installed: pip install --no-deps demucs==4.1.0 julius einops",
)
SMALL = {"channels": 8, "bottom_channels": 32, "t_layers": 1, "segment": Fraction(3, 2)}


@demucs
def test_htdemucs_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tiny.onnx"
    lift("demucs", Request("htdemucs", seed=0, sizes=SMALL), path)
    assert "of the peak" in capsys.readouterr().out
    spec = read_sidecar(path)
    assert spec is not None and isinstance(spec.domain, HybridDomain)
    assert spec.stems == ("drums", "bass", "other", "vocals")
    assert "seed 0" in spec.training


@demucs
def test_htdemucs_from_a_checkpoint_as_it_is_published(tmp_path: Path) -> None:
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
