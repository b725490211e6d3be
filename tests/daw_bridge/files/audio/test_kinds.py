"""What a file is by its bytes, whatever its name."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio import AudioReader, probe

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


def _voc(samples: np.ndarray, per_block: int) -> bytes:
    """A Creative Voice file of mono int16 at 22,050 Hz, in blocks."""
    head = b"Creative Voice File\x1a" + struct.pack("<HHH", 26, 0x0114, 0x1233 - 0x0114)
    blocks = b""
    for start in range(0, len(samples), per_block):
        audio = samples[start : start + per_block].astype("<i2").tobytes()
        about = struct.pack("<IBBH4x", 22050, 16, 1, 4) if start == 0 else b""
        size = struct.pack("<I", len(about) + len(audio))[:3]
        blocks += bytes([9 if start == 0 else 2]) + size + about + audio
    return head + blocks + b"\0"


@pytest.mark.parametrize("per_block", [500, 10_000])
def test_no_header_of_a_voc_block_is_taken_for_samples(tmp_path: Path, per_block: int) -> None:
    path = tmp_path / "song.voc"
    samples = np.random.default_rng(1).integers(-9999, 9999, 5000)
    path.write_bytes(_voc(samples, per_block))
    info = probe(path)
    with AudioReader.of(info) as reader:
        audio = reader.read(10_000)
    assert info.frames == 5000
    np.testing.assert_array_equal(audio[0], samples.astype(np.float32) / 32768)
