"""The demo song's own singer, and its files; what fluidsynth plays is not heard here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from export.studies.demo_song import RATE_HZ, VOWELS, bass, drums, sing_note, vocals, write


def around(spectrum: np.ndarray, place: float) -> float:
    return float(spectrum[int(place) - 3 : int(place) + 4].max())


def test_a_sung_note_has_its_length_and_pitch() -> None:
    for vowel in VOWELS:
        note = sing_note(57, 0.5, vowel, np.random.default_rng(0))
        assert note.shape == (RATE_HZ // 2,) and np.isfinite(note).all()
        half = note[RATE_HZ // 8 : 3 * RATE_HZ // 8]
        spectrum = np.abs(np.fft.rfft(half * np.hanning(len(half))))
        # A3, 220 Hz: harmonics stand out over what lies between them.
        bins = np.arange(1, 6) * 220 * len(half) / RATE_HZ
        peaks = [spectrum[int(b) - 3 : int(b) + 4].max() for b in bins]
        valleys = [
            spectrum[int(b + bins[0] / 2) - 3 : int(b + bins[0] / 2) + 4].max() for b in bins
        ]
        assert np.median(np.array(peaks) / np.array(valleys)) > 3


def test_the_voice_and_the_parts_fill_the_song() -> None:
    voice = vocals()
    assert voice.shape[1] == 2 and voice.dtype == np.float32 and np.abs(voice).max() > 0.1
    np.testing.assert_array_equal(voice, vocals())
    seconds = len(voice) / RATE_HZ
    for notes in (drums(), bass()):
        assert notes and 20 < seconds < 30


def test_song_and_stems_are_written(tmp_path: Path) -> None:
    stems = {
        name: np.full((4410, 2), level, np.float32) for name, level in (("a", 0.1), ("b", 0.2))
    }
    write(stems, tmp_path / "out" / "song.ogg", tmp_path / "stems")
    assert soundfile.info(tmp_path / "out" / "song.ogg").samplerate == RATE_HZ
    heard, rate_hz = soundfile.read(tmp_path / "stems" / "b.flac")
    assert rate_hz == RATE_HZ and np.abs(heard - 0.2).max() < 1e-3
    write(stems, tmp_path / "alone.ogg", None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone.ogg", "out", "stems"]
