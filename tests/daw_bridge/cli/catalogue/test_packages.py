"""Packages through the user's own pip, here from a folder and without any index."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pytest

from daw_bridge.cli.catalogue.packages import download
from daw_bridge.errors import FetchFailed

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="this Python has no pip: python -m ensurepip"
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel in a folder that stands for the index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with zipfile.ZipFile(folder / "choir-1.0-py3-none-any.whl", "w") as wheel:
        info = "choir-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: choir\nVersion: 1.0\n")
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")
    for name, value in (
        ("NO_INDEX", "1"), ("FIND_LINKS", str(folder)), ("DISABLE_PIP_VERSION_CHECK", "1"),
        ("NO_CACHE_DIR", "1"),
    ):  # fmt: skip
        monkeypatch.setenv(f"PIP_{name}", value)
    return folder


def test_the_wheel_of_a_package_comes(
    shelf: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    wheel = download("choir==1.0", room)
    assert wheel.read_bytes() == next(shelf.iterdir()).read_bytes()
    assert capfd.readouterr().out == ""


def test_what_pip_cannot_find_is_said(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"choir==2\.0.*--file"):
        download("choir==2.0", tmp_path)
