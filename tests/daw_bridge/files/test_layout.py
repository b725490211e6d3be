"""Channels that belong together, as a file says or as its format has them."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.files.audio.info import LIBSNDFILE, AudioInfo
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.layout import channel_mask, suggested_pairs
from daw_bridge.files.options import parse_pairs


def wav(path: Path, channels: int, mask: int) -> Path:
    """A WAV of 4 samples with this channel mask."""
    data = np.zeros((4, channels), np.int16).tobytes()
    guid = struct.pack("<H", 1) + bytes.fromhex("0000000010008000 00aa00389b71".replace(" ", ""))
    head = struct.pack("<HHIIHHHHI", 0xFFFE, channels, 48000, 96000 * channels, 2 * channels, 16,
                       22, 16, mask) + guid  # fmt: skip
    body = b"WAVE" + b"JUNK" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", 40)
    body += head + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


@pytest.mark.parametrize(
    ("channels", "mask", "pairs"),
    [
        (6, 0x3F, "1-2,3,4,5-6"),  # 5.1, back
        (6, 0x60F, "1-2,3,4,5-6"),  # 5.1, side
        (8, 0x63F, "1-2,3,4,5-6,7-8"),  # 7.1
        (8, 0xFF, "1-2,3,4,5-6,7-8"),  # 7.1, wide: left and right of the centre
        (4, 0x33, "1-2,3-4"),  # quad
        (4, 0x107, "1-2,3,4"),  # surround: a centre in front and one behind
        (7, 0x70F, "1-2,3,4,5,6-7"),  # 6.1
        (3, 0x0B, "1-2,3"),  # 2.1
        (12, 0x2D63F, "1-2,3,4,5-6,7-8,9-10,11-12"),  # 7.1.4
        (6, 0x3, "1-2,3,4,5-6"),  # a mask that names two of six: the usual order
        (6, 0, "1-2,3,4,5-6"),
        (5, 0, "1-2,3,4-5"),
        (16, 0, "1-2,3-4,5-6,7-8,9-10,11-12,13-14,15-16"),
        (9, 0, "1-2,3-4,5-6,7-8,9"),
    ],
)
def test_a_wavs_pairs(tmp_path: Path, channels: int, mask: int, pairs: str) -> None:
    path = wav(tmp_path / "x.wav", channels, mask)
    assert channel_mask(path) == mask
    assert suggested_pairs(probe(path)) == pairs
    flat = [channel for pair in parse_pairs(pairs) for channel in pair]
    assert sorted(flat) == list(range(channels))


def test_what_ffmpeg_reads_and_flac_in_ogg_have_the_usual_order(tmp_path: Path) -> None:
    for encoding, decoder in (("OGG FLAC", LIBSNDFILE), ("OGG VORBIS", "FFmpeg 8")):
        info = AudioInfo(tmp_path / "x.ogg", 48000, 6, 100, encoding, decoder)
        assert suggested_pairs(info) == "1-2,3,4,5-6"


def test_ogg_has_its_centre_second(tmp_path: Path) -> None:
    info = AudioInfo(tmp_path / "x.ogg", 48000, 6, 100, "OGG VORBIS")
    assert suggested_pairs(info) == "1-3,2,4-5,6"
    parse_pairs("1-3,2,4-5,6")


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"fLaC" + bytes(40), b"RIFFxxxxWAVEfmt \x02\0\0\0ab"]
)
def test_other_files_have_no_mask(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert channel_mask(tmp_path / "x") == channel_mask(tmp_path / "none") == 0


def test_a_plain_wav_has_none(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", np.zeros((4, 2), np.float32), 48000)
    assert channel_mask(tmp_path / "x.wav") == 0
