"""Headers without a size: recorders that crashed, programs that wrote into a pipe."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.reader import probe
from tests.daw_bridge.files.audio.test_reader import read_all
from tests.rigs.encoded import cut, encode, tone
from tests.rigs.sounds import load, noise, save

FORMS = [("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "FLOAT"), ("WAVEX", "PCM_24")]


def sized(path: Path, data: int, riff: int | None = None) -> Path:
    """The WAV with other sizes in its header."""
    made = bytearray(path.read_bytes())
    struct.pack_into("<I", made, made.index(b"data") + 4, data)
    struct.pack_into("<I", made, 4, data if riff is None else riff)
    path.write_bytes(made)
    return path


@pytest.mark.parametrize(("form", "subtype"), FORMS)
@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0xFFFFFF00, 0x7FFFFFFF])
def test_a_wav_of_a_recorder_that_crashed(
    tmp_path: Path, form: str, subtype: str, size: int
) -> None:
    path = save(tmp_path / "take.wav", noise(2, 3001), 48000, subtype, form)
    audio = load(path)
    info = probe(sized(path, size))
    assert (info.frames, info.damage) == (3001, "")
    assert "does not say how long" in info.notes[0]
    assert np.array_equal(read_all(path), audio)


def test_a_last_sample_that_is_not_whole_is_left_out(tmp_path: Path) -> None:
    path = sized(save(tmp_path / "take.wav", noise(2, 100), subtype="PCM_16"), 0)
    path.write_bytes(path.read_bytes()[:-3])
    assert probe(path).frames == 99


def test_an_empty_wav_holds_no_audio(tmp_path: Path) -> None:
    path = save(tmp_path / "empty.wav", noise(2, 0), subtype="PCM_16")
    with pytest.raises(BadFile, match="0 samples"):
        probe(path)
    with path.open("ab") as file:
        file.write(b"LIST" + struct.pack("<I", 4) + b"INFO")
    with pytest.raises(BadFile, match="0 samples"):
        probe(path)


def test_a_size_larger_than_the_file_is_a_cut_file(tmp_path: Path) -> None:
    path = sized(save(tmp_path / "x.wav", noise(2, 1000), subtype="PCM_16"), 40_000)
    with pytest.raises(BadFile, match=r"at sample 1000 \(it has 4000 of 40000 bytes of audio\)"):
        probe(path)
    info = probe(path, partial=True)
    assert (info.frames, read_all(path, partial=True).shape) == (1000, (2, 1000))
    assert "4000 of 40000" in dict(info.notices())["partial"]


def test_a_header_that_is_older_than_the_file_is_said(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(2, 20_000), subtype="PCM_16")
    sized(path, 40_000)
    info = probe(path)
    assert info.frames == 10_000 and "40000 bytes follow" in info.notes[0]


def test_chunks_behind_the_audio_are_not_audio(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(2, 1000), subtype="PCM_16")
    with path.open("ab") as file:
        file.write(b"junk" + struct.pack("<I", 50_000) + bytes(range(250)) * 200)
    assert (probe(path).frames, probe(path).notes) == (1000, ())


def test_an_rf64_without_sizes(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(2, 3001), 48000, "PCM_24", "RF64")
    audio, data = load(path), bytearray(path.read_bytes())
    at = data.index(b"ds64") + 8
    data[at : at + 24] = bytes(24)
    path.write_bytes(data)
    assert probe(path).frames == 3001 and probe(path).notes
    assert np.array_equal(read_all(path), audio)


def test_a_w64_without_sizes(tmp_path: Path) -> None:
    path = save(tmp_path / "x.w64", noise(2, 3000), 48000, "FLOAT", "W64")
    audio, data = load(path), bytearray(path.read_bytes())
    at = data.index(b"data\xf3\xac") + 16
    data[at : at + 8] = struct.pack("<Q", 24)
    path.write_bytes(data)
    assert probe(path).frames == 3000 and probe(path).notes
    assert np.array_equal(read_all(path), audio)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_an_aiff_without_sizes(tmp_path: Path, subtype: str) -> None:
    path = save(tmp_path / "x.aiff", noise(2, 3001), 48000, subtype, "AIFF")
    audio, data = load(path), bytearray(path.read_bytes())
    at = data.index(b"SSND")
    data = data[: at + 16 + 3001 * 2 * {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}[subtype]]
    struct.pack_into(">I", data, at + 4, 0)
    struct.pack_into(">I", data, data.index(b"COMM") + 10, 0)
    struct.pack_into(">I", data, 4, 0)
    path.write_bytes(data)
    assert probe(path).frames == 3001 and probe(path).notes
    assert np.array_equal(read_all(path), audio)


@pytest.mark.parametrize(
    ("form", "subtype"), [("AU", "PCM_16"), ("CAF", "PCM_24"), ("W64", "PCM_16"),
                          ("AIFF", "PCM_24"), ("RF64", "PCM_16")],
)  # fmt: skip
def test_a_cut_one_is_refused_or_read_in_part(tmp_path: Path, form: str, subtype: str) -> None:
    path = save(tmp_path / "x", noise(2, 10_000), 48000, subtype, form)
    whole = load(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadFile, match="damaged or truncated at sample"):
        probe(path)
    read = read_all(path, partial=True)
    assert 4500 < read.shape[1] < 5500
    assert np.array_equal(read, whole[:, : read.shape[1]])


def test_a_cut_caf_needs_its_table_of_packets(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.caf", tone(90_000), "alac")
    data = path.read_bytes()
    with pytest.raises(BadFile, match="table of its packets"):
        probe(cut(path, len(data) // 2), partial=True)
    at = data.index(b"pakt", data.index(b"data"))
    size = 12 + int.from_bytes(data[at + 4 : at + 12], "big")
    start = data.index(b"data")
    path.write_bytes(data[:start] + data[at : at + size] + data[start:at])
    whole, part = probe(path), cut(path, len(data) // 2)
    with pytest.raises(BadFile, match="bytes of audio"):
        probe(part)
    assert 0.4 * whole.frames < probe(part, partial=True).frames < 0.6 * whole.frames


@pytest.mark.parametrize("form", ["AU", "CAF"])
def test_a_file_from_a_pipe_says_that_its_header_has_no_length(tmp_path: Path, form: str) -> None:
    path = save(tmp_path / "x", noise(2, 5000), 44100, "PCM_16", form)
    data = bytearray(path.read_bytes())
    at = 8 if form == "AU" else data.index(b"data") + 4
    data[at : at + (4 if form == "AU" else 8)] = b"\xff" * (4 if form == "AU" else 8)
    path.write_bytes(data)
    info = probe(path)
    assert info.frames == 5000 and "does not say how long" in info.notes[0]
