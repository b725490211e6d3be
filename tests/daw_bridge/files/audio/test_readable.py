"""What can be read here, in words."""

from __future__ import annotations

import sys

import pytest

from daw_bridge.files.audio.readable import has_pyav, readable


def test_the_words_follow_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_pyav() and "WAV" in readable() and "M4A" in readable() and "not" not in readable()
    monkeypatch.setitem(sys.modules, "av", None)
    assert not has_pyav() and "not M4A" in readable() and "'.[formats]'" in readable()
