"""The package as it lies in the tree: made anew it is the same, and it is what Max looks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from daw_bridge import __version__
from daw_bridge.settings.parameters import STEM
from engines.load import MODELS, read_spec
from max_patches.generate.addresses import MODELS as NAMED
from max_patches.generate.addresses import STEMS, live_parameters
from max_patches.generate.package import FOLDER, files, same, write
from tests.rigs.patches import patch_files

MADE = files()
LARGEST_LINES = 400


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_committed_is_what_the_command_makes(name: str) -> None:
    assert same(name, FOLDER / name, MADE[name]), "run python -m max_patches.generate"


def test_nothing_else_is_in_the_package() -> None:
    there = {one.relative_to(FOLDER).as_posix() for one in FOLDER.rglob("*") if one.is_file()}
    assert there == set(MADE)


def test_writing_puts_right_what_was_changed_and_removes_what_is_no_longer_made(
    tmp_path: Path,
) -> None:
    assert sorted(write(tmp_path, MADE)) == sorted(MADE)
    (tmp_path / "package-info.json").write_text("{}")
    (tmp_path / "patchers" / "dawbridge.old.maxpat").write_text("{}")
    assert write(tmp_path, MADE) == ["patchers/dawbridge.old.maxpat", "package-info.json"]
    assert write(tmp_path, MADE) == []


def test_max_finds_its_name_and_version() -> None:
    about = json.loads((FOLDER / "package-info.json").read_text())
    assert about["name"] == FOLDER.name
    assert about["version"] == __version__


def test_the_icon_has_the_size_that_max_wants() -> None:
    with Image.open(FOLDER / "icon.png") as picture:
        assert picture.size == (500, 500)


def test_every_abstraction_has_a_help_patch_and_back() -> None:
    names = {kind: {one.stem for one in (FOLDER / kind).iterdir()} for kind in ("patchers", "help")}
    assert names["patchers"] == names["help"]


def test_the_stems_and_models_are_the_shipped_ones() -> None:
    specs = {one.stem: read_spec(one) for one in Path(MODELS).glob("*.onnx")}
    shipped = {name: set(spec.stems) for name, spec in specs.items()}
    others = {one.model for spec in specs.values() for one in spec.elsewhere}
    assert set(shipped) - others == set(NAMED)
    fixed = [set(spec.stems) for spec in specs.values() if spec.query is None]
    assert set().union(*fixed) == set(STEMS)  # of one that listens to tags: `query`, live


def test_every_parameter_that_can_be_set_has_a_control() -> None:
    everything = "".join(one.read_text() for one in patch_files() if one.suffix != ".amxd")
    for one in live_parameters():
        address = str(one.osc_address).replace(STEM, "drums")
        assert f'"prepend {address}"' in everything


def test_no_file_of_the_generator_is_long() -> None:
    for one in (FOLDER.parent / "generate").iterdir():
        assert one.is_dir() or len(one.read_text().splitlines()) <= LARGEST_LINES
