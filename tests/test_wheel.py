"""The wheel that users install: built, put into an environment of its own, and used from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from daw_bridge.cli.install.programs import PROGRAMS, files_of, program
from daw_bridge.cli.install.systemd import filled

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "setuptools"
]
FOLDERS = ("engines", "daw_bridge", "export", "max_patches")
NAMES = [one.name for one in PROGRAMS]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`daw-bridge` as it is in an environment with the wheel, outside the checkout.

    What it needs besides comes from the environment that runs the tests.
    """
    folder = tmp_path_factory.mktemp("wheel")
    wheel = build(folder)
    venv.create(folder / "environment", with_pip=False)
    there = next((folder / "environment").rglob("site-packages"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    programs = folder / "environment" / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    run([*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], folder)
    others = Path(numpy.__file__).parents[1]
    (there / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    yield programs / "daw-bridge"
    shutil.rmtree(folder)


def build(folder: Path) -> Path:
    """Build the wheel of a copy: building leaves its own files where it works."""
    copy = folder / "copy"
    for name in FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, copy / name, ignore=left_out)
    for path in ROOT.iterdir():
        if path.is_file() and path.suffix in (".md", ".toml", "") and path.name[0] != ".":
            shutil.copy(path, copy)
    wheel = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    run([*wheel, "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), "."], copy)
    [built] = folder.glob("*.whl")
    return built


def run(words: list[str], folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_package_is_in_the_wheel() -> None:
    mapped = set(SETTINGS["package-dir"])
    found = {
        one.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for name in FOLDERS[:3] for one in (ROOT / name).rglob("__init__.py")
    }  # fmt: skip
    assert set(SETTINGS["packages"]) == found | mapped
    assert all((ROOT / folder).is_dir() for folder in SETTINGS["package-dir"].values())


@pytest.mark.parametrize("name", NAMES)
def test_the_wheel_installs_the_same_files(command: Path, tmp_path: Path, name: str) -> None:
    run([str(command), "install", name, "--dest", str(tmp_path / "to")], tmp_path)
    for place, ours in files_of(program(name)):
        there = (tmp_path / "to" / place).read_bytes()
        if program(name).is_service:
            there = there.replace(
                str(command.with_name("python")).encode(), sys.executable.encode()
            )
            to = tmp_path / "to" / program(name).home
            assert there == filled(ours.read_bytes(), name, to), place
        else:
            assert there == ours.read_bytes(), place
    run([str(command), "install", name, "--dest", str(tmp_path / "to"), "--uninstall"], tmp_path)
    assert list((tmp_path / "to").iterdir()) == []


def test_the_wheel_is_what_runs(command: Path, tmp_path: Path) -> None:
    python = str(command.with_name("python"))
    text = "import daw_bridge, engines; print(daw_bridge.__file__, engines.__file__)"
    where = run([python, "-c", text], tmp_path).split()
    assert all(str(command.parents[1]) in one for one in where)


def test_the_wheel_has_its_models_and_its_song(command: Path, tmp_path: Path) -> None:
    listed = run([str(command), "models", "list"], tmp_path)
    assert {"song", "band", "band-free"} <= set(listed.split())
    run([str(command), "demo", "--no-picture", "-o", "out"], tmp_path)
    assert (tmp_path / "out").is_dir()
