"""Banks of sounds: General MIDI SoundFonts and patch sets where Debian's packages put them; guitars
as physical models and a synthesiser's own sounds, as files of this package; and which are held back
for tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from export.data.errors import DataError
from export.data.terms import COPYLEFT, PERMISSIVE, Terms

#: Where desktops keep a user's own SoundFonts; those of `recorded.py` are put there.
USER_FOLDER = Path.home() / ".local/share/sounds/sf2"
FOLDERS = (
    USER_FOLDER,
    Path("/usr/share/sounds/sf2"),
    Path("/usr/share/sounds/sf3"),
    Path("/etc/timidity"),
    Path(__file__).parent / "instruments",
)


@dataclass(frozen=True)
class SoundFont:
    """A file name, what to install for it, its licence as that package states it, what this lets
    one do, whether only the test split may use it, the stems it plays, () for all, and whether
    it is heard only where it is asked for by name.

    MuseScore_General grew out of FluidR3, so one of them held back would not be unheard:
    TimGM6mb, made independently, is. Debian's csound-soundfont must not be added for training: 392
    of its samples have the names of TimGM6mb's.
    """

    file: str
    package: str
    licence: str
    terms: Terms
    held_back: bool = False
    stems: tuple[str, ...] = ()
    named: bool = False


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
    SoundFont(
        "freepats.cfg",
        "freepats",
        "GPL-2 or later; music that mixes the patches in is not covered by it",
        COPYLEFT,
    ),
    SoundFont("OPL-3_FM_128M.sf2", "opl3-soundfont", "CC-BY-SA-4.0", COPYLEFT),
    *(
        SoundFont(
            f"{name}.dsp",
            "dawdreamer",
            "MIT (a program of this package); computed by Faust's physical models, no recordings",
            PERMISSIVE,
            stems=("guitar",),
            named=True,
        )
        for name in ("steel_guitar", "nylon_guitar", "electric_guitar", "plucked_string")
    ),
    *(
        SoundFont(
            f"recorded_{name}.sf2",
            "it with export.data.recorded",
            "CC-BY-3.0 (recordings of tonejs-instruments)",
            PERMISSIVE,
            stems=(stem,),
            named=True,
        )
        for name, stem in (
            ("acoustic_guitar", "guitar"),
            ("nylon_guitar", "guitar"),
            ("electric_guitar", "guitar"),
            ("electric_bass", "bass"),
            ("piano", "piano"),
        )
    ),
    # Nothing above 11 kHz, which cymbals would miss.
    SoundFont(
        "sonivox.eas",
        "libsonivox3",
        "Apache-2.0",
        PERMISSIVE,
        stems=("bass", "guitar", "piano", "other"),
        named=True,
    ),
)
TRAINING = tuple(font for font in SOUNDFONTS if not font.held_back)


def find_soundfonts(
    split: str, names: tuple[str, ...] = (), folders: tuple[Path, ...] = FOLDERS
) -> tuple[Path, ...]:
    """The SoundFonts for a split: the held-back one for `test`; elsewhere those of `names` (file
    names without their suffix), without names the installed ones that are free for any use and need
    not be named.

    Raises DataError("soundfont-unknown"), ("soundfont-missing") naming the packages if one asked
    for, or every one, is not installed, or ("soundfont-alone") if none of them plays every stem.
    """
    wanted = _wanted(split, names)
    found = {font: folder / font.file for font in wanted for folder in folders
             if (folder / font.file).is_file()}  # fmt: skip
    missing = [font for font in wanted if font not in found]
    if not found or (names and missing):
        packages = (" and " if names else " or ").join(font.package for font in missing)
        raise DataError("soundfont-missing", f"no SoundFont for '{split}'; install {packages}")
    if all(font.stems for font in found):
        raise DataError("soundfont-alone", f"{', '.join(names)} do not play every stem; name one "
                        "that does as well, e.g. freepats")  # fmt: skip
    return tuple(found.values())


def playing_stem(fonts: tuple[Path, ...], stem: str) -> tuple[Path, ...]:
    """Those of the files that play a stem; a file not listed here plays all."""
    limits = {font.file: font.stems for font in SOUNDFONTS if font.stems}
    return tuple(font for font in fonts if stem in limits.get(font.name, (stem,)))


def _wanted(split: str, names: tuple[str, ...]) -> list[SoundFont]:
    if split == "test":
        return [font for font in SOUNDFONTS if font.held_back]
    known = {Path(font.file).stem: font for font in TRAINING}
    if unknown := [name for name in names if name not in known]:
        raise DataError("soundfont-unknown", f"{', '.join(unknown)}; expected of "
                        f"{', '.join(known)}")  # fmt: skip
    if names:
        return [known[name] for name in names]
    return [font for font in TRAINING if font.terms == PERMISSIVE and not font.named]
