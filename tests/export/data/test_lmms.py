"""Demo projects of LMMS: what each track is, what is muted, and a song rendered by LMMS itself."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.data import lmms
from export.data.errors import DataError
from export.data.layouts import plain

UNTUNED = " ".join(f'coarse{one}="0" finel{one}="0" finer{one}="0"' for one in range(3))
OSCILLATOR = f'<instrument name="tripleoscillator"><tripleoscillator {UNTUNED}/></instrument>'
NOTE = '<note pos="0" len="96" key="{key}" vol="100" pan="0"/>'
SILENT = '<track type="0" name="{name}" muted="{muted}"><instrumenttrack/></track>'


def track(name: str, key: int = 57, inside: str = OSCILLATOR, muted: int = 0) -> str:
    pattern = '<pattern type="1" steps="16" pos="0" len="192" muted="0">'
    return (
        f'<track type="0" name="{name}" muted="{muted}">'
        f'<instrumenttrack vol="100" pan="0" basenote="57">{inside}</instrumenttrack>'
        f"{pattern}{NOTE.format(key=key)}</pattern></track>"
    )


def project(*tracks: str) -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE lmms-project><lmms-project version="1.0" type="song">'
        '<head bpm="240" mastervol="100" masterpitch="0"/><song>'
        f'<trackcontainer type="song">{"".join(tracks)}</trackcontainer></song></lmms-project>'
    )


def sample(path: str) -> str:
    player = f'<audiofileprocessor src="{path}"/>'
    return f'<instrument name="audiofileprocessor">{player}</instrument>'


def preset(name: str) -> str:
    inside = f'<string name="name">12tET</string><string name="name">{name}</string>'
    return f'<instrument name="zynaddsubfx"><zynaddsubfx>{inside}</zynaddsubfx></instrument>'


def one(text: str) -> Element:
    (found,) = fromstring(project(text)).iter("track")
    return found


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (track("Handclap"), "drums"),
        (track("Kick I"), "drums"),
        (track("sub", key=33), "bass"),
        (track("sub", key=60), "unknown"),  # called a bass, and plays high
        (track("saw strings2"), "other"),
        (track("Choir"), "voices"),
        (track("Default preset"), "unknown"),
        (track("Default preset", 33, preset("Bass 2")), "bass"),
        (track("Default preset", 57, preset("Vocal Morph 4")), "voices"),
        (track("Strings", 57, preset("Long Space Choir")), "voices"),
        (track("a", 57, sample("drums/hat01.ogg")), "drums"),
        (track("b", 57, sample("drumsynth/tr909/x.ds")), "drums"),
        (track("c", 57, sample("drumsynth/instrument/mute_bass.ds")), "bass"),
        (track("d", 57, sample("drumsynth/misc_fx/ufo.ds")), "other"),
        (track("e", 57, sample("stringsnpads/chorus01.ogg")), "voices"),
        (track("f", 57, sample("mine/x.ogg")), "unknown"),
        (track("g", 33, '<instrument name="lb302"/>'), "bass"),
    ],
)
def test_what_a_track_is(made: str, part: str) -> None:
    assert lmms.part_of(one(made)) == part


def test_what_is_not_known_makes_bass_a_part_of_other() -> None:
    known = (track("Kick"), track("sub", 33), track("Strings"))
    parts = lmms.parts_of(fromstring(project(*known)))
    assert {one: len(tracks) for one, tracks in parts.items()} == {
        "drums": 1,
        "bass": 1,
        "other": 1,
    }
    parts = lmms.parts_of(fromstring(project(*known, track("Default preset"))))
    assert {one: len(tracks) for one, tracks in parts.items()} == {"drums": 1, "other": 3}


def test_tracks_that_are_muted_or_empty_are_not_heard() -> None:
    root = fromstring(
        project(track("Kick", muted=1), SILENT.format(name="Snare", muted=0), track("Strings"))
    )
    assert list(lmms.parts_of(root)) == ["other"]


def test_only_what_is_asked_for_sounds_and_the_project_stays_as_it_was() -> None:
    root = fromstring(project(track("Kick"), track("Strings"), track("Snare", muted=1)))
    kick, _, _ = root.iter("track")
    muted = [one.get("muted") for one in fromstring(lmms.only(root, [kick])).iter("track")]
    assert muted == ["0", "1", "1"]
    assert [one.get("muted") for one in root.iter("track")] == ["0", "0", "1"]


def test_both_kinds_of_file_are_read_and_others_refused(tmp_path: Path) -> None:
    data = project(track("Kick")).encode()
    (tmp_path / "a.mmp").write_bytes(data)
    (tmp_path / "a.mmpz").write_bytes(struct.pack(">I", len(data)) + zlib.compress(data))
    assert lmms.read(tmp_path / "a.mmp").tag == lmms.read(tmp_path / "a.mmpz").tag == "lmms-project"
    for name, wrong in (("b.mmp", b"<no"), ("b.mmpz", b"abc"), ("c.mmpz", b"abcdefgh")):
        (tmp_path / name).write_bytes(wrong)
        with pytest.raises(DataError, match=rf"{name}.*project of LMMS.*\[project-unreadable\]"):
            lmms.read(tmp_path / name)


def demos(tmp_path: Path, **projects: str) -> Path:
    """A folder of unpacked packages with these projects."""
    folder = tmp_path / "packages/lmms-common" / lmms.PROJECTS / "demos"
    folder.mkdir(parents=True)
    for name, text in projects.items():
        (folder / f"{name.replace('_', '-')}.mmp").write_text(text)
    return tmp_path / "packages"


def test_every_project_has_the_licence_of_its_author(tmp_path: Path) -> None:
    text = project(track("Kick"))
    named = {
        "CapDan_A": text,
        "CapDan_TwilightArea_B": text,
        "Jousboxx_BuzzerBeater": text,
        "X": text,
    }
    found = lmms.find_projects(demos(tmp_path, **named))
    assert {one.name: one.licence.licence for one in found} == {
        "CapDan-A": "Artistic-2", "CapDan-TwilightArea-B": "CC-BY-SA-3.0", "X": "GPL-2 or later",
    }  # fmt: skip


def test_no_projects_no_such_project_and_no_program_are_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lmms", "--packages", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "[lmms-missing]" in capsys.readouterr().err
    packages = demos(tmp_path, Song=project(track("Kick"), track("Strings")))
    asked = ["lmms", "--packages", str(packages), "--out", str(tmp_path / "out")]
    assert main([*asked, "--only", "Sing*"]) == 1
    assert "there are Song" in capsys.readouterr().err
    (song,) = lmms.find_projects(packages)
    with pytest.raises(DataError, match=r"no command no-such-lmms.*\[lmms-missing\]"):
        lmms.render(song, tmp_path / "out", "no-such-lmms")
    with pytest.raises(DataError, match=r"drums: exit status 1.*\[lmms-failed\]"):
        lmms.render(song, tmp_path / "out", "false")
    assert not list((tmp_path / "out").rglob("*.wav"))


def test_a_program_killed_by_a_signal_is_asked_again_and_not_for_ever(tmp_path: Path) -> None:
    (song,) = lmms.find_projects(demos(tmp_path, Song=project(track("Kick"), track("Strings"))))
    program, tries = tmp_path / "dying", tmp_path / "tries"
    dies = f'#!/bin/sh\necho >> "{tries}"\n[ $(wc -l < "{tries}") = {{}} ] || kill -SEGV $$\n'
    program.write_text(dies.format(2) + 'while [ "$1" != -o ]; do shift; done; : > "$2"\n')
    program.chmod(0o755)
    with pytest.raises(DataError, match=r"other: exit status -11.*\[lmms-failed\]"):
        lmms.render(song, tmp_path / "out", str(program))
    assert len(tries.read_text()) == 2 + lmms.TRIES  # drums at the second, other never


@pytest.mark.lmms
def test_lmms_renders_a_song_of_stems_that_prepare_understands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = project(track("Kick", 40), track("sub", 33), track("Strings", 64), track("Choir", 60))
    packages = demos(tmp_path, Song=text, Alone=project(track("Strings")))
    asked = ["lmms", "--packages", str(packages), "--out", "out"]
    monkeypatch.chdir(tmp_path)
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "1/2 Alone [GPL-2 or later]: not used" in said
    assert "2/2 Song [GPL-2 or later]: bass, drums, other; 1 tracks of voices" in said
    folder = tmp_path / "out/gpl-2-or-later"
    for part, key in (("drums", 40), ("bass", 33), ("other", 64)):
        audio, rate_hz = soundfile.read(folder / f"Song/{part}.wav")
        heard = audio[: rate_hz // 2].sum(1)
        loudest = np.argmax(np.abs(np.fft.rfft(heard, rate_hz)))
        assert abs(loudest - 440 * 2 ** ((key - 57) / 12)) < 3  # this track, and no other
    (song,) = plain.find(folder)
    assert song.silent == {"vocals"}
    assert [part.stems for part in song.parts][:2] == [{"bass"}, {"drums"}]
    assert song.parts[2].stems == {"guitar", "piano", "keys", "strings", "winds", "other"}
    assert main(asked) == 0
    assert "there already" in capsys.readouterr().out
