"""The formats that stems are written in."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.formats import FORMATS, audio_format


def test_a_format_is_found_by_its_name() -> None:
    assert all(FORMATS[form.name] is form for form in FORMATS.values())
    short = {name: form.name for name, form in FORMATS.items() if name != form.name}
    assert short == {
        "wav": "wav-f32", "flac": "flac-24", "aiff": "aiff-f32", "aif": "aiff-f32",
        "caf": "caf-f32", "w64": "w64-f32", "aac": "m4a",
    }  # fmt: skip
    with pytest.raises(BadValue, match="wav-f32"):
        audio_format("mp2")
