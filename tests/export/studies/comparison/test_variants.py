"""The variants' file: what is read, what is refused, and that the project's own is whole."""

from pathlib import Path

import pytest

from export.nets import families
from export.studies.comparison.variants import DEFAULT, VariantError, chosen, load
from export.training import weightings
from export.training.options import OptionError

TEXT = """
stems = ["drums", "bass"]
rate_hz = 8000
[train]
steps = 2
[data]
kind = "songs"
seconds = 0.25
[families.m_unet]
stems = 2
widths = [4, 6]
[[variant]]
name = "one"
family = "m_unet"
[[variant]]
name = "two"
family = "m_unet"
model = { conditional = true }
train = { loss = "spectral_direct" }
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "variants.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_file_of_the_project_holds_every_family_weighting_and_ablation() -> None:
    found = load(DEFAULT, {})
    assert {variant.setup["family"] for variant in found} == set(families.names())
    six = [v for v in found if v.setup["family"] == "m_unet" and v.options.filter_silent]
    indirect = [v for v in six if v.options.loss == "spectral_indirect"]
    assert sorted(v.options.weighting for v in indirect) == weightings.names()
    assert any(v.options.loss == "spectral_direct" for v in six)
    assert any(v.setup["model"].get("attention") is False for v in found)
    assert {v.setup["family"] for v in found if v.config.conditional} == set(families.names())
    shared = {(v.options.steps, v.options.batch, v.options.seed) for v in found}
    assert len(shared) == 1
    assert all(0 < v.parameters() < 5_000_000 for v in found)


def test_tables_are_laid_over_each_other(tmp_path: Path) -> None:
    one, two = load(write(tmp_path, TEXT), {"seed": 7})
    assert not one.config.conditional
    assert two.config.conditional
    assert (one.options.loss, two.options.loss) == ("waveform", "spectral_direct")
    assert one.options.steps == 2
    assert one.options.seed == 7
    (again, _) = load(write(tmp_path, TEXT), {"seed": 7})
    (other, _) = load(write(tmp_path, TEXT), {"seed": 8})
    assert one.folder == again.folder != other.folder


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('name = "two"', 'name = "one"', "different names"),
        ('family = "m_unet"\nmodel', 'family = "none"\nmodel', "of family 'none'"),
        ("conditional = true", "conditions = true", "conditions"),
        ("rate_hz", "rate", "rate is not known"),
        ("[[variant]]", "[[variant", "variants.toml"),
        ("kind =", "kind :", "variants.toml"),
    ],
)
def test_refusals(tmp_path: Path, old: str, new: str, match: str) -> None:
    with pytest.raises(VariantError, match=match):
        load(write(tmp_path, TEXT.replace(old, new)), {})


def test_options_are_checked(tmp_path: Path) -> None:
    for text in (TEXT.replace("steps = 2", "step = 2"), TEXT.replace("steps = 2", "steps = -1")):
        with pytest.raises(OptionError, match="step"):
            load(write(tmp_path, text), {})


def test_choosing(tmp_path: Path) -> None:
    found = load(write(tmp_path, TEXT), {})
    assert [v.name for v in chosen(found, [])] == ["one", "two"]
    assert [v.name for v in chosen(found, ["t*"])] == ["two"]
    with pytest.raises(VariantError, match="no variant is called three"):
        chosen(found, ["one", "three"])
