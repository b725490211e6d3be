"""Chunks of WAV files, and files of equal samples that are equal."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.files.audio.formats import FORMATS
from daw_bridge.files.audio.riff import (
    MAX_CHUNK_BYTES,
    Chunk,
    append_chunks,
    clear_peak_time,
    read_chunks,
)
from daw_bridge.files.audio.writer import AudioWriter
from tests.rigs.sounds import load, noise, save

_NAMES = (b"abcd", b"adtl", b"efgh")


@pytest.mark.parametrize("form", ["WAV", "WAVEX", "RF64"])
@pytest.mark.parametrize("frames", [1, 1001])
def test_appended_and_read(tmp_path: Path, form: str, frames: int) -> None:
    audio = noise(1, frames).round(2)
    path = save(tmp_path / "x.wav", audio, subtype="PCM_U8", form=form)
    before = load(path)
    chunks = (Chunk(b"abcd", b"odd"), Chunk(b"LIST", b"adtlx"), Chunk(b"efgh", b""))
    append_chunks(path, chunks)
    assert [one for one in read_chunks(path, _NAMES) if one.name not in (b"fact", b"PEAK")] == [
        *chunks
    ]
    assert np.array_equal(load(path), before) and soundfile.info(path).frames == frames
    size = path.stat().st_size
    head = path.read_bytes()[:28]
    assert size - 8 in struct.unpack("<I", head[4:8]) + struct.unpack("<Q", head[20:28])
    append_chunks(path, ())
    assert path.stat().st_size == size


def test_other_files_have_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"RIFF")
    assert read_chunks(tmp_path / "x", _NAMES) == ()
    assert read_chunks(save(tmp_path / "x.flac", noise(1, 10), subtype="PCM_16"), _NAMES) == ()


def test_only_what_is_wanted_is_read_and_not_much(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(1, 10), subtype="PCM_16")
    sizes = (MAX_CHUNK_BYTES // 2, MAX_CHUNK_BYTES // 2 + 1, 7)
    append_chunks(path, [Chunk(name, bytes(size)) for name in (b"abcd", b"JUNK") for size in sizes])
    found = [(one.name, len(one.data), one.whole) for one in read_chunks(path, _NAMES)]
    wanted = [(b"abcd", sizes[0], True), (b"abcd", 4, False), (b"abcd", sizes[2], True)]
    assert found == wanted + [(b"JUNK", 4, False)] * 3


def test_chunks_of_a_file_that_was_joined_to_it_are_its_own(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(1, 10), subtype="PCM_16")
    append_chunks(path, [Chunk(b"abcd", b"12")])
    path.write_bytes(path.read_bytes() * 2)
    assert read_chunks(path, _NAMES) == (Chunk(b"abcd", b"12"),)


def test_a_header_that_lies_ends_the_walk(tmp_path: Path) -> None:
    head = b"RIFF" + struct.pack("<I", 100) + b"WAVE"
    for rest in (
        b"abcd\xff\xff\xff\x7fxx",
        b"ab",
        b"abcd\0\0\0\0" * 20_000,
        b"data\xff\xff\xff\xff",
    ):
        (tmp_path / "x.wav").write_bytes(head + rest)
        assert len(read_chunks(tmp_path / "x.wav", _NAMES)) <= 10_000


def test_equal_samples_are_equal_files(tmp_path: Path) -> None:
    """libsndfile writes the time into float files."""
    audio = noise(2, 3000)
    exact = {form.name: form for form in FORMATS.values() if form.lossless}
    for turn in ("a", "b"):
        for name, form in exact.items():
            writer = AudioWriter(tmp_path / f"{name}-{turn}", form, 44100, *audio.shape)
            writer.write(audio)
            writer.close()
        time.sleep(1.1 if turn == "a" else 0)
    for name in exact:
        first, second = ((tmp_path / f"{name}-{turn}").read_bytes() for turn in "ab")
        assert first == second, name
    clear_peak_time(tmp_path / "flac-24-a")
    assert (tmp_path / "flac-24-a").read_bytes() == (tmp_path / "flac-24-b").read_bytes()
