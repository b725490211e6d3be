"""Reading through libsndfile in blocks; what is cut or damaged."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.reader import AudioReader, probe
from tests.rigs.sounds import load, noise, save

CONTAINERS = [
    ("WAV", "PCM_16", ".wav"), ("WAV", "PCM_24", ".wav"), ("WAV", "FLOAT", ".wav"),
    ("WAV", "DOUBLE", ".wav"), ("FLAC", "PCM_24", ".flac"), ("OGG", "VORBIS", ".ogg"),
    ("OGG", "OPUS", ".opus"), ("MP3", "MPEG_LAYER_III", ".mp3"), ("AIFF", "PCM_16", ".aif"),
    ("CAF", "FLOAT", ".caf"), ("W64", "FLOAT", ".w64"), ("RF64", "PCM_24", ".wav"),
]  # fmt: skip


def read_all(path: Path, block: int) -> np.ndarray:
    with AudioReader(path) as reader:
        blocks = []
        while (one := reader.read(block)).shape[1]:
            blocks.append(one)
    return np.concatenate(blocks, axis=1)


@pytest.mark.parametrize(("form", "subtype", "suffix"), CONTAINERS)
def test_blocks_are_the_whole_file(tmp_path: Path, form: str, subtype: str, suffix: str) -> None:
    path = save(tmp_path / f"x{suffix}", noise(2, 20_011), 48000, subtype, form)
    info = probe(path)
    assert (info.rate_hz, info.channels, info.frames) == (48000, 2, 20_011)
    assert np.array_equal(read_all(path, 1009), load(path))


@pytest.mark.parametrize(
    ("form", "subtype"),
    [(f, s) for f, s, _ in CONTAINERS if f != "MP3"],
)
def test_a_cut_file_is_an_error_with_its_name(tmp_path: Path, form: str, subtype: str) -> None:
    path = save(tmp_path / "whole", noise(2, 48_000), 48000, subtype, form)
    cut = tmp_path / "cut.wav"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadFile, match=r"cut\.wav"):
        read_all(cut, 4096)


def test_a_cut_mp3_is_an_error(tmp_path: Path) -> None:
    path = save(tmp_path / "whole.mp3", noise(2, 48_000), 48000, "MPEG_LAYER_III", "MP3")
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadFile, match=r"cut\.mp3 is damaged or truncated at sample"):
        read_all(cut, 4096)


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wav_from_a_pipe_is_read(tmp_path: Path, size: int) -> None:
    path = save(tmp_path / "piped.wav", noise(1, 1000), subtype="PCM_16")
    data = bytearray(path.read_bytes())
    where = data.index(b"data")
    data[where + 4 : where + 8] = struct.pack("<I", size)
    data[4:8] = struct.pack("<I", size)
    path.write_bytes(data)
    assert probe(path).frames == 1000


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio" * 500, bytes(5000)])
def test_not_audio(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "junk.wav"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=r"junk\.wav"):
        probe(path)


def test_no_file_a_folder_a_pipe_and_headerless(tmp_path: Path) -> None:
    pipe, raw = tmp_path / "pipe.wav", tmp_path / "x.raw"
    os.mkfifo(pipe)
    raw.write_bytes(bytes(100))
    for path in (tmp_path, tmp_path / "none.wav", pipe, raw, tmp_path / ("n" * 300)):
        with pytest.raises(BadFile, match="expected"):
            probe(path)


def test_no_samples(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="0 samples"):
        probe(save(tmp_path / "empty.wav", noise(2, 0)))


def test_a_rate_that_no_converter_has_is_a_damaged_header(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(2, 100), 48000)
    data = bytearray(path.read_bytes())
    at = data.index(b"fmt ") + 12
    assert struct.unpack_from("<I", data, at) == (48000,)
    struct.pack_into("<I", data, at, 2_000_000_000)
    path.write_bytes(data)
    with pytest.raises(BadFile, match="2000000000 Hz"):
        probe(path)


def test_a_flac_without_a_length_is_counted(tmp_path: Path) -> None:
    path = save(tmp_path / "x.flac", noise(2, 5000), 48000, "PCM_16", "FLAC")
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # of STREAMINFO: the last 36 bits of these 8 bytes are the samples
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert (probe(path).frames, read_all(path, 700).shape) == (5000, (2, 5000))
