"""A place is a path or a URL; either is named, joined and shown as the user gave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.files.places import Url, place_of


@pytest.mark.parametrize("text", ["a.wav", "/x/a.wav", "s3:/b/a", "C:\\a.wav", "://a", "-"])
def test_paths(text: str) -> None:
    assert place_of(text) == Path(text)


def test_urls() -> None:
    song = place_of("s3://bucket/songs/my song.tar.wav")
    assert isinstance(song, Url) and str(song) == "s3://bucket/songs/my song.tar.wav"
    assert (song.name, song.stem) == ("my song.tar.wav", "my song.tar")
    folder = place_of("memory://out/")
    assert str(folder / "a" / "b.wav") == "memory://out/a/b.wav"
    assert folder / Path() == folder and str(folder / Path("x") / "y") == "memory://out/x/y"
