"""PyAV, the extra `formats`: there, or an error that names the extra."""

from __future__ import annotations

import sys

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.pyav import load_pyav


def test_pyav_is_there() -> None:
    assert load_pyav().__name__ == "av"


def test_without_pyav_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BadFile, match=r"pip install '\.\[formats\]'"):
        load_pyav()
