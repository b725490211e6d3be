"""The secret's file; as the server's option: server/test_options.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadKeys
from daw_bridge.wire.secret import MIN_SECRET_CHARACTERS, SECRET_VARIABLE, read_secret


def test_the_file_goes_before_what_lies_around(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("correct horse battery\nmore\n")
    assert read_secret(str(file), "x" * 20) == "correct horse battery"
    assert read_secret("", " another horse battery\n") == "another horse battery"
    assert read_secret("") == ""


def test_too_short() -> None:
    with pytest.raises(BadKeys, match=SECRET_VARIABLE):
        read_secret("", "x" * (MIN_SECRET_CHARACTERS - 1))
