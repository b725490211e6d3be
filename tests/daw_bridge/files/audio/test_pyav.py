"""PyAV, the extra `formats`: there, or an error that names the extra."""

from __future__ import annotations

from daw_bridge.files.audio.pyav import pyav_version


def test_pyav_is_there() -> None:
    assert "PyAV" in pyav_version()
