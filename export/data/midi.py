"""MIDI songs as notes per stem.

A `Song` keeps times in seconds (the tempo map is already applied), so that an excerpt or a stem
is a plain selection. General MIDI programs decide the stem: pianos 0-7, guitars 24-31, basses
32-39, channel 10 (and the XG drum banks 120 and 127) drums, the rest other.
"""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import mido
from mido.midifiles.meta import KeySignatureError

from export.data.casting import AS_WRITTEN, Cast
from export.data.errors import DataError

Stem = Literal["drums", "bass", "guitar", "piano", "other"]
STEMS: tuple[Stem, ...] = ("drums", "bass", "guitar", "piano", "other")
DRUM_CHANNEL = 9
XG_DRUM_BANKS = (120, 127)
#: A note that is never released, or held longer than this, ends here.
LONGEST_NOTE_S = 30.0
#: 0.1 ms per tick at the fixed tempo in which stems are written.
TICKS_PER_S = 10_000
CHANNEL_MESSAGES = frozenset(("control_change", "program_change", "pitchwheel", "aftertouch"))
BANK_CONTROLS = (0, 32)


@dataclass(frozen=True)
class Note:
    """One sounding note, in seconds from the song's start."""

    start_s: float
    end_s: float
    channel: int
    pitch: int
    velocity: int
    stem: str


@dataclass(frozen=True)
class Control:
    """A program change, controller, pitch bend or pressure at a time in seconds."""

    time_s: float
    message: mido.Message


@dataclass(frozen=True)
class Song:
    """Notes by start time, controls in file order, and the length in seconds."""

    notes: tuple[Note, ...]
    controls: tuple[Control, ...]
    seconds: float


@dataclass(frozen=True)
class Performance:
    """How one stem is played: `velocity_scale` multiplies velocities (kept in 1..127),
    `transpose` is in semitones (never for drums), `program` replaces every program of the stem
    (0-127; for drums the kit), None keeps the file's own."""

    velocity_scale: float = 1.0
    transpose: int = 0
    program: int | None = None


@dataclass(frozen=True)
class MidiRecord:
    """One line of `index.jsonl`."""

    file: str
    title: str
    source: str
    seconds: float
    guitar: bool
    piano: bool
    split: str

    @property
    def song_id(self) -> str:
        """File name without its ending."""
        return Path(self.file).stem


def stem_of(program: int, is_drums: bool) -> Stem:
    """The stem of a General MIDI program (0-127)."""
    if is_drums:
        return "drums"
    family = {0: "piano", 3: "guitar", 4: "bass"}
    return family.get(program // 8, "other")  # type: ignore[return-value]


#: What mido raises on files of the wild.
UNREADABLE = (
    OSError, ValueError, EOFError, KeyError, IndexError, TypeError, KeySignatureError,
)  # fmt: skip


def stem_of_note(program: int, is_drums: bool, pitch: int) -> str:
    """The stem that a note belongs to, whatever its pitch."""
    return stem_of(program, is_drums)


NameOf = Callable[[int, bool, int], str]
"""What a note of (program, is_drums, pitch) belongs to."""


def read_song(data: bytes, cast: Cast = AS_WRITTEN, name_of: NameOf = stem_of_note) -> Song:
    """Parse a Standard MIDI File; `cast` says what is played where a program is chosen, `name_of`
    what each note's `stem` is.

    Raises DataError("midi-unreadable") if it is not one.
    """
    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
        messages = list(file)
    except UNREADABLE as error:
        raise DataError("midi-unreadable", f"not a readable MIDI file ({error}); skip it") from None
    return _song_of(messages, cast, name_of)


def _song_of(messages: Iterable[mido.Message], cast: Cast, name_of: NameOf) -> Song:
    now, programs, banks = 0.0, [0] * 16, [0] * 16
    open_notes: dict[tuple[int, int], tuple[float, int, str, bool]] = {}
    notes: list[Note] = []
    controls: list[Control] = []

    def close(key: tuple[int, int]) -> None:
        start, velocity, stem, is_drums = open_notes.pop(key)
        channel = DRUM_CHANNEL if is_drums else key[0]
        end = min(max(now, start + 0.01), start + LONGEST_NOTE_S)
        notes.append(Note(start, end, channel, key[1], velocity, stem))

    for message in messages:
        now += message.time
        if message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            if key in open_notes:
                close(key)
            if message.type == "note_on" and message.velocity > 0:
                channel = message.channel
                is_drums = channel == DRUM_CHANNEL or banks[channel] in XG_DRUM_BANKS
                stem = name_of(programs[channel], is_drums, message.note)
                open_notes[key] = (now, message.velocity, stem, is_drums)
        elif message.type == "control_change" and message.control in BANK_CONTROLS:
            if message.control == 0:
                banks[message.channel] = message.value
        elif message.type in CHANNEL_MESSAGES:
            if message.type == "program_change":
                kit = message.channel == DRUM_CHANNEL or banks[message.channel] in XG_DRUM_BANKS
                message = message if kit else message.copy(program=cast[message.program])
                programs[message.channel] = message.program
            controls.append(Control(now, message.copy(time=0)))
    for key in list(open_notes):
        close(key)
    return Song(tuple(sorted(notes, key=lambda n: n.start_s)), tuple(controls), now)


def excerpt(song: Song, start_s: float, seconds: float) -> Song:
    """The part from `start_s` on, `seconds` long. Notes sounding at the cut are struck again;
    every earlier controller is kept at time 0, so that sounds and bends are as in the song."""
    end_s = start_s + seconds
    notes = tuple(
        replace(n, start_s=max(n.start_s - start_s, 0.0), end_s=min(n.end_s, end_s) - start_s)
        for n in song.notes
        if n.start_s < end_s and n.end_s > start_s
    )
    controls = tuple(
        replace(c, time_s=max(c.time_s - start_s, 0.0)) for c in song.controls if c.time_s < end_s
    )
    return Song(notes, controls, seconds)


def paced(song: Song, speed: float) -> Song:
    """The song played `speed` times as fast, at its own pitch."""
    notes = tuple(replace(n, start_s=n.start_s / speed, end_s=n.end_s / speed) for n in song.notes)
    controls = tuple(replace(c, time_s=c.time_s / speed) for c in song.controls)
    return Song(notes, controls, song.seconds / speed)


def seconds_played(song: Song) -> dict[str, float]:
    """Per stem, the number of whole seconds in which at least one note starts."""
    seconds: dict[str, set[int]] = {stem: set() for stem in STEMS}
    for note in song.notes:
        seconds.setdefault(note.stem, set()).add(int(note.start_s))
    return {stem: float(len(found)) for stem, found in seconds.items()}


def stem_file(song: Song, stem: str, how: Performance) -> mido.MidiFile:
    """One stem of a song as a MIDI file. All stems of a song end at the same tick, so that they
    stay aligned; controllers of every channel are in each."""
    track: list[tuple[float, int, mido.Message]] = [
        (c.time_s, 0, m) for c in song.controls if (m := _for_stem(c.message, stem, how))
    ]
    if how.program is not None:
        track += _first_programs(song, stem, how.program)
    for note in song.notes:
        if note.stem == stem:
            track += _note_messages(note, how)
    track.sort(key=lambda item: (item[0], item[1]))
    return _fixed_tempo_file([(t, m) for t, _, m in track], song.seconds)


def _first_programs(song: Song, stem: str, program: int) -> list[tuple[float, int, mido.Message]]:
    """Drums take their kit at time 0; channels that never choose a program play 0, a piano."""
    if stem == "drums":
        kit = mido.Message("program_change", channel=DRUM_CHANNEL, program=program)
        return [(0.0, -1, kit)]
    if stem != "piano":
        return []
    chosen = {c.message.channel for c in song.controls if c.message.type == "program_change"}
    played = {n.channel for n in song.notes if n.stem == stem}
    return [
        (0.0, -1, mido.Message("program_change", channel=channel, program=program))
        for channel in sorted(played - chosen)
    ]


def _for_stem(message: mido.Message, stem: str, how: Performance) -> mido.Message | None:
    """The control as this stem plays it: with its replaced program, or None for a replaced kit."""
    if how.program is None or message.type != "program_change":
        return message
    if message.channel == DRUM_CHANNEL:
        return None if stem == "drums" else message
    if stem_of(message.program, False) == stem:
        return message.copy(program=how.program)
    return message


def _note_messages(note: Note, how: Performance) -> list[tuple[float, int, mido.Message]]:
    shift = 0 if note.channel == DRUM_CHANNEL else how.transpose
    pitch = min(max(note.pitch + shift, 0), 127)
    velocity = min(max(round(note.velocity * how.velocity_scale), 1), 127)
    on = mido.Message("note_on", channel=note.channel, note=pitch, velocity=velocity)
    off = mido.Message("note_off", channel=note.channel, note=pitch, velocity=0)
    # An off at the same instant as an on must come first, or it would end the new note.
    return [(note.start_s, 2, on), (note.end_s, 1, off)]


def _fixed_tempo_file(timed: list[tuple[float, mido.Message]], seconds: float) -> mido.MidiFile:
    track, last = mido.MidiTrack(), 0
    track.append(mido.MetaMessage("set_tempo", tempo=1_000_000, time=0))
    for time_s, message in timed:
        tick = max(round(time_s * TICKS_PER_S), last)
        track.append(message.copy(time=tick - last))
        last = tick
    end = max(round(seconds * TICKS_PER_S), last)
    track.append(mido.MetaMessage("end_of_track", time=end - last))
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_S)
    file.tracks.append(track)
    return file


class MidiLibrary:
    """The songs of `midi.tar.xz`, or of the folder it was unpacked into.

    Raises DataError("midi-missing") if the path or its `index.jsonl` is absent, or no archive.
    """

    def __init__(self, path: Path) -> None:
        self._folder = path if path.is_dir() else None
        self._packed: dict[str, bytes] = {}
        if not path.exists():
            raise DataError("midi-missing", f"{path} does not exist; give the archive or folder")
        if self._folder is None:
            try:
                self._unpack(path)
            except (tarfile.TarError, OSError, EOFError, lzma.LZMAError) as error:
                kind = type(error).__name__
                raise DataError("midi-missing", f"{path} is no archive ({kind}); give midi.tar.xz "
                                "or the folder it was unpacked into") from error  # fmt: skip
        index = self.read("index.jsonl").decode().splitlines()
        self.records = tuple(_record(json.loads(line)) for line in index if line)

    def _unpack(self, path: Path) -> None:
        with tarfile.open(path) as archive:
            for member in archive:
                if (file := archive.extractfile(member)) is not None:
                    self._packed[Path(member.name).name] = file.read()

    def read(self, name: str) -> bytes:
        """The bytes of one file of the library, by its name."""
        if self._folder is None and name in self._packed:
            return self._packed[name]
        if self._folder is not None and (self._folder / name).is_file():
            return (self._folder / name).read_bytes()
        raise DataError("midi-missing", f"{name} is not in the MIDI library; unpack it again")


def _record(line: dict[str, object]) -> MidiRecord:
    return MidiRecord(
        file=str(line["file"]),
        title=str(line["title"]),
        source=str(line["source"]),
        seconds=float(str(line["seconds"])),
        guitar=bool(line["guitar"]),
        piano=bool(line["piano"]),
        split=str(line["split"]),
    )
