"""MIDI to notes per stem: programs, tempo, excerpts, and the files made for fluidsynth."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import mido
import pytest

from export.data.casting import AS_WRITTEN
from export.data.errors import DataError
from export.data.midi import (
    MidiLibrary,
    Performance,
    excerpt,
    read_song,
    seconds_played,
    stem_file,
    stem_of,
)

Message = mido.Message


def midi_bytes(*messages: mido.Message | mido.MetaMessage) -> bytes:
    """A one-track file at 480 ticks per beat; times are ticks."""
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    file.tracks.append(mido.MidiTrack(messages))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def note(channel: int, pitch: int, ticks: int) -> list[mido.Message]:
    """A note of `ticks`."""
    return [
        Message("note_on", channel=channel, note=pitch, velocity=100),
        Message("note_off", channel=channel, note=pitch, time=ticks),
    ]


@pytest.mark.parametrize(
    ("program", "stem"),
    [(0, "piano"), (7, "piano"), (8, "other"), (24, "guitar"), (31, "guitar"), (32, "bass"),
     (39, "bass"), (40, "other"), (127, "other")],
)  # fmt: skip
def test_programs_decide_the_stem(program: int, stem: str) -> None:
    assert stem_of(program, is_drums=False) == stem
    assert stem_of(program, is_drums=True) == "drums"


def test_a_cast_changes_who_plays_but_no_kit_and_no_bank_of_drums() -> None:
    data = midi_bytes(
        Message("program_change", channel=1, program=48),
        Message("program_change", channel=9, program=48),
        Message("control_change", channel=2, control=0, value=120),
        Message("program_change", channel=2, program=48),
        *note(1, 60, 480), *note(9, 38, 480), *note(2, 36, 480), *note(3, 64, 480),
    )  # fmt: skip
    cast = (7, *AS_WRITTEN[1:48], 25, *AS_WRITTEN[49:])
    song = read_song(data, cast)
    assert [one.stem for one in read_song(data).notes] == ["other", "drums", "drums", "piano"]
    assert [one.stem for one in song.notes] == ["guitar", "drums", "drums", "piano"]
    programs = [c.message.program for c in song.controls if c.message.type == "program_change"]
    assert programs == [25, 48, 48]


def test_tempo_changes_are_applied_and_stems_follow_the_program() -> None:
    song = read_song(
        midi_bytes(
            mido.MetaMessage("set_tempo", tempo=500_000),
            Message("program_change", channel=0, program=33),
            *note(0, 40, 480),
            mido.MetaMessage("set_tempo", tempo=1_000_000),
            Message("program_change", channel=0, program=25),
            *note(0, 60, 480),
            *note(9, 36, 480),
        )
    )
    found = [(n.stem, n.start_s, n.end_s) for n in song.notes]
    expected = [("bass", 0.0, 0.5), ("guitar", 0.5, 1.5), ("drums", 1.5, 2.5)]
    for (stem, start, end), (want, want_start, want_end) in zip(found, expected, strict=True):
        assert stem == want
        assert (start, end) == pytest.approx((want_start, want_end))


def test_an_xg_drum_bank_is_drums_on_channel_ten() -> None:
    bank = Message("control_change", channel=3, control=0, value=127)
    (struck,) = read_song(midi_bytes(bank, *note(3, 38, 100))).notes
    assert (struck.stem, struck.channel) == ("drums", 9)


def test_a_note_struck_twice_or_never_released_still_ends() -> None:
    on = Message("note_on", channel=0, note=60, velocity=90)
    first, second = read_song(midi_bytes(on, on.copy(time=480), on.copy(note=61, time=48))).notes[
        :2
    ]
    assert first.end_s == pytest.approx(second.start_s)
    assert second.end_s > second.start_s


def test_an_excerpt_restrikes_what_sounds_and_keeps_earlier_controls() -> None:
    song = read_song(
        midi_bytes(
            Message("program_change", channel=0, program=30),
            *note(0, 60, 4 * 960),
            *note(0, 62, 960),
        )
    )
    part = excerpt(song, 1.0, 3.5)
    assert [(n.pitch, n.start_s, n.end_s) for n in part.notes] == [
        (60, 0.0, pytest.approx(3.0)),
        (62, pytest.approx(3.0), pytest.approx(3.5)),
    ]
    assert part.controls[0].time_s == 0.0
    assert part.controls[0].message.program == 30
    assert seconds_played(part)["guitar"] == 2.0


def test_stem_files_hold_their_own_notes_and_end_together() -> None:
    song = read_song(
        midi_bytes(
            Message("program_change", channel=0, program=33),
            Message("program_change", channel=1, program=27),
            *note(0, 40, 960),
            *note(1, 64, 960),
            *note(2, 70, 960),
        )
    )
    lengths = set()
    for stem, pitch in (("bass", 40), ("guitar", 64), ("piano", 70)):
        file = stem_file(song, stem, Performance())
        assert {m.note for m in file if m.type == "note_on"} == {pitch}
        lengths.add(round(file.length, 4))
    assert lengths == {3.0}


def test_a_performance_changes_program_pitch_and_velocity_of_its_stem_only() -> None:
    song = read_song(
        midi_bytes(
            Message("program_change", channel=0, program=33),
            Message("program_change", channel=1, program=27),
            *note(0, 40, 480),
            *note(3, 70, 480),
        )
    )
    messages = list(stem_file(song, "bass", Performance(0.5, 2, 38)))
    assert [m.program for m in messages if m.type == "program_change"] == [38, 27]
    (struck,) = (m for m in messages if m.type == "note_on")
    assert (struck.note, struck.velocity) == (42, 50)
    piano = list(stem_file(song, "piano", Performance(program=4)))
    assert (3, 4) in [(m.channel, m.program) for m in piano if m.type == "program_change"]


def test_a_replaced_drum_kit_is_the_only_one() -> None:
    kit = Message("program_change", channel=9, program=16)
    song = read_song(midi_bytes(kit, *note(9, 36, 480)))
    messages = list(stem_file(song, "drums", Performance(transpose=2, program=25)))
    assert [m.program for m in messages if m.type == "program_change"] == [25]
    assert [m.note for m in messages if m.type == "note_on"] == [36]


#: A key of 6 flats in mode 255, which songs on the web do have.
ODD_KEY = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\x0a\0\xff\x59\2\xfa\xff\0\xff\x2f\0"


@pytest.mark.parametrize(
    "data", [b"", b"MThd", b"RIFF" * 20, b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk", ODD_KEY]
)
def test_what_is_not_midi_is_our_error(data: bytes) -> None:
    with pytest.raises(DataError) as caught:
        read_song(data)
    assert caught.value.code == "midi-unreadable"


def test_the_library_reads_folder_and_archive_alike(tmp_path: Path) -> None:
    folder = tmp_path / "midi"
    folder.mkdir()
    (folder / "a.mid").write_bytes(midi_bytes(*note(0, 60, 480)))
    line = {"file": "a.mid", "title": "A", "source": "own", "seconds": 1.0, "guitar": 0,
            "piano": 1, "split": "train"}  # fmt: skip
    (folder / "index.jsonl").write_text(json.dumps(line) + "\n")
    with tarfile.open(tmp_path / "midi.tar.xz", "w:xz") as archive:
        archive.add(folder, "midi")
    unpacked, packed = MidiLibrary(folder), MidiLibrary(tmp_path / "midi.tar.xz")
    assert unpacked.records == packed.records
    assert unpacked.records[0].song_id == "a"
    assert unpacked.read("a.mid") == packed.read("a.mid")
    for library in (unpacked, packed):
        with pytest.raises(DataError, match="midi-missing"):
            library.read("b.mid")


def test_a_file_that_is_no_archive_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "midi.tar.xz").write_text("not an archive")
    with pytest.raises(DataError, match="is no archive"):
        MidiLibrary(tmp_path / "midi.tar.xz")
