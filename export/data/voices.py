"""One rendered stem: its drawn sound, width and level."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.data.midi import Performance, Stem
from export.data.soundfonts import playing_stem

RATE_HZ = 44100
#: Below this RMS, at its synthesiser's own level, a stem counts as silent.
SILENT_RMS = 1e-4
#: A stem's loudness while it plays, in dB against the drums. General MIDI files leave drums some
#: 10 dB below a record's; each stem is brought to this level, plus its drawn gain.
LEVEL_DB: dict[Stem, float] = {"drums": 0, "bass": 0, "guitar": -3, "piano": -3, "other": -3}
#: Sounds a stem may be given instead of the file's own.
PROGRAMS: dict[Stem, tuple[int, ...]] = {
    "drums": (0, 8, 16, 24, 25, 32, 40),
    "bass": (32, 33, 34, 35, 36, 37, 38, 39),
    "guitar": (24, 25, 26, 27, 28, 29, 30),
    "piano": (0, 1, 2, 3, 4, 5),
    "other": (),
}


@dataclass(frozen=True)
class StemVoice:
    """How one stem sounds. `width` scales the side signal; `gain_db` is added to LEVEL_DB;
    `timbre` is the seed of what a physical model leaves open."""

    soundfont: str
    performance: Performance
    reverb: bool
    room: float
    reverb_level: float
    chorus: bool
    width: float
    gain_db: float
    timbre: int = 0


def draw_voice(
    rng: np.random.Generator, stem: Stem, fonts: tuple[Path, ...], transpose: int, vary: bool
) -> StemVoice:
    """Draw a stem's sound. With `vary` the instrument itself may be exchanged."""
    programs = PROGRAMS[stem]
    exchange = vary and bool(programs) and rng.random() < 0.35
    program = int(rng.choice(programs)) if exchange else None
    fonts = playing_stem(fonts, stem)
    font = fonts[int(rng.integers(len(fonts)))]
    return StemVoice(
        soundfont=str(font),
        performance=Performance(float(rng.uniform(0.75, 1.15)), transpose, program),
        reverb=bool(rng.random() < 0.6),
        room=float(rng.uniform(0.1, 0.8)),
        reverb_level=float(rng.uniform(0.2, 0.9)),
        chorus=bool(rng.random() < 0.2),
        width=float(rng.uniform(0.5, 1.3)),
        gain_db=float(rng.uniform(-4.0, 4.0)),
        timbre=int(rng.integers(2**31)) if font.suffix == ".dsp" else 0,
    )


def playing_rms(audio: NDArray[np.float32]) -> float:
    """RMS over the half seconds within 30 dB of the loudest one; audio is (samples, 2)."""
    block = RATE_HZ // 2
    blocks = np.array_split(audio, max(len(audio) // block, 1))
    power = np.array([np.mean(part.astype(np.float64) ** 2) for part in blocks])
    return float(np.sqrt(np.mean(power[power >= power.max() * 1e-3])))


def audible(audio: NDArray[np.float32]) -> bool:
    """Whether a stem, at its synthesiser's own level, is more than silence."""
    return float(np.sqrt(np.mean(audio.astype(np.float64) ** 2))) > SILENT_RMS


def placed(audio: NDArray[np.float32], stem: Stem, voice: StemVoice) -> NDArray[np.float32]:
    """Width and level of an audible stem, with 20 ms fades where the excerpt was cut."""
    level = 10 ** ((LEVEL_DB[stem] + voice.gain_db) / 20) / playing_rms(audio)
    return faded(widened(audio, voice.width) * np.float32(level))


def widened(audio: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """(samples, 2) with its side signal scaled."""
    mid = audio.mean(axis=1, keepdims=True)
    return np.asarray(mid + (audio - mid) * np.float32(width), np.float32)


def faded(out: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same array (samples, 2), with 20 ms fades where the excerpt was cut."""
    fade = np.linspace(0, 1, min(882, len(out)), dtype=np.float32)[:, None]
    out[: len(fade)] *= fade
    out[len(out) - len(fade) :] *= fade[::-1]
    return out
