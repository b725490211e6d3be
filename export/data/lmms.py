"""LMMS's demo projects as songs with stems: produced electronic music (Debian: `lmms`).

A project is an XML file of tracks. Each track is a part of a song here: `drums`, `bass`, `other`,
`unknown`, or `voices`, whose tracks are not heard at all. A part is rendered by LMMS itself, with
all tracks of other parts muted, so the effects of its mixer are in it; the mix is the sum. What a
track is, its own name says, else the name of its instrument's preset, else the file of its sample,
else its instrument. A song in which nothing says it of a track has its basses in `other`, too:
without a bass of its own, `other` is known as the sum of all but the drums.

The folders that `render` writes are those of a folder of own songs (`export.data.layouts.plain`),
one for each licence, as Debian's copyright file has them.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import statistics
import struct
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from xml.etree.ElementTree import Element

from export.data.declared import NAME
from export.data.errors import DataError
from export.data.licences import Licence
from export.data.stems import guess
from export.data.terms import COPYLEFT, PERMISSIVE

PROJECTS = "usr/share/lmms/projects"
LONGEST_S = 1800
#: LMMS 1.2.2 dies of a signal now and then, with nothing wrong in its project.
TRIES = 3
DRUMS, BASS, OTHER, UNKNOWN, VOICES = "drums", "bass", "other", "unknown", "voices"
GPL = Licence("GPL-2 or later", COPYLEFT)
ARTISTIC = Licence("Artistic-2", COPYLEFT)
BSD = Licence("BSD-2-clause", PERMISSIVE)
BY_SA_3 = Licence("CC-BY-SA-3.0", COPYLEFT)
BY_SA_4 = Licence("CC-BY-SA-4.0", COPYLEFT)
#: By file name, the first that fits; as in lmms-common's copyright file.
LICENCES = (
    ("CapDan-TwilightArea-*", BY_SA_3), ("CapDan-*", ARTISTIC), ("EsoXLB-*", ARTISTIC),
    ("Impulslogik-*", ARTISTIC), ("Momo64-*", ARTISTIC), ("Oglsdl-*", ARTISTIC),
    ("Settel-*", ARTISTIC), ("Socceroos-*", ARTISTIC), ("TameAnderson-*", ARTISTIC),
    ("Thomasso-*", ARTISTIC), ("Crunk*", ARTISTIC), ("Greshz-*", ARTISTIC),
    ("Surrender-*", ARTISTIC), ("Saber-*", BSD), ("Alf42red-*", BY_SA_3),
    ("Jousboxx-*", BY_SA_4), ("Skiessi-*", BY_SA_4), ("*", GPL),
)  # fmt: skip
#: Folders of LMMS's samples, the longest first where one lies in another.
SAMPLES = (
    ("drumsynth/instrument/", UNKNOWN), ("drumsynth/effects/", OTHER),
    ("drumsynth/misc_fx/", OTHER), ("drumsynth/", DRUMS), ("drums/", DRUMS), ("beats/", DRUMS),
    ("basses/", BASS), ("stringsnpads/chorus", VOICES), ("stringsnpads/", OTHER),
    ("effects/", OTHER),
)  # fmt: skip
INSTRUMENTS = {"lb302": BASS}
#: Words of electronic music that no file of stems is called by.
WORDS = {
    "clap": DRUMS, "claps": DRUMS, "handclap": DRUMS, "snareclap": DRUMS, "rim": DRUMS,
    "rimshot": DRUMS, "shaker": DRUMS, "tamb": DRUMS, "bassdrum": DRUMS, "bd": DRUMS,
    "sub": BASS, "bassline": BASS, "bassslap": BASS, "vocal": VOICES, "voice": VOICES,
    "choir": VOICES, "lead": OTHER, "saw": OTHER, "bell": OTHER, "bells": OTHER, "pluck": OTHER,
    "plucked": OTHER, "square": OTHER, "pipe": OTHER, "reed": OTHER, "sweep": OTHER,
    "chords": OTHER, "arpeggio": OTHER, "chimes": OTHER, "zip": OTHER, "whoosh": OTHER,
}  # fmt: skip
#: A kicker makes every sound of it, so nothing says which are drums.
LEFT_OUT = ("Jousboxx-BuzzerBeater",)
_WORD = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
#: LMMS's number of the A at 220 Hz: what is called a bass and plays higher is none.
HIGHEST_BASS_KEY = 45
A4_KEY = 57
_SOUNDING = ("0", "2")


@dataclass(frozen=True)
class Project:
    """A file of LMMS, with its licence. `name` is its file's, without the ending."""

    path: Path
    licence: Licence

    @property
    def name(self) -> str:
        """`Saber-FinalStep`."""
        return self.path.stem


def find_projects(packages: Path) -> list[Project]:
    """Every demo below a folder of unpacked packages, or `/`. Raises DataError("lmms-missing")."""
    roots = (packages / "lmms-common" / PROJECTS, packages / PROJECTS)
    root = next((one for one in roots if one.is_dir()), None)
    if root is None:
        raise DataError("lmms-missing", f"no {PROJECTS} below {packages}; install lmms (Debian: "
                        "lmms), or give the folder that holds lmms-common unpacked")  # fmt: skip
    every = (path for path in root.rglob("*.mmp*") if "tutorials" not in path.parts)
    paths = sorted(path for path in every if path.stem not in LEFT_OUT)
    return [Project(path, _licence(path.stem)) for path in paths]


def _licence(name: str) -> Licence:
    return next(licence for pattern, licence in LICENCES if fnmatchcase(name, pattern))


def read(path: Path) -> Element:
    """The project's root element. Raises DataError("project-unreadable")."""
    data = path.read_bytes()
    try:
        if path.suffix == ".mmpz":
            (size,) = struct.unpack(">I", data[:4])
            data = zlib.decompress(data[4:], bufsize=min(size, 1 << 26))
        return ElementTree.fromstring(data)
    except (struct.error, zlib.error, ElementTree.ParseError) as error:
        raise DataError("project-unreadable", f"{path}: {error}; expected a project of LMMS, XML "
                        "(.mmp) or compressed (.mmpz)") from None  # fmt: skip


def parts_of(root: Element) -> dict[str, list[Element]]:
    """The tracks that sound, by part: DRUMS, BASS, OTHER, VOICES."""
    found: dict[str, list[Element]] = {}
    for track in _tracks(root):
        if track.get("muted") != "1" and _plays(track):
            found.setdefault(part_of(track), []).append(track)
    if UNKNOWN in found:
        merged = [one for name in (UNKNOWN, BASS, OTHER) for one in found.pop(name, [])]
        found[OTHER] = merged
    return found


def _tracks(root: Element) -> Iterator[Element]:
    return (track for track in root.iter("track") if track.get("type") in _SOUNDING)


def _plays(track: Element) -> bool:
    return any(True for name in ("note", "sampletco") for _ in track.iter(name)) or any(
        pattern.get("steps") and pattern.get("type") == "0" for pattern in track.iter("pattern")
    )


def part_of(track: Element) -> str:
    """DRUMS, BASS, OTHER, VOICES or UNKNOWN."""
    kind, sample = _instrument(track)
    told = [_named(name) for name in (track.get("name", ""), *_presets(track))]
    told += [_of_sample(sample), INSTRUMENTS.get(kind, "")]
    if VOICES in told:
        return VOICES
    part = next((one for one in told if one), UNKNOWN)
    return UNKNOWN if part == BASS and not sample and _is_high(track) else part


def _instrument(track: Element) -> tuple[str, str]:
    """The name of its instrument, and the file of its sample."""
    instrument = track.find("instrumenttrack/instrument")
    player = track.find("instrumenttrack/instrument/audiofileprocessor")
    kind = "" if instrument is None else instrument.get("name", "")
    return kind, "" if player is None else player.get("src", "")


def _presets(track: Element) -> list[str]:
    names = [one for one in track.iter("string") if one.get("name") == "name"]
    return [text for one in names if (text := one.get("value") or one.text) and text != "12tET"]


def _named(name: str) -> str:
    words = [word for one in _WORD.findall(name) for word in (one, one.lower())]
    said = {WORDS[word] for word in words if word in WORDS}
    known = guess(name)
    if known in (DRUMS, BASS):
        said.add(known)
    elif known == "vocals":
        said.add(VOICES)
    elif known and known != "none":
        said.add(OTHER)
    if VOICES in said:
        return VOICES
    return said.pop() if len(said) == 1 else ""


def _of_sample(path: str) -> str:
    known = next((part for start, part in SAMPLES if path.startswith(start)), "")
    return _named(Path(path).stem) if known in (UNKNOWN, "") else known


def _is_high(track: Element) -> bool:
    instrument = track.find("instrumenttrack")
    base = A4_KEY if instrument is None else int(float(instrument.get("basenote", A4_KEY)))
    keys = [int(float(note.get("key", A4_KEY))) + A4_KEY - base for note in track.iter("note")]
    return bool(keys) and statistics.median(keys) > HIGHEST_BASS_KEY


def only(root: Element, heard: list[Element]) -> bytes:
    """The project as XML, with every track muted but these."""
    keys = {id(track) for track in heard}
    muted = [id(track) not in keys for track in _tracks(root)]
    other = copy.deepcopy(root)
    for track, silent in zip(_tracks(other), muted, strict=True):
        track.set("muted", "1" if silent else "0")
        track.set("solo", "0")
    return ElementTree.tostring(other, encoding="utf-8", xml_declaration=True)


def render(project: Project, out: Path, program: str = "lmms") -> str:
    """A folder for the song, whole or not at all, in that of its licence. Returns what was done.

    Raises DataError("project-unreadable"), ("lmms-missing"), ("lmms-failed"), ("lmms-slow").
    """
    folder = out / _plain(project.licence.licence)
    if (folder / project.name).is_dir():
        return "there already"
    root = read(project.path)
    parts = parts_of(root)
    left_out = len(parts.pop(VOICES, []))
    if DRUMS not in parts or len(parts) == 1:
        return "not used: no drums, or nothing beside them, is known"
    folder.mkdir(parents=True, exist_ok=True)
    _declare(folder, project.licence)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as name:
        made = Path(name).resolve() / "song"
        made.mkdir(mode=0o755)
        for part, tracks in sorted(parts.items()):
            _run(only(root, tracks), made / f"{part}.wav", program)
        made.rename(folder / project.name)
    without = f"; {left_out} tracks of voices are not in it" if left_out else ""
    return f"{', '.join(sorted(parts))}{without}"


def _plain(licence: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", licence.lower()).strip("-")


def _declare(folder: Path, licence: Licence) -> None:
    (folder / NAME).write_text(
        f'set = "LMMS demo projects"\nlicence = "{licence.licence}"\nterms = "{licence.terms}"\n'
        'origin = "Debian: lmms-common"\nsilent = ["vocals"]\npad = true\n',
        "utf-8",
    )


def _run(project: bytes, out: Path, program: str) -> None:
    if shutil.which(program) is None:
        raise DataError("lmms-missing", f"no command {program}; install lmms (Debian: lmms)")
    for _ in range(TRIES):
        done = _tried(project, out, program)
        if done.returncode == 0 and out.is_file():
            return
        out.unlink(missing_ok=True)
        if done.returncode >= 0:
            break
    text = done.stderr.decode(errors="replace").strip()[-300:]
    raise DataError("lmms-failed", f"{out.stem}: exit status {done.returncode}: {text}")


def _tried(project: bytes, out: Path, program: str) -> subprocess.CompletedProcess[bytes]:
    root = ["--allowroot"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="lmms-") as home:
        source = Path(home) / "project.mmp"
        source.write_bytes(project)
        command = [program, *root, "render", str(source), "-o", str(out), "-f", "wav", "-a"]
        quiet = os.environ | {"HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        try:
            return subprocess.run(
                command, env=quiet, cwd=home, capture_output=True, timeout=LONGEST_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise DataError("lmms-slow", f"{out.stem}: over {LONGEST_S} s") from None
