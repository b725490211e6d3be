"""What a file is by its bytes, whatever its name."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.kinds import survey
from daw_bridge.files.audio.reader import AudioReader, probe
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import NO_END
from tests.rigs.encoded import encode, tone

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


@pytest.mark.parametrize(
    ("name", "codec", "form", "pipe"),
    [("x.latm", "aac", "latm", False), ("x.flac", "flac", "flac", True),
     ("x.webm", "libopus", "webm", True)],
)  # fmt: skip
def test_what_does_not_state_its_length_says_so(
    tmp_path: Path, name: str, codec: str, form: str | None, pipe: bool
) -> None:
    path = encode(tmp_path / name, tone(60_000, rate_hz=48000), codec, 48000, form, pipe=pipe)
    assert NO_END in probe(path).notes


def test_what_states_its_length_says_nothing(tmp_path: Path) -> None:
    for name, codec in (
        ("x.flac", "flac"),
        ("x.wv", "wavpack"),
        ("x.mka", "ac3"),
        ("x.tta", "tta"),
    ):
        path = encode(tmp_path / name, tone(30_000), codec)
        assert NO_END not in probe(path).notes


@pytest.mark.parametrize("head", [b"\x7f\xfe\x80\1", b"#!AMR\n", b"wvpk" + bytes(8) + b"\xff" * 4])
def test_frames_end_to_end_have_no_length(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + bytes(500))
    with Look(path) as look:
        assert survey(look).notes == (NO_END,)
