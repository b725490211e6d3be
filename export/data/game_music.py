"""Recorded music without singing from Debian's packages of games, for the stem set `song`.

The tracks of every package of PACKAGES found below a folder (unpacked by `dpkg -x` into a folder of
its name; `/` where it is installed) are copied into `cache/accompaniment/train/<package>-<track>/`,
each with a `track.json` that names its package and licence. Tracks shorter than SHORTEST_S and
those of LEFT_OUT are not used: nothing may sing in them, as training takes their vocals for
silence.

How it was decided what sings: three to five pieces of 29 s of each track were given to the music
tagger FCN of MagnaTagATune (Won et al. 2020, arXiv 2006.00751). A track in which any tag of voices
(vocal, singing, choir, female voice, ...) reached SUSPECT in any piece is left out, and whatever
its name says is sung. On twelve clips of MUSDB18 train, looped, SUSPECT found seven of the mixes
and three of the accompaniments without their vocals, so the tags miss quiet voices; nobody listened
to all tracks.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import soundfile

from export.data.accompaniments import FOLDER, NAME
from export.data.errors import DataError
from export.data.licences import Licence
from export.data.terms import COPYLEFT

SHORTEST_S = 30.0
SUSPECT = 0.1


@dataclass(frozen=True)
class Package:
    """A Debian package, where its music lies in it, and the licence its copyright file gives it."""

    name: str
    folder: str
    licence: Licence


GPL_2 = Licence("GPL-2", COPYLEFT)
GPL_2_PLUS = Licence("GPL-2 or later", COPYLEFT)
GPL_3_PLUS = Licence("GPL-3 or later", COPYLEFT)
BY_SA_3 = Licence("CC-BY-SA-3.0", COPYLEFT)
GAMES = "usr/share/games"
PACKAGES = (
    Package("hedgewars-data", f"{GAMES}/hedgewars/Data/Music", GPL_2),
    Package("hyperrogue-music", "usr/share/hyperrogue/music", BY_SA_3),
    Package("megaglest-data", f"{GAMES}/megaglest/techs/megapack/factions", BY_SA_3),
    Package("planetblupi-music-ogg", "usr/share/planetblupi/music", GPL_3_PLUS),
    Package("singularity-music", f"{GAMES}/singularity/music", BY_SA_3),
    Package("supertux-data", f"{GAMES}/supertux2/music", GPL_2_PLUS),
    Package("warzone2100-music", f"{GAMES}/warzone2100/music", GPL_2_PLUS),
    Package("wesnoth-1.16-music", f"{GAMES}/wesnoth/1.16/data/core/music", GPL_2_PLUS),
)
#: By package: tracks that sing or may, and what is not music.
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "hedgewars-data": ("Castle", "Golf"),
    "megaglest-data": ("music_tech",),
    "singularity-music": ("Nebula",),
    "supertux-data": ("ghostforest2",),
    "wesnoth-1.16-music": (
        "battle-epic",  # its choir tag, 0.10
        "elvish-theme",
        "love_theme",
        "nunc_dimittis",  # its name: a canticle
        "transience",
        "weight_of_revenge",
    ),
}
SUFFIXES = (".ogg", ".opus", ".mp3", ".flac", ".wav")


@dataclass(frozen=True)
class Track:
    """A recording of a package. `name` is its file's, without the suffix."""

    package: Package
    path: Path
    seconds: float

    @property
    def folder(self) -> str:
        """The name of its folder in the cache."""
        return f"{self.package.name}-{self.path.stem.replace(' ', '_')}"

    @property
    def note(self) -> dict[str, Any]:
        """What `track.json` says of it."""
        source = {"package": self.package.name, "file": self.path.name, "seconds": self.seconds}
        return source | {"licence": asdict(self.package.licence)}


def find_tracks(packages: Path) -> list[Track]:
    """The tracks to be used of the known packages below a folder.

    Raises DataError("packages-missing") where there is none, DataError("audio-unreadable").
    """
    found = [track for package in PACKAGES for track in _tracks(package, packages)]
    if not found:
        names = ", ".join(package.name for package in PACKAGES)
        raise DataError("packages-missing", f"no music of {names} below {packages}; give a folder "
                        "that holds them unpacked, or / where they are installed")  # fmt: skip
    return found


def _tracks(package: Package, packages: Path) -> Iterator[Track]:
    roots = (packages / package.name / package.folder, packages / package.folder)
    root = next((folder for folder in roots if folder.is_dir()), None)
    if root is None:
        return
    for path in sorted(root.rglob("*")):
        if path.suffix not in SUFFIXES or path.stem in LEFT_OUT.get(package.name, ()):
            continue
        try:
            seconds = float(soundfile.info(path).duration)
        except soundfile.LibsndfileError as error:
            raise DataError("audio-unreadable", f"{path}: {error}; expected audio") from None
        if seconds >= SHORTEST_S:
            yield Track(package, path, seconds)


def copy_track(track: Track, cache: Path) -> bool:
    """Into the cache; its folder appears whole or not at all. False: it was there."""
    target = cache / FOLDER / track.folder
    if target.is_dir():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=target.parent) as name:
        made = Path(name) / "track"
        made.mkdir(mode=0o755)
        shutil.copyfile(track.path, made / f"{NAME}{track.path.suffix}")
        (made / "track.json").write_text(json.dumps(track.note, indent=1) + "\n", "utf-8")
        made.rename(target)
    return True


def summary(tracks: list[Track]) -> str:
    """Tracks, hours and licence by package, as lines for people."""
    lines = []
    for package in PACKAGES:
        seconds = [track.seconds for track in tracks if track.package == package]
        if seconds:
            amount = f"{len(seconds)} tracks, {sum(seconds) / 3600:.2f} h"
            terms = f"{package.licence.licence} [{package.licence.terms}]"
            lines.append(f"{package.name}: {amount}; {terms}")
    return "\n".join(lines)
