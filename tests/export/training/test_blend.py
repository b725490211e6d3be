"""Blends: at the ends the two networks themselves, between them what lies between."""

from pathlib import Path

import pytest
import torch

from export.__main__ import main
from export.nets import checkpoint
from export.nets.families import config_from
from export.nets.nade import Nade
from export.training import blend
from tests.rigs.export.training import BAND

STEMS = ("drums", "bass", "other", "vocals")


def write(path: Path, seed: int, level_db: float | None = None, **changes: object) -> Nade:
    """A checkpoint of a tiny network, with as many steps as its seed."""
    torch.manual_seed(seed)
    model = Nade("band_unet", config_from("band_unet", {**BAND, "conditional": False, **changes}))
    model.train()
    with torch.no_grad():  # statistics of its own, and a count of batches
        model.core(torch.rand(1, 1, 513, 8) * (1 + seed), None, None)
    weights = model.state_dict()
    about = checkpoint.describe(model, STEMS, 8000, level_db)
    checkpoint.save(path, {"description": about, "step": seed, "ema": weights, "model": weights})
    return model.eval()


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path, Path]:
    write(tmp_path / "a.pt", 1)
    write(tmp_path / "b.pt", 2)
    return tmp_path / "a.pt", tmp_path / "b.pt", tmp_path / "c.pt"


@pytest.mark.parametrize(("share", "like"), [(0, 0), (1, 1)])
def test_the_ends_answer_as_the_two(paths: tuple[Path, Path, Path], share: int, like: int) -> None:
    first, second, out = paths
    assert main(["blend", str(first), str(second), "--share", str(share), "-o", str(out)]) == 0
    made, about = checkpoint.load_model(out)
    whole, _ = checkpoint.load_model(paths[like])
    assert about["step"] == 2 and about["stems"] == list(STEMS)
    mix = torch.rand(1, 1, 513, 8)
    torch.testing.assert_close(made.core(mix, None, None), whole.core(mix, None, None))


def test_between_them_every_weight_and_statistic_is_between(paths: tuple[Path, Path, Path]) -> None:
    first, second, out = paths
    blend.blend(first, second, 0.25, out)
    one, other, made = (checkpoint.load(path)["ema"] for path in paths)
    for name, value in made.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, 0.75 * one[name] + 0.25 * other[name])
        else:
            assert torch.equal(value, other[name])


def test_the_level_that_one_states_is_kept(paths: tuple[Path, Path, Path]) -> None:
    first, second, out = paths
    write(first, 1, level_db=-17.5)
    for one, other in ((first, second), (second, first), (first, first)):
        blend.blend(one, other, 0.5, out)
        assert checkpoint.load_model(out)[1]["level_db"] == -17.5
    write(second, 2, level_db=-20.0)
    with pytest.raises(checkpoint.CheckpointError, match="one network, stems, rate and level"):
        blend.blend(first, second, 0.5, out)


def test_what_is_refused(
    paths: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, out = paths
    write(second, 2, widths=(4, 8))
    for arguments, message in (
        ([str(first), str(second)], "not of one network"),
        ([str(first), str(first), "--share", "1.5"], "share is 1.5, expected 0"),
        ([str(first), "missing.pt"], "no such checkpoint"),
    ):
        assert main(["blend", *arguments, "-o", str(out)]) == 1
        assert message in capsys.readouterr().err
    with pytest.raises(checkpoint.CheckpointError, match="differ in b"):
        blend.between({"a": torch.ones(1)}, {"a": torch.ones(1), "b": torch.ones(1)}, 0.5)
    assert not out.exists()
