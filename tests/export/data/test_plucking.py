"""Guitars as physical models: what is drawn, and in real audio their pitch and timing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from export.data import playing, plucking, render, voices
from export.data.errors import DataError
from export.data.midi import Performance, excerpt, read_song, stem_file
from export.data.soundfonts import FOLDERS
from tests.rigs.export.midi import GUITARS, one_note, write_library

INSTRUMENTS = [FOLDERS[-1] / f"{name}.dsp" for name in GUITARS]


def test_every_instrument_file_is_a_bank() -> None:
    assert sorted(INSTRUMENTS) == sorted(FOLDERS[-1].glob("*.dsp"))


def test_drive_belongs_to_the_program(tmp_path: Path) -> None:
    files = {p: one_note(tmp_path / f"{p}.mid", 60, p) for p in (25, 28, 29, 30)}
    driven = {p: plucking.is_driven(mido.MidiFile(f)) for p, f in files.items()}
    assert driven == {25: False, 28: False, 29: True, 30: True}
    # A stem's file has the programs of all channels: the band's piano and bass come first.
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 4.0)
    for program in (25, 30):
        stem = stem_file(part, "guitar", Performance(program=program))
        assert plucking.is_driven(stem) == (program == 30)

    def drives(driven: bool) -> list[float]:
        rng = np.random.default_rng(0)
        return [plucking.drawn_value(rng, "drive", 0.5, 32.0, driven) for _ in range(50)]

    assert 0.5 <= min(drives(False)) < 1 < 3 < max(drives(False)) <= 4
    assert 4 <= min(drives(True)) < 8 < 16 < max(drives(True)) <= 32


def test_values_lie_in_their_range_evenly_in_octaves_where_it_is_wide() -> None:
    rng = np.random.default_rng(0)
    wide = [plucking.drawn_value(rng, "tone_hz", 1000, 16000, False) for _ in range(400)]
    assert min(wide) >= 1000 and max(wide) <= 16000
    assert np.median(wide) == pytest.approx(4000, rel=0.2)
    narrow = [plucking.drawn_value(rng, "place", 0.0, 0.6, False) for _ in range(400)]
    assert min(narrow) >= 0 and max(narrow) <= 0.6
    assert np.median(narrow) == pytest.approx(0.3, rel=0.2)


def test_a_missing_dawdreamer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(DataError, match=r"pip install dawdreamer \[dawdreamer-missing\]"):
        playing.require_synthesiser(INSTRUMENTS[0])


@pytest.mark.dawdreamer
@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("pitch", [45, 76])
def test_notes_are_in_tune_and_in_time(tmp_path: Path, instrument: Path, pitch: int) -> None:
    midi, wav = one_note(tmp_path / "a.mid", pitch), tmp_path / "a.wav"
    plucking.play(midi, wav, instrument, 44100.0, timbre=1)
    audio, rate_hz = soundfile.read(wav)
    assert rate_hz == 44100 and audio.shape[1] == 2
    assert len(audio) == pytest.approx(2.5 * 44100, abs=512)
    loud = np.abs(audio).max(axis=1)
    onset = int(np.argmax(loud > 0.05 * loud.max()))
    assert onset == pytest.approx(22050, abs=0.015 * 44100)
    part = audio[22050 + 3000 :][:32768, 0]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
    hertz = np.argmax(spectrum) * 44100 / (1 << 18)
    pitch_hz = 440 * 2 ** ((pitch - 69) / 12)
    cents = 1200 * np.log2(hertz / (max(1, round(hertz / pitch_hz)) * pitch_hz))
    assert abs(cents) < 5


@pytest.mark.dawdreamer
def test_a_stem_is_played_repeatably_and_its_timbre_is_drawn(tmp_path: Path) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 4.0)
    drawn = voices.draw_voice(render.song_rng(0, "a"), "guitar", (INSTRUMENTS[0],), 0, False)
    voice = replace(drawn, performance=Performance(1.0, 0, None))
    first, again = (playing.render_stem(part, "guitar", voice, 44100.0, tmp_path) for _ in "ab")
    np.testing.assert_array_equal(first, again)
    assert first.shape == (4 * 44100, 2) and voices.audible(first)
    other = replace(voice, timbre=voice.timbre + 1)
    assert np.any(playing.render_stem(part, "guitar", other, 44100.0, tmp_path) != first)
    slower = playing.render_stem(part, "guitar", voice, 40000.5, tmp_path)
    assert slower.shape == (round(4 * 40000.5), 2) and voices.audible(slower)
    assert not list(tmp_path.glob("guitar.*"))


@pytest.mark.dawdreamer
def test_what_faust_cannot_read_is_an_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.dsp"
    bad.write_text("process = nonsense;")
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 1.0)
    voice = voices.draw_voice(render.song_rng(0, "a"), "guitar", (bad,), 0, False)
    with pytest.raises(
        DataError, match=r"exit 1 on guitar(.|\n)*nonsense(.|\n)*\[dawdreamer-failed\]"
    ):
        playing.render_stem(part, "guitar", voice, 44100.0, tmp_path)
