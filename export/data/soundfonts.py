"""General MIDI SoundFonts where Debian's packages put them, and which are held back for tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from export.data.errors import DataError
from export.data.terms import COPYLEFT, PERMISSIVE, Terms

FOLDERS = (Path("/usr/share/sounds/sf2"), Path("/usr/share/sounds/sf3"))


@dataclass(frozen=True)
class SoundFont:
    """A file name, the Debian package that has it, its licence as that package states it, what
    this lets one do, and whether only the test split may use it.

    MuseScore_General grew out of FluidR3, so one of them held back would not be unheard:
    TimGM6mb, made independently, is.
    """

    file: str
    package: str
    licence: str
    terms: Terms
    held_back: bool = False


SOUNDFONTS = (
    SoundFont("FluidR3_GM.sf2", "fluid-soundfont-gm", "MIT", PERMISSIVE),
    SoundFont(
        "MuseScore_General_Lite.sf3",
        "musescore-general-soundfont-small",
        "MIT, parts public domain or CC0",
        PERMISSIVE,
    ),
    SoundFont("FluidR3Mono_GM.sf3", "fluidr3mono-gm-soundfont", "MIT", PERMISSIVE),
    SoundFont("TimGM6mb.sf2", "timgm6mb-soundfont", "GPL-2", COPYLEFT, held_back=True),
)


def find_soundfonts(split: str, folders: tuple[Path, ...] = FOLDERS) -> tuple[Path, ...]:
    """The installed SoundFonts for a split: the held-back one for `test`, the others elsewhere.

    Raises DataError("soundfont-missing") naming the packages if none is installed.
    """
    wanted = [font for font in SOUNDFONTS if font.held_back == (split == "test")]
    found = [folder / font.file for font in wanted for folder in folders]
    existing = tuple(path for path in found if path.is_file())
    if not existing:
        packages = " or ".join(font.package for font in wanted)
        raise DataError("soundfont-missing", f"no SoundFont for '{split}'; install {packages}")
    return existing
