"""Sonivox for real: pitch, time, reverb; and what happens without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.data import playing, render, voices, wavetable
from export.data.errors import DataError
from export.data.midi import excerpt, read_song
from export.data.soundfonts import FOLDERS
from tests.rigs.export.midi import one_note, write_library

BANK = FOLDERS[-1] / "sonivox.eas"
LIBRARY = BANK.read_text().strip()


def test_without_the_library_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank = tmp_path / "absent.eas"
    bank.write_text("libabsent.so.7")
    with pytest.raises(DataError, match=r"install libsonivox3 \(Debian\).*\[sonivox-missing\]"):
        playing.require_synthesiser(bank)
    midi = one_note(tmp_path / "a.mid", 60)
    assert main(["wavetable", str(midi), str(tmp_path / "a.wav"), str(bank)]) == 1
    assert "install libsonivox3" in capsys.readouterr().err


@pytest.mark.sonivox
@pytest.mark.parametrize("rate_hz", [44100.0, 41000.5])
def test_a_note_is_in_tune_and_in_time(tmp_path: Path, rate_hz: float) -> None:
    midi, wav = one_note(tmp_path / "a.mid", 64), tmp_path / "a.wav"
    wavetable.play(midi, wav, LIBRARY, rate_hz, 0.0)
    audio, _ = soundfile.read(wav)
    loud = np.abs(audio).max(axis=1)
    assert np.argmax(loud > 0.05 * loud.max()) / rate_hz == pytest.approx(0.5, abs=0.015)
    part = audio[round(0.55 * rate_hz) :][:32768, 0]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
    hertz = np.argmax(spectrum) * rate_hz / (1 << 18)
    assert abs(1200 * np.log2(hertz / (440 * 2 ** (-5 / 12)))) < 12


@pytest.mark.sonivox
def test_reverb_is_heard_after_the_note(tmp_path: Path) -> None:
    midi = one_note(tmp_path / "a.mid", 64)
    after = {}
    for level in (0.0, 1.0):
        wavetable.play(midi, tmp_path / "a.wav", LIBRARY, 44100.0, level)
        audio, _ = soundfile.read(tmp_path / "a.wav")
        late = audio[round(1.9 * 44100) :]
        assert len(late) == pytest.approx(0.6 * 44100, abs=500)
        after[level] = float(np.sqrt(np.mean(late**2)))
    assert after[1.0] > 1e-4 and after[1.0] > 3 * after[0.0]


@pytest.mark.sonivox
def test_a_stem_is_played_repeatably(tmp_path: Path) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 4.0)
    drawn = voices.draw_voice(render.song_rng(0, "a"), "piano", (BANK,), 0, False)
    voice = replace(drawn, reverb=True, reverb_level=0.5)
    first, again = (playing.render_stem(part, "piano", voice, 44100.0, tmp_path) for _ in "ab")
    np.testing.assert_array_equal(first, again)
    assert first.shape == (4 * 44100, 2) and voices.audible(first)
    assert not list(tmp_path.glob("piano.*"))


@pytest.mark.sonivox
def test_what_is_no_midi_is_an_error() -> None:
    synthesiser = wavetable.Synthesiser(LIBRARY, b"no MIDI at all")
    with pytest.raises(DataError, match=r"EAS_OpenFile gave.*\[sonivox-refused\]"):
        next(synthesiser.blocks(1000))
    synthesiser.close()
