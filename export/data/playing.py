"""A stem's MIDI file becomes audio: fluidsynth plays SoundFonts, timidity plays GUS patches,
DawDreamer plays physical models, Sonivox plays its own sounds."""

from __future__ import annotations

import ctypes
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from export.data.errors import DataError
from export.data.midi import Song, stem_file
from export.data.voices import StemVoice

#: What plays a bank of sounds, by the suffix of the bank's file.
SYNTHESISERS = {
    ".sf2": "fluidsynth",
    ".sf3": "fluidsynth",
    ".cfg": "timidity",
    ".dsp": "dawdreamer",
    ".eas": "sonivox",
}
#: Which of these are no programs, and how to install them.
PYTHON, LIBRARY = "dawdreamer", "sonivox"
INSTALLED = {PYTHON: f"pip install {PYTHON}", LIBRARY: "install libsonivox3 (Debian)"}
#: Codes of the errors that say that one of them is not installed.
MISSING = tuple(f"{name}-missing" for name in sorted({*SYNTHESISERS.values()}))


def require_synthesiser(bank: Path) -> None:
    """Raises DataError, "fluidsynth-missing" or the like, where what plays a bank is not there."""
    name = SYNTHESISERS[bank.suffix]
    if name == PYTHON:
        there = importlib.util.find_spec(name) is not None
    elif name == LIBRARY:
        there = _has_library(bank.read_text().strip())
    else:
        there = shutil.which(name) is not None
    if not there:
        how = INSTALLED.get(name, f"install {name} (Debian: {name})")
        raise DataError(f"{name}-missing", how)


def _has_library(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def fluidsynth_command(voice: StemVoice, midi: Path, wav: Path, rate_hz: float) -> list[str]:
    """The command that renders one MIDI file to a float WAV file at `rate_hz`."""
    settings = {
        "synth.reverb.active": int(voice.reverb),
        "synth.reverb.room-size": round(voice.room, 3),
        "synth.reverb.level": round(voice.reverb_level, 3),
        "synth.chorus.active": int(voice.chorus),
        "synth.dynamic-sample-loading": 1,
        "synth.sample-rate": round(rate_hz, 2),
        "synth.gain": 0.2,
    }
    options = [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]
    fast = ["-ni", "-q", "-T", "wav", "-O", "float", "-F", str(wav)]
    return ["fluidsynth", *fast, *options, voice.soundfont, str(midi)]


def timidity_command(voice: StemVoice, midi: Path, wav: Path, rate_hz: float) -> list[str]:
    """The command that renders one MIDI file to a 24 bit WAV file at about `rate_hz`.

    timidity knows whole Hz only. Its configuration, made whole, is written beside the MIDI file.
    """
    whole = midi.with_suffix(".cfg")
    whole.write_text(filled(Path(voice.soundfont).read_text()))
    reverb = f"f,{round(127 * voice.reverb_level)}" if voice.reverb else "d"
    chorus = "n,64" if voice.chorus else "d"
    effects = [f"-EFreverb={reverb}", f"-EFchorus={chorus}"]
    quiet = ["-idqq", "--preserve-silence", "--volume=50", "-Ow", "--output-24bit"]
    timing = ["-s", str(round(rate_hz)), "-o", str(wav)]
    return ["timidity", "-c", str(whole), *quiet, *effects, *timing, str(midi)]


def filled(configuration: str) -> str:
    """A timidity configuration in which each of the 128 melodic programs has a patch.

    Free patch sets have holes, and a program without a patch is silent: it gets the patch of the
    nearest program, of its own family of eight if that has one.
    """
    bank = configuration.split("bank 0", 1)[-1].split("\ndrumset", 1)[0].split("\nbank", 1)[0]
    patches = dict(re.findall(r"^\s*(\d+)\s+(\S.*?)\s*$", bank, re.MULTILINE))
    have = sorted(map(int, patches))
    lines = []
    for program in range(128):
        if program not in have and have:
            near = min(have, key=lambda p: (p // 8 != program // 8, abs(p - program), p))
            lines.append(f" {program}\t{patches[str(near)]}")
    return "\n".join([configuration.rstrip(), "", "bank 0", *lines, ""])


def plucking_command(voice: StemVoice, midi: Path, wav: Path, rate_hz: float) -> list[str]:
    """The command that renders one MIDI file to a float WAV file at `rate_hz`; the models have
    neither room nor chorus."""
    files = [str(midi), str(wav), voice.soundfont]
    timing = ["--rate-hz", str(rate_hz), "--timbre", str(voice.timbre)]
    return [sys.executable, "-m", "export", "plucking", *files, *timing]


def wavetable_command(voice: StemVoice, midi: Path, wav: Path, rate_hz: float) -> list[str]:
    """The command that renders one MIDI file to a float WAV file at `rate_hz`; it has reverb, no
    chorus."""
    files = [str(midi), str(wav), voice.soundfont, "--rate-hz", str(rate_hz)]
    reverb = ["--reverb", f"{voice.reverb_level if voice.reverb else 0:.3f}"]
    return [sys.executable, "-m", "export", "wavetable", *files, *reverb]


COMMANDS = {
    "fluidsynth": fluidsynth_command,
    "timidity": timidity_command,
    PYTHON: plucking_command,
    LIBRARY: wavetable_command,
}


def render_stem(
    song: Song, stem: str, voice: StemVoice, rate_hz: float, folder: Path
) -> NDArray[np.float32]:
    """Render one stem: (samples, 2) float32, `round(song.seconds * rate_hz)` samples, at the
    synthesiser's own level.

    Raises DataError("fluidsynth-missing"), ("fluidsynth-failed") or the same with another name.
    """
    require_synthesiser(Path(voice.soundfont))
    name = SYNTHESISERS[Path(voice.soundfont).suffix]
    midi, wav = folder / f"{stem}.mid", folder / f"{stem}.wav"
    stem_file(song, stem, voice.performance).save(midi)
    command = COMMANDS[name](voice, midi, wav, rate_hz)
    done = subprocess.run(command, capture_output=True, check=False)
    text = (done.stderr + done.stdout).decode(errors="replace").strip()[-300:]
    # With a SoundFont it cannot read, fluidsynth plays its default one and exits with 0.
    if done.returncode != 0 or not wav.is_file() or "not a SoundFont" in text:
        raise DataError(f"{name}-failed", f"exit {done.returncode} on {stem}: {text}")
    audio, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    for made in (midi, wav, midi.with_suffix(".cfg")):
        made.unlink(missing_ok=True)
    samples = round(song.seconds * rate_hz)
    fitted = np.zeros((samples, 2), np.float32)
    fitted[: min(samples, len(audio))] = audio[:samples]
    return fitted
