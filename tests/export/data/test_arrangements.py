"""Arrangements: charts without MMA, whole songs with it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from export.data import arrangements
from export.data.errors import DataError
from export.data.midi import MidiLibrary, read_song, seconds_played

needs_mma = pytest.mark.mma
CHORD = re.compile(r"[A-G]b?(m|m7|7|m7b5|M7|6|9)?")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """A library of two files: a waltz with all parts, and one without a section."""
    folder = tmp_path / "grooves"
    folder.mkdir()
    (folder / "slow.mma").write_text(
        "Time 3\nDefGroove Slow Text\n DefGroove Slow1\nDefGroove SlowFill\nDefGroove SlowEnd\n"
    )
    (folder / "odd.mma").write_text("DefGroove OddIntro\n")
    (folder / "metronome3.mma").write_text("DefGroove Metronome3\nDefGroove Other\n")
    monkeypatch.setattr(arrangements, "GROOVES", folder)
    return arrangements.groove_files(folder)


def test_only_files_with_sections_are_used(files: dict[str, tuple[str, ...]]) -> None:
    assert files == {"slow": ("Slow", "Slow1", "SlowFill", "SlowEnd")}
    with pytest.raises(DataError, match="mma-missing"):
        arrangements.groove_files(Path("nowhere"))


def test_charts_are_drawn_from_the_seed_and_fit_the_metre(
    files: dict[str, tuple[str, ...]],
) -> None:
    charts = [
        arrangements.draw_chart(np.random.default_rng(seed), "x", files) for seed in range(40)
    ]
    assert charts[3] == arrangements.draw_chart(np.random.default_rng(3), "x", files)
    assert (
        len(set(charts)) == 40 and any(c.lead for c in charts) and not all(c.lead for c in charts)
    )
    for chart in charts:
        assert chart.beats == 3 and 60 <= chart.tempo < 96
        assert sum(len(chords) for _, chords in chart.sections) == 6 * arrangements.BARS
        assert all(CHORD.fullmatch(c) for _, chords in chart.sections for c in chords)
        assert {groove for groove, _ in chart.sections} <= {"Slow", "Slow1", "SlowFill"}
        (sequence,) = [line for line in chart.lead if "Sequence" in line] or [""]
        assert all(float(start) < 4 for start in re.findall(r"[{;] ?([\d.]+) [248]", sequence))


def test_added_parts_stay_within_the_bar() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        for stem in ("bass", "guitar", "piano"):
            lines = arrangements.added_part(rng, stem, 3)
            riff = next(line for line in lines if "Sequence" in line)
            assert "; 4 " not in riff and "{4 " not in riff and "{}" not in riff


@needs_mma
def test_every_voice_of_ours_is_one_of_mma() -> None:
    lines = [
        f"Begin Chord-V{n}\n Voice {voice}\n Sequence {{1 1 80}}\nEnd"
        for n, voice in enumerate(v for voices in arrangements.VOICES.values() for v in voices)
    ]
    chart = arrangements.Chart("x", "voices", 4, 100, (), tuple(lines))
    groups = [lines[n : n + 12] for n in range(0, len(lines), 12)]  # MIDI has 16 channels
    for group in groups:
        song = replace(chart, sections=(("8Beat", ("C",)),), lead=tuple(group))
        assert arrangements.run_mma(song, 0)[:4] == b"MThd"


@needs_mma
def test_a_library_is_made_and_gone_on_with(tmp_path: Path) -> None:
    real = {"8beat": arrangements.groove_files()["8beat"]}
    data, chart = arrangements.make_song(0, 1, real)
    assert (data, chart) == arrangements.make_song(0, 1, real)
    played = seconds_played(read_song(data))
    assert played["drums"] > 10 and played["bass"] > 10
    assert arrangements.make_arrangements(tmp_path, 1, 0) == 0
    before = (tmp_path / "mma-0-0000.mid").stat().st_mtime_ns
    assert arrangements.make_arrangements(tmp_path, 2, 0) == 0
    assert (tmp_path / "mma-0-0000.mid").stat().st_mtime_ns == before
    records = MidiLibrary(tmp_path).records
    assert [(r.song_id, r.source, r.split) for r in records] == [
        ("mma-0-0000", "mma", "valid"), ("mma-0-0001", "mma", "train"),
    ]  # fmt: skip
    assert json.loads((tmp_path / "mma-0-0000.json").read_text())["seconds"] > 20


@needs_mma
def test_what_mma_refuses_is_our_error() -> None:
    chart = arrangements.Chart("x", "file", 4, 100, (("NoSuchGroove", ("C",)),), ())
    with pytest.raises(DataError, match=r"file(.|\n)*\[mma-failed\]"):
        arrangements.run_mma(chart, 0)
    with pytest.raises(DataError, match="mma-missing"):
        arrangements.run_mma(chart, 0, program="no-such-mma")
