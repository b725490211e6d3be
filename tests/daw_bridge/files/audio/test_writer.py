"""Writing in blocks: what is clipped, too big, or does not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio import formats
from daw_bridge.files.audio.formats import FORMATS, audio_format
from daw_bridge.files.audio.writer import AudioWriter
from tests.rigs.sounds import load, noise, save


def write(path: Path, name: str, audio: np.ndarray, frames: int | None = None) -> AudioWriter:
    form = audio_format(name)
    writer = AudioWriter(path, form, 44100, audio.shape[0], frames or audio.shape[1])
    for start in range(0, audio.shape[1], 700):
        writer.write(audio[:, start : start + 700])
    writer.close()
    return writer


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.lossless])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_every_format_holds_what_was_written(tmp_path: Path, name: str, channels: int) -> None:
    audio = noise(channels, 3001)
    form = FORMATS[name]
    path = tmp_path / f"x{form.suffix}"
    write(path, name, audio)
    error = np.abs(load(path) - audio).max()
    half_step = 0.5 * 2.0 ** (1 - form.bits) if form.bits else 0.0
    assert error <= half_step
    assert soundfile.info(path).channels == channels


def test_sixteen_bits_in_sixteen_bits_out(tmp_path: Path) -> None:
    path = save(tmp_path / "in.wav", noise(2, 5000, level=0.5).clip(-1, 0.999), subtype="PCM_16")
    write(tmp_path / "out.wav", "wav-16", load(path))
    assert np.array_equal(load(tmp_path / "out.wav"), load(path))


def test_clipping_is_counted_in_integer_formats_only(tmp_path: Path) -> None:
    audio = np.array([[0.5, 1.5, -2.0, 1.0, -1.0]], np.float32)
    assert write(tmp_path / "a.wav", "wav-24", audio).clipped_samples == 2
    floats = write(tmp_path / "b.wav", "wav-f32", audio)
    assert (floats.clipped_samples, floats.peak) == (0, 2.0)
    assert np.array_equal(load(tmp_path / "b.wav"), audio)
    assert load(tmp_path / "a.wav").max() <= 1.0


def test_a_wav_above_4_gib_is_rf64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = audio_format("wav-f32")
    assert form.container_for(2**32 // 8, 2) == "RF64"
    assert form.container_for(2**32 // 8 - 2**14, 2) == "WAV"
    monkeypatch.setattr(formats, "LIMIT_32_BIT_BYTES", 8000)
    audio = noise(2, 1001)
    write(tmp_path / "big.wav", "wav-f32", audio)
    assert soundfile.info(tmp_path / "big.wav").format == "RF64"
    assert np.array_equal(load(tmp_path / "big.wav"), audio)
    with pytest.raises(WriteFailed, match="4 GiB"):
        write(tmp_path / "big.aiff", "aiff-f32", audio)


def test_what_a_format_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="9 channels"):
        write(tmp_path / "x.flac", "flac-24", noise(9, 10))
    with pytest.raises(WriteFailed, match="cannot be created"):
        write(tmp_path / "none" / "x.wav", "wav-16", noise(1, 10))
