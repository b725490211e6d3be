"""The formats that stems are written in."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.audio import FORMATS, audio_format


def test_a_format_is_found_by_its_name() -> None:
    assert [audio_format(name).name for name in FORMATS] == list(FORMATS)
    with pytest.raises(BadValue, match="wav-f32"):
        audio_format("mp2")
