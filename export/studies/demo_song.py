"""Compose and render the demo song that ships with daw-bridge (24 s, 44.1 kHz, stereo).

The tune, its words ("la", "oh", "ee") and its singer are our own: MIDI written below and played by
fluidsynth with a free SoundFont, and a voice made of glottal pulses and formants.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import lfilter

RATE_HZ = 44100
BEAT_S = 0.5
BARS = 12
TICKS = 480
#: Chords by bar: root (MIDI, bass octave) and the triad above it.
CHORDS = (
    (45, (57, 60, 64)), (41, (57, 60, 65)), (36, (55, 60, 64)), (43, (55, 59, 62)),
) * 3  # fmt: skip
#: The sung line: (beat, length in beats, MIDI note, vowel).
MELODY = (
    (8, 1.5, 69, "a"), (9.5, 0.5, 71, "a"), (10, 2, 72, "o"),
    (12, 1, 72, "a"), (13, 1, 71, "e"), (14, 2, 69, "o"),
    (16, 1.5, 67, "a"), (17.5, 0.5, 69, "a"), (18, 2, 67, "o"),
    (20, 1, 67, "e"), (21, 1, 66, "a"), (22, 1.75, 67, "o"),
    (24, 1, 76, "a"), (25, 1, 74, "e"), (26, 1, 72, "a"), (27, 1, 71, "o"),
    (28, 3, 72, "a"), (32, 2, 72, "o"), (34, 2, 71, "e"),
    (36, 1.5, 71, "a"), (37.5, 2.25, 69, "o"), (40, 1, 69, "a"), (41, 1, 71, "a"),
    (42, 2, 72, "e"), (44, 4, 74, "o"),
)  # fmt: skip
#: Formants of the vowels: (centre Hz, bandwidth Hz, gain).
VOWELS = {
    "a": ((800, 80, 1.0), (1200, 100, 0.5), (2800, 150, 0.25), (3500, 200, 0.12)),
    "o": ((450, 70, 1.0), (850, 90, 0.4), (2700, 150, 0.12), (3400, 200, 0.06)),
    "e": ((400, 70, 1.0), (2000, 120, 0.45), (2700, 150, 0.3), (3500, 200, 0.12)),
}


@dataclass(frozen=True)
class PlayedNote:
    """One MIDI note: start and length in beats."""

    beat: float
    length: float
    pitch: int
    velocity: int


def drums() -> list[PlayedNote]:
    """A rock beat with a fill at the end of each four bars."""
    notes = []
    for beat in range(BARS * 4):
        if beat % 2 == 0:
            notes.append(PlayedNote(beat, 0.2, 36, 112))
        else:
            notes.append(PlayedNote(beat, 0.2, 38, 108))
        notes += [PlayedNote(beat + half, 0.1, 42, 84 - 24 * (half > 0)) for half in (0, 0.5)]
        if beat % 16 == 15:
            notes += [PlayedNote(beat + i / 4, 0.2, 47 - i, 96 + 4 * i) for i in range(4)]
        if beat % 16 == 0:
            notes.append(PlayedNote(beat, 1, 49, 96))
        if beat % 8 == 5:
            notes.append(PlayedNote(beat + 0.5, 0.2, 36, 100))
    return notes


def bass() -> list[PlayedNote]:
    """Eighth notes on the root with a walk to the octave."""
    steps = (0, 0, 12, 0, 7, 7, 12, 10)
    return [
        PlayedNote(bar * 4 + i / 2, 0.42, root + step, 100)
        for bar, (root, _) in enumerate(CHORDS)
        for i, step in enumerate(steps)
    ]


def guitar() -> list[PlayedNote]:
    """Strummed chords off the beat."""
    return [
        PlayedNote(bar * 4 + beat + 0.02 * i, 0.7, pitch, 82)
        for bar, (_, chord) in enumerate(CHORDS)
        for beat in (0, 1.5, 2.5, 3.5)
        for i, pitch in enumerate(chord)
    ]


def piano() -> list[PlayedNote]:
    """Broken chords an octave up, from the fifth bar on."""
    return [
        PlayedNote(bar * 4 + i / 2, 0.6, chord[(0, 1, 2, 1)[i % 4]] + 12, 76)
        for bar, (_, chord) in enumerate(CHORDS)
        if bar >= 4
        for i in range(8)
    ]


def write_midi(path: Path, notes: list[PlayedNote], program: int, channel: int) -> None:
    """Write notes as a one-track MIDI file at 120 beats a minute."""
    events = [(n.beat, "note_on", n.pitch, n.velocity) for n in notes]
    events += [(n.beat + n.length, "note_off", n.pitch, 0) for n in notes]
    track = mido.MidiTrack([mido.Message("program_change", program=program, channel=channel)])
    now = 0
    for beat, kind, pitch, velocity in sorted(events, key=lambda e: (e[0], e[1])):
        tick = round(beat * TICKS)
        track.append(
            mido.Message(kind, note=pitch, velocity=velocity, time=tick - now, channel=channel)
        )
        now = tick
    mido.MidiFile(tracks=[track], ticks_per_beat=TICKS).save(path)


def play(
    notes: list[PlayedNote], program: int, channel: int, soundfont: Path
) -> NDArray[np.float32]:
    """Render notes with fluidsynth: `(samples, 2) float32` at 44.1 kHz."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "part.mid", Path(folder) / "part.wav"
        write_midi(midi, notes, program, channel)
        command = ["fluidsynth", "-ni", "-r", str(RATE_HZ), "-g", "0.7", "-F", str(wav)]
        subprocess.run([*command, str(soundfont), str(midi)], check=True, capture_output=True)
        audio, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    return fit(audio)


def fit(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut or pad `(samples, 2)` to the song's length, with a fade over the last second."""
    length = int(BARS * 4 * BEAT_S * RATE_HZ)
    out = np.zeros((length, 2), np.float32)
    out[: min(length, len(audio))] = audio[:length]
    out[-RATE_HZ:] *= np.linspace(1, 0, RATE_HZ, dtype=np.float32)[:, None]
    return out


def sing_note(
    pitch: int, length_s: float, vowel: str, rng: np.random.Generator
) -> NDArray[np.float64]:
    """One sung note, `(samples,) float64`: a pulse train with vibrato through formants."""
    n = int(length_s * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    vibrato = 0.012 * np.sin(2 * np.pi * 5.4 * t) * np.clip((t - 0.15) / 0.2, 0, 1)
    scoop = -0.04 * np.exp(-t / 0.04)
    f0 = 440 * 2 ** ((pitch - 69) / 12) * (1 + vibrato + scoop)
    phase = np.cumsum(f0) / RATE_HZ
    pulse = 1 - 2 * (phase % 1) + 0.05 * rng.standard_normal(n)
    source = lfilter([1], [1, -0.9], pulse)
    voice = np.zeros(n)
    for centre_hz, width_hz, gain in VOWELS[vowel]:
        r = np.exp(-np.pi * width_hz / RATE_HZ)
        a = [1, -2 * r * np.cos(2 * np.pi * centre_hz / RATE_HZ), r * r]
        voice += gain * lfilter([1 - r], a, source)
    return voice * np.clip(t / 0.03, 0, 1) * np.clip((t[-1] - t) / 0.06, 0, 1)


def vocals(seed: int = 7) -> NDArray[np.float32]:
    """The sung line with a short echo: `(samples, 2) float32`."""
    rng = np.random.default_rng(seed)
    line = np.zeros(int(BARS * 4 * BEAT_S * RATE_HZ) + RATE_HZ)
    for beat, length, pitch, vowel in MELODY:
        note = sing_note(pitch - 12, length * BEAT_S, vowel, rng)
        start = int(beat * BEAT_S * RATE_HZ)
        line[start : start + len(note)] += note
    line /= np.abs(line).max()
    echo = np.zeros((len(line), 2))
    for delay_s, left, right in ((0.0, 1, 1), (0.11, 0.15, 0.05), (0.17, 0.04, 0.12)):
        d = int(delay_s * RATE_HZ)
        echo[d:] += line[: len(line) - d, None] * (left, right)
    return fit(echo.astype(np.float32))


def compose(soundfont: Path) -> dict[str, NDArray[np.float32]]:
    """The four stems, each `(samples, 2) float32`, mixed to peak at -1 dBFS together."""
    stems = {
        "drums": 0.9 * play(drums(), 0, 9, soundfont),
        "bass": 0.9 * play(bass(), 33, 0, soundfont),
        "other": play(guitar(), 25, 0, soundfont) + 0.8 * play(piano(), 0, 0, soundfont),
        "vocals": vocals(),
    }
    weights = {"drums": 0.11, "bass": 0.09, "other": 0.07, "vocals": 0.09}
    levelled = {k: v * (weights[k] / np.sqrt(np.mean(v**2))) for k, v in stems.items()}
    peak = np.abs(sum(levelled.values())).max()
    return {k: (v * (0.89 / peak)).astype(np.float32) for k, v in levelled.items()}


def write(stems: dict[str, NDArray[np.float32]], out: Path, folder: Path | None) -> None:
    """The song as Ogg Vorbis, and its stems `(samples, 2) float32` as FLAC if there is a folder."""
    out.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(out, sum(stems.values()), RATE_HZ, subtype="VORBIS", format="OGG")
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, audio in stems.items():
        soundfile.write(folder / f"{name}.flac", audio, RATE_HZ)
