"""Audio files of any kind as float samples."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.data.errors import DataError
from export.data.tracks import Take, about, is_audio, read
from tests.rigs.export.songs import tone, write


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "aiff", "mp3"])
def test_files_are_float_samples_at_44_1_khz(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"a.{ending}", tone(3, 1.0, 48000), 48000)
    seen = about(Take(path))
    assert (seen.rate_hz, seen.channels) == (48000, 2)
    assert seen.seconds == pytest.approx(1.0, abs=0.06)
    audio = read(Take(path))
    assert audio.dtype == np.float32 and audio.shape[1] == 2
    np.testing.assert_allclose(audio[5000:9000], tone(3)[5000:9000], atol=0.04)


def test_what_is_above_full_scale_stays_so(tmp_path: Path) -> None:
    path = write(tmp_path / "loud.wav", 30 * tone(2))
    np.testing.assert_array_equal(read(Take(path)), (30 * tone(2)).astype(np.float32))


def test_one_channel_of_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(5))
    np.testing.assert_allclose(read(Take(path, 0, 1))[:, 0], tone(5)[:, 1], atol=1e-6)
    assert about(Take(path, 0, 1)).channels == 1
    with pytest.raises(DataError, match="has 2 channel; expected 3"):
        read(Take(path, 0, 2))


def test_tracks_of_an_mpeg_4_file(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    from tests.rigs.export.stem_mp4 import write_stem_mp4

    path = write_stem_mp4(tmp_path / "a.stem.mp4", [tone(number, 2.0) for number in range(5)])
    assert about(Take(path, 4)).seconds == pytest.approx(2.0, abs=0.05)
    for number in (1, 4):
        audio = read(Take(path, number))
        middle = slice(20000, 60000)
        likeness = np.corrcoef(audio[middle, 0], tone(number, 2.0)[middle, 0])[0, 1]
        assert likeness > 0.99 and audio.shape[1] == 2
    with pytest.raises(DataError, match="5 audio tracks; expected 6"):
        about(Take(path, 5))
    path.write_bytes(b"no film")
    for call in (about, read):
        with pytest.raises(DataError, match="audio-unreadable"):
            call(Take(path))
    assert av


def test_without_pyav_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(DataError, match=r"pip install '\.\[formats\].*\[formats-missing\]"):
        about(Take(tmp_path / "a.m4a"))


def test_surround_and_what_is_no_audio(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((100, 6)), 44100)
    with pytest.raises(DataError, match="6 channels; expected mono or stereo"):
        about(Take(tmp_path / "a.wav"))
    (tmp_path / "b.wav").write_bytes(b"nothing")
    for call in (about, read):
        with pytest.raises(DataError, match=r"b\.wav cannot be read"):
            call(Take(tmp_path / "b.wav"))
    (tmp_path / ".c.wav").touch()
    (tmp_path / "notes.txt").touch()
    assert [path.name for path in sorted(tmp_path.iterdir()) if is_audio(path)] == [
        "a.wav",
        "b.wav",
    ]
