"""Band arrangements of our own as MIDI: drawn chords over the grooves of MMA (Debian: `mma`).

Writes a MIDI library as `render` reads it: `<song>.mid` and `index.jsonl`. A song is
verses and choruses of 8 bars, each section with a groove of one file of MMA's library and a chord
progression drawn from common ones, in a drawn key and tempo. Bass, guitar or piano, where the
groove lacks it, mostly joins with a drawn riff, and most songs have a lead. Everything is drawn
from (seed, number): the same command gives the same songs. Finished songs are kept, so a stopped
run goes on where it was.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from export.data.errors import DataError
from export.data.midi import read_song, seconds_played
from export.data.songbook import MAJOR, MINOR, enriched, make_library, split_degree

GROOVES = Path("/usr/share/mma/lib/stdlib")
#: Files of the library that hold no band, or a metre our riffs do not fit.
LEFT_OUT = ("metronome", "none", "hymn", "rock-128", "blues128", "ballad128", "jazz-54")
#: Grooves that are a part of a song and not a section's.
PARTS = ("intro", "end", "fill", "metronome", "break", "solo")
BARS = 8
KEYS = {"C": 0, "Db": 1, "D": 2, "Eb": 3, "E": 4, "F": 5, "Gb": 6, "G": 7, "Ab": 8, "A": 9,
        "Bb": 10, "B": 11}  # fmt: skip
NAMES = tuple(KEYS)
VOICES = {
    "bass": ("AcousticBass", "FingeredBass", "PickedBass", "FretlessBass", "SynthBass1"),
    "guitar": ("NylonGuitar", "SteelGuitar", "JazzGuitar", "CleanGuitar", "MutedGuitar",
               "OverdriveGuitar", "DistortionGuitar"),
    "piano": ("Piano1", "Piano2", "Piano3", "Honky-TonkPiano", "RhodesPiano", "EPiano"),
    "other": ("TenorSax", "AltoSax", "Flute", "Violin", "Trumpet", "Clarinet", "SquareWave",
              "SawWave", "Organ1", "Vibraphone", "Harmonica", "Strings"),
}  # fmt: skip
#: Riffs of an added comping instrument: beat, length, loudness.
RIFFS = (
    "1 1 80",
    "1 2 85; 3 2 75",
    "1 4 85; 2 4 70; 3 4 80; 4 4 70",
    "1 8 85; 1.5 8 65; 2 8 75; 2.5 8 65; 3 8 80; 3.5 8 65; 4 8 75; 4.5 8 65",
    "1 4. 85; 2.5 4. 75; 4 4 70",
    "2 8 80; 4 8 80",
    "1.5 8 75; 2.5 8 75; 3.5 8 75; 4.5 8 75",
)
#: The same of an added bass: beat, length, degree of the chord, loudness.
BASS_RIFFS = (
    "1 1 1 95",
    "1 2 1 95; 3 2 5 85",
    "1 4 1 95; 2 4 1 80; 3 4 5 90; 4 4 3 80",
    "1 4. 1 95; 2.5 8 1 80; 3 4 5 90",
)
#: Shares of songs with a lead, and with a part of ours where the groove lacks the stem.
LEAD_SHARE = 0.7
ADDED_SHARES = {"bass": 0.8, "guitar": 0.85, "piano": 0.85}
LONGEST_S = 20


@dataclass(frozen=True)
class Chart:
    """One song as MMA reads it. `beats` to the bar; `lead` and `added` are tracks of ours."""

    name: str
    groove_file: str
    beats: int
    tempo: int
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    lead: tuple[str, ...]
    added: tuple[str, ...] = ()

    def text(self, seed: int) -> str:
        """The MMA file."""
        lines = [f"RndSeed {seed}", f"Tempo {self.tempo}"]
        bar = 1
        for groove, chords in self.sections:
            # A groove silences every track that is not its own, so ours come after each.
            lines += [f"Groove {groove}", *self.lead, *self.added]
            for chord in chords:
                lines.append(f"{bar} {chord}")
                bar += 1
        return "\n".join(lines) + "\n"


def groove_names(path: Path) -> tuple[str, ...]:
    """The grooves that a file of MMA's library defines."""
    lines = path.read_text("utf-8", errors="replace").splitlines()
    words = [line.split() for line in lines if line.strip().lower().startswith("defgroove ")]
    return tuple(dict.fromkeys(word[1] for word in words if len(word) > 1))


def beats_of(path: Path) -> int:
    """Beats to the bar: the fewest that the file names, 4 if it names none."""
    found = re.findall(r"^\s*Time\s+(\d+)", path.read_text("utf-8", errors="replace"), re.M | re.I)
    return min((int(beats) for beats in found), default=4)


def groove_files(folder: Path = GROOVES) -> dict[str, tuple[str, ...]]:
    """Usable files and their grooves. Raises DataError("mma-missing")."""
    found = {p.stem: groove_names(p) for p in sorted(folder.glob("*.mma")) if _usable(p.stem)}
    found = {name: grooves for name, grooves in found.items() if _sections(grooves)}
    if not found:
        raise DataError("mma-missing", f"no grooves in {folder}; install mma (Debian: mma)")
    return found


def _usable(name: str) -> bool:
    return not any(name == left or name.startswith("metronome") for left in LEFT_OUT)


def _sections(grooves: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(g for g in grooves if not any(part in g.lower() for part in PARTS))


def draw_chart(rng: np.random.Generator, name: str, files: dict[str, tuple[str, ...]]) -> Chart:
    """A song over one file's grooves."""
    file = str(rng.choice(sorted(files)))
    grooves = files[file]
    sections = _sections(grooves)
    verse, chorus = (str(rng.choice(sections)) for _ in range(2))
    slow = any(word in file for word in ("ballad", "slow", "lullaby", "spiritual"))
    tempo = int(rng.integers(60, 96) if slow else rng.integers(88, 165))
    key, minor = int(rng.integers(12)), bool(rng.random() < 0.4)
    rich = float(rng.choice((0.0, 0.2, 0.7)))
    parts = {part: _chords(rng, key, minor, rich) for part in (verse, chorus, "bridge")}
    made: list[tuple[str, tuple[str, ...]]] = []
    fills = [g for g in grooves if "fill" in g.lower()]
    for section in (verse, chorus, verse, chorus, str(rng.choice(sections)), chorus):
        chords = parts.get(section, parts["bridge"])
        fill = str(rng.choice(fills)) if fills and rng.random() < 0.5 else section
        made += [(section, chords[:-1]), (fill, chords[-1:])]
    beats = beats_of(GROOVES / f"{file}.mma")
    lead = _lead(rng, beats) if rng.random() < LEAD_SHARE else ()
    return Chart(name, file, beats, tempo, tuple(made), lead)


def _chords(rng: np.random.Generator, key: int, minor: bool, rich: float) -> tuple[str, ...]:
    table = MINOR if minor else MAJOR
    degrees = " ".join(str(rng.choice(table)) for _ in range(BARS // 4)).split()
    return tuple(_chord(rng, degree, key, rich) for degree in degrees)


def _chord(rng: np.random.Generator, degree: str, key: int, rich: float) -> str:
    steps, kind = split_degree(degree)
    return NAMES[(key + steps) % 12] + enriched(rng, steps, kind, rich)


def _lead(rng: np.random.Generator, beats: int) -> tuple[str, ...]:
    """A melody by MMA's Aria track in rhythms of our own."""
    stem = str(rng.choice(("guitar", "guitar", "piano", "other", "other")))
    riffs = []
    for _ in range(4):
        starts = np.arange(1, beats + 1, 0.5)
        count = int(rng.integers(1, min(len(starts), 7)))
        notes = [
            f"{start:g} {rng.choice(('8', '8', '4', '2'))} {rng.integers(70, 110)}"
            for start in np.sort(rng.choice(starts, count, replace=False))
        ]
        riffs.append("{" + "; ".join(notes) + "}")
    return (
        "Begin Aria-Lead",
        f" Voice {rng.choice(VOICES[stem])}",
        f" Octave {rng.integers(5, 7)}",
        f" Articulate {rng.integers(70, 100)}",
        " Range 1.5",
        f" ScaleType {rng.choice(('Auto', 'Chord', 'Scale'))}",
        " Direction r r 1 -1 r -2 2",
        f" Sequence {' '.join(riffs)}",
        " SeqRnd On",
        "End",
    )


def added_part(rng: np.random.Generator, stem: str, beats: int) -> tuple[str, ...]:
    """A bass, or a comping guitar or piano with block chords or broken ones."""
    riff = _within(str(rng.choice(BASS_RIFFS if stem == "bass" else RIFFS)), beats)
    track, octave = "Chord", int(rng.integers(4, 6))
    if stem == "bass":
        track, octave = "Bass", 3
    elif rng.random() < 0.3:
        track, riff = "Arpeggio", f"1 8 85 * {2 * beats}"
    lines = [f" Voice {rng.choice(VOICES[stem])}", f" Octave {octave}", " Articulate 90"]
    lines += [" Voicing Mode=Optimal"] if track == "Chord" else []
    return (f"Begin {track}-Our{stem}", *lines, f" Sequence {{{riff}}}", "End")


def _within(riff: str, beats: int) -> str:
    """The strokes of a riff that a bar of so many beats has."""
    return "; ".join(s for s in riff.split("; ") if float(s.split()[0]) < beats + 1)


def run_mma(chart: Chart, seed: int, program: str = "mma") -> bytes:
    """The song as a MIDI file. Raises DataError("mma-missing", "mma-failed", "mma-slow")."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name) / "song.mid"
        (Path(name) / "song.mma").write_text(chart.text(seed), "utf-8")
        try:
            # From inside the folder: MMA writes the path it was given into the MIDI file.
            done = subprocess.run(
                [program, "song.mma", "-f", "song.mid"],
                cwd=name, capture_output=True, check=False, timeout=LONGEST_S,
            )  # fmt: skip
        except FileNotFoundError:
            raise DataError("mma-missing", "install mma (Debian: mma)") from None
        except subprocess.TimeoutExpired:
            raise DataError("mma-slow", f"{chart.groove_file}: over {LONGEST_S} s") from None
        if done.returncode != 0 or not made.is_file():
            text = (done.stdout + done.stderr).decode(errors="replace").strip()[-300:]
            raise DataError("mma-failed", f"{chart.groove_file}: {text}")
        return made.read_bytes()


def make_song(seed: int, number: int, files: dict[str, tuple[str, ...]]) -> tuple[bytes, Chart]:
    """Song `number`: its MIDI and its chart. Raises DataError as `run_mma` does."""
    rng = np.random.default_rng([seed, number])
    chart = draw_chart(rng, f"mma-{seed}-{number:04d}", files)
    data = run_mma(chart, number)
    played = seconds_played(read_song(data))
    added = [
        line
        for stem, share in ADDED_SHARES.items()
        if rng.random() < share and played[stem] == 0
        for line in added_part(rng, stem, chart.beats)
    ]
    if not added:
        return data, chart
    chart = replace(chart, added=tuple(added))
    return run_mma(chart, number), chart


def make_arrangements(out: Path, songs: int, seed: int) -> int:
    """A library of songs 0 .. songs - 1; return how many MMA would not play.

    Raises DataError("mma-missing").
    """
    if shutil.which("mma") is None:
        raise DataError("mma-missing", "install mma (Debian: mma)")
    files = groove_files()

    def make(number: int) -> tuple[bytes, str]:
        data, chart = make_song(seed, number, files)
        return data, f"{chart.groove_file} at {chart.tempo}"

    return make_library(out, "mma", seed, songs, make)
