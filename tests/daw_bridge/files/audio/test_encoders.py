"""Lossy files: exact lengths, the sound in its place, bit rates, rates, more than 0 dBFS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio.formats import audio_format
from daw_bridge.files.audio.reader import AudioReader
from daw_bridge.files.audio.writer import AudioWriter
from tests.rigs.sounds import Array, load

LOSSY = ("mp3", "ogg", "opus", "m4a")


def tone(channels: int, frames: int, rate_hz: int, level: float = 0.5) -> Array:
    """A sine of 440 Hz that begins at 0, `(channels, frames)`."""
    wave = level * np.sin(2 * np.pi * 440 * np.arange(frames) / rate_hz)
    return np.tile(wave.astype(np.float32), (channels, 1))


def write(path: Path, name: str, audio: Array, rate_hz: int = 44100, kbps: int = 0) -> AudioWriter:
    form = audio_format(name)
    writer = AudioWriter(path, form, rate_hz, *audio.shape, kbps)
    for start in range(0, audio.shape[1], 5000):
        writer.write(audio[:, start : start + 5000])
    writer.close()
    return writer


def read(path: Path) -> tuple[int, Array]:
    with AudioReader(path) as reader:
        return reader.info.rate_hz, reader.read(1_000_000)


@pytest.mark.parametrize("name", LOSSY)
@pytest.mark.parametrize("rate_hz", [24000, 44100, 48000])
@pytest.mark.parametrize(("channels", "frames"), [(1, 30_011), (2, 20_480), (2, 100)])
def test_length_and_place_are_kept(
    tmp_path: Path, name: str, rate_hz: int, channels: int, frames: int
) -> None:
    path, audio = tmp_path / "x", tone(channels, frames, rate_hz)
    write(path, name, audio, rate_hz)
    back_hz, back = read(path)
    assert back_hz == (48000 if (name, rate_hz) == ("opus", 44100) else rate_hz)
    assert back.shape == (channels, audio_format(name).frames_for(frames, rate_hz))
    if back_hz == rate_hz and frames > 10_000:
        middle = slice(5000, frames - 5000)
        error = np.abs(back[:, middle] - audio[:, middle]).max()
        assert error < 0.05, "shifted by one sample it would be 0.03 more at 440 Hz"


@pytest.mark.parametrize(
    ("name", "rate_hz", "kbps"),
    [("mp3", 44100, 128), ("mp3", 44100, 320), ("mp3", 22050, 64), ("mp3", 8000, 24),
     ("opus", 48000, 96)],
)  # fmt: skip
def test_the_bit_rate_is_what_was_asked_for(
    tmp_path: Path, name: str, rate_hz: int, kbps: int
) -> None:
    audio = np.random.default_rng(0).standard_normal((2, 10 * rate_hz)).astype(np.float32) * 0.1
    write(tmp_path / "x", name, audio, rate_hz, kbps)
    seen = (tmp_path / "x").stat().st_size * 8 / 10 / 1000
    assert abs(seen / kbps - 1) < 0.1


def test_more_bits_for_vorbis_are_more_bytes(tmp_path: Path) -> None:
    sizes = []
    for kbps in (45, 128, 256, 500):
        audio = np.random.default_rng(0).standard_normal((2, 88200)).astype(np.float32) * 0.1
        write(tmp_path / "x", "ogg", audio, kbps=kbps)
        sizes.append((tmp_path / "x").stat().st_size)
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("name", LOSSY)
def test_what_players_clip_is_counted(tmp_path: Path, name: str) -> None:
    writer = write(tmp_path / "x", name, tone(2, 48000, 48000, level=1.5), 48000)
    assert writer.clipped_samples > 10_000 and 1.49 < writer.peak <= 1.5
    assert np.abs(read(tmp_path / "x")[1]).max() > 1.2


def test_a_converted_file_is_the_same_for_any_block(tmp_path: Path) -> None:
    audio = tone(2, 30_000, 44100)
    write(tmp_path / "a", "opus", audio)
    writer = AudioWriter(tmp_path / "b", audio_format("opus"), 44100, *audio.shape)
    writer.write(audio)
    writer.close()
    assert np.array_equal(load(tmp_path / "a"), load(tmp_path / "b"))


@pytest.mark.parametrize("name", LOSSY)
def test_nothing_written_can_be_closed(tmp_path: Path, name: str) -> None:
    AudioWriter(tmp_path / "x", audio_format(name), 44100, 2, 1000).close()


@pytest.mark.parametrize("name", LOSSY)
def test_a_folder_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteFailed, match="none"):
        write(tmp_path / "none" / "x", name, tone(2, 100, 44100))


def test_names_need_not_be_text(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.mp3"
    write(path, "mp3", tone(2, 3000, 44100))
    assert soundfile.info(bytes(path)).frames == 3000
