"""MPEG frames: each header is counted; tags and joined files are told apart."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.mp3 import read_header, survey_mp3
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import NO_END, Survey
from tests.rigs.encoded import cut, encode, tone

NO_XING = {"write_xing": "0"}


def survey(path: Path) -> Survey | None:
    with Look(path) as look:
        return survey_mp3(look)


def test_a_header_is_read() -> None:
    header = read_header(bytes([0xFF, 0xFB, 0x90, 0x64]))
    assert header is not None
    assert (header.size, header.samples, header.rate_hz, header.channels) == (417, 1152, 44100, 2)
    low = read_header(bytes([0xFF, 0xF3, 0x40, 0xC4]))
    assert low is not None and (low.samples, low.rate_hz, low.channels) == (576, 22050, 1)
    for bad in (
        b"\xff\xfb\xf0\x64",
        b"\xff\xfb\x00\x64",
        b"\xff\xe9\x90\x64",
        b"\xff\xfb",
        b"RIFF",
    ):
        assert read_header(bad) is None


@given(st.binary(min_size=4, max_size=4))
def test_any_four_bytes_are_a_header_with_a_size_or_none(four: bytes) -> None:
    header = read_header(four)
    assert header is None or (header.size > 20 and header.rate_hz >= 8000)


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_count_of_headers_is_what_is_decoded(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    path = encode(tmp_path / "x.mp3", tone(30_000, channels, rate_hz), "libmp3lame", rate_hz,
                  options=NO_XING, bit_rate=64_000)  # fmt: skip
    found = survey(path)
    assert found is not None and not found.damage
    assert probe(path).frames == found.parts[0].frames


@pytest.mark.ffmpeg
@pytest.mark.parametrize("options", [NO_XING, {}])
def test_the_length_is_ffmpegs(tmp_path: Path, options: dict[str, str]) -> None:
    path = encode(tmp_path / "x.mp3", tone(77_777), "libmp3lame", options=options)
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert probe(path).frames == len(done.stdout) // 8


def test_tags_and_zeros_are_no_damage(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.mp3", tone(30_000), "libmp3lame", options=NO_XING)
    frames = probe(path).frames
    ape = b"APETAGEX" + bytes([0xD0, 7, 0, 0, 32, 0, 0, 0]) + bytes(16)
    id3v1 = b"TAG" + bytes(125)
    id3v2 = b"ID3\x04\0\0" + bytes([0, 0, 8, 0]) + bytes(1024)
    path.write_bytes(id3v2 + path.read_bytes() + bytes(700) + ape + id3v1)
    assert (probe(path).frames, probe(path).damage) == (frames, "")


@pytest.mark.parametrize(
    "tail", [b"\n", b"<html>not found</html>", b"TAG" + bytes(640), bytes(9000)]
)
def test_what_a_server_appended_is_told_and_is_no_damage(tmp_path: Path, tail: bytes) -> None:
    path = encode(tmp_path / "x.mp3", tone(30_000), "libmp3lame", options=NO_XING)
    frames = probe(path).frames
    path.write_bytes(path.read_bytes() + tail)
    info = probe(path)
    assert (info.frames, info.damage) == (frames, "")
    words = f"bytes at its end that are no MP3 frames: {len(tail)}; they are not read"
    assert info.notes[0] == words


@pytest.mark.parametrize("lost", [bytes(20_000), random.Random(0).randbytes(20_000)])
def test_a_download_that_was_not_finished_is_damaged(tmp_path: Path, lost: bytes) -> None:
    path = encode(tmp_path / "x.mp3", tone(90_000), "libmp3lame", options=NO_XING)
    data = path.read_bytes()
    for damaged, words in (
        (data[:20_000] + lost, "bytes are no MP3 frames"),
        (data[:10_000] + lost + data[30_000:], "between its MP3 frames are no audio"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(BadFile, match=words):
            probe(path)
    path.write_bytes(data + b"\xff\xfb")  # the beginning of a header
    with pytest.raises(BadFile, match="it ends within an MP3 frame"):
        probe(path)


def test_a_recording_that_begins_within_a_frame_is_read(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.mp3", tone(60_000), "libmp3lame", options=NO_XING)
    whole = probe(path).frames
    path.write_bytes(path.read_bytes()[700:])
    assert whole - 4 * 1152 <= probe(path).frames < whole


def test_what_is_no_frame_is_damage(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.mp3", tone(60_000), "libmp3lame", options=NO_XING)
    data = path.read_bytes()
    path.write_bytes(
        data[: len(data) // 2] + random.Random(0).randbytes(999) + data[len(data) // 2 :]
    )
    with pytest.raises(BadFile, match="between its MP3 frames are no audio"):
        probe(path)
    assert probe(path, partial=True).frames > 40_000


@pytest.mark.parametrize("lost", [1, 100, 418, 1000, 5000])
def test_a_cut_file_with_a_xing_header_says_how_many_frames(tmp_path: Path, lost: int) -> None:
    path = encode(tmp_path / "x.mp3", tone(60_000), "libmp3lame", bit_rate=128_000)
    with pytest.raises(BadFile, match=r"at sample \d+ of 60000 \(it has \d+ of 54 MP3 frames\)"):
        probe(cut(path, -lost))


def test_frames_behind_those_that_the_header_states_are_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = encode(tmp_path / "a.mp3", tone(60_000), "libmp3lame", bit_rate=128_000)
    second = encode(tmp_path / "b.mp3", tone(60_000), "libmp3lame", options=NO_XING)
    with Look(second) as look:
        frames = survey_mp3(look)
    assert frames is not None
    tail = second.read_bytes()[frames.parts[0].stretch.start :]
    first.write_bytes(first.read_bytes() + tail)
    whole = frames.parts[0].frames or 0
    assert 60_000 + whole <= probe(first).frames <= 60_000 + whole + 1152
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("options", [NO_XING, {}])
@pytest.mark.parametrize("junk", [700, 100_000, 900_000])
def test_a_cut_shows_behind_whatever_lies_in_front(
    tmp_path: Path, options: dict[str, str], junk: int
) -> None:
    path = encode(tmp_path / "x.mp3", tone(60_000), "libmp3lame", options=options)
    frames, data = probe(path).frames, path.read_bytes()
    path.write_bytes(random.Random(junk).randbytes(junk) + data)
    info = probe(path)
    assert info.frames == frames
    assert any("are no audio; reading begins" in one for one in info.notes) == (junk > 65536)
    with pytest.raises(BadFile, match="damaged or truncated"):
        probe(cut(path, -999))


def test_one_without_a_length_says_that_a_cut_may_not_show(tmp_path: Path) -> None:
    for options, notes in ((NO_XING, (NO_END,)), ({}, ())):
        path = encode(tmp_path / "x.mp3", tone(9000), "libmp3lame", options=options)
        assert probe(path).notes == notes


def test_other_bytes_are_no_mp3(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    for content in (b"", b"\xff" * 5000, random.Random(1).randbytes(50_000), b"\xff\xfb\x90\x64"):
        path.write_bytes(content)
        assert survey(path) is None
