"""What a file is by its bytes, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio import probe

NO_AUDIO = [
    (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    (b"\xff\xd8\xff\xe0" + bytes(100), "a picture"),
    (b"%PDF-1.7\n", "a PDF"), (b"PK\x03\x04" + bytes(50), "a ZIP"), (b"MThd" + bytes(50), "MIDI"),
    ("Grüße, kein Ton.\n".encode() * 999, "is text"), (b"#EXTM3U\nhttp://x/y.mp3\n", "a playlist"),
    (b"", "empty"), (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "is text"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "word"), NO_AUDIO)
@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".m4a", ""])
def test_what_is_no_audio_is_named(tmp_path: Path, content: bytes, word: str, suffix: str) -> None:
    path = tmp_path / f"song{suffix}"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=rf"song{suffix} is .*{word}|{word}"):
        probe(path)


def test_a_binary_file_is_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(bytes(range(256)) * 300)
    with pytest.raises(BadFile, match="cannot be read as audio"):
        probe(path)
