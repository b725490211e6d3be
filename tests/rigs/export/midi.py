"""MIDI files: a library of small bands, and single notes."""

from __future__ import annotations

import json
from pathlib import Path

import mido

from export.data.midi import MidiLibrary

GUITARS = ("steel_guitar", "nylon_guitar", "electric_guitar", "plucked_string")
#: channel, program, pitch of a band in which everybody plays every second beat.
BAND = ((0, 33, 40), (1, 27, 60), (2, 0, 64), (3, 48, 72), (9, 0, 38))


def write_library(folder: Path, songs: dict[str, str]) -> MidiLibrary:
    """A folder of one-minute songs at 120 beats a minute: name -> split."""
    folder.mkdir(exist_ok=True)
    lines = []
    for name, split in songs.items():
        file = mido.MidiFile(type=1, ticks_per_beat=480)
        for channel, program, pitch in BAND:
            track = mido.MidiTrack()
            track.append(mido.Message("program_change", channel=channel, program=program))
            for _ in range(30):
                on = mido.Message("note_on", channel=channel, note=pitch, velocity=100, time=480)
                track += [on, on.copy(velocity=0)]
            file.tracks.append(track)
        file.save(folder / f"{name}.mid")
        line = {"file": f"{name}.mid", "title": name, "source": "own", "split": split}
        lines.append(json.dumps(line | {"seconds": 30.0, "guitar": 1, "piano": 1}))
    (folder / "index.jsonl").write_text("\n".join(lines))
    return MidiLibrary(folder)


def one_note(path: Path, pitch: int, program: int = 25) -> Path:
    """A file in which one note begins after half a second and is held for one."""
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    track = mido.MidiTrack()
    track.append(mido.Message("program_change", program=program))
    track.append(mido.Message("note_on", note=pitch, velocity=90, time=480))
    track.append(mido.Message("note_off", note=pitch, time=960))
    file.tracks.append(track)
    file.save(path)
    return path
