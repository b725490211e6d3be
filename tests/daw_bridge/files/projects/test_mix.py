"""Which songs are a track of their project, and how it names them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.part import Part
from daw_bridge.files.projects.kinds import PROJECTS
from daw_bridge.files.projects.mix import mix_of, without_mix
from daw_bridge.settings.colours import MIX_COLOUR, stem_colours

REAPER, DAWPROJECT = PROJECTS["reaper"], PROJECTS["dawproject"]
PART = Part(0, 100, 900, 1000)


def info(path: Path, encoding: str = "WAV PCM_24") -> AudioInfo:
    return AudioInfo(path, 44100, 2, 1000, encoding)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("a.wav", "WAV FLOAT"), ("a.WAV", "RF64 PCM_24"), ("a.wav", "WAVEX PCM_16"),
     ("a.aif", "AIFF PCM_24"), ("a.flac", "FLAC PCM_16")],
)  # fmt: skip
def test_exact_songs_are_tracks(tmp_path: Path, name: str, encoding: str) -> None:
    for kind in PROJECTS.values():
        assert without_mix(info(tmp_path / name, encoding), kind, tmp_path / "song") == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [({"encoding": "MP3 MPEG_LAYER_III"}, "to the sample"),
     ({"encoding": "WAV MS_ADPCM"}, "to the sample"),
     ({"decoder": "PyAV 18"}, "to the sample"), ({"damage": "after 1 s"}, "not in order"),
     ({"notes": ("its header is wrong",)}, "not in order"),
     ({"path": Path("stdin")}, "lacks its kind"), ({"path": Path("a.flac")}, "lacks its kind")],
)  # fmt: skip
def test_others_are_none_and_why(tmp_path: Path, change: dict[str, object], why: str) -> None:
    song = replace(info(tmp_path / "a.wav"), **change)  # type: ignore[arg-type]
    for kind in PROJECTS.values():
        assert why in without_mix(song, kind, tmp_path / "song")


def test_only_reaper_opens_w64(tmp_path: Path) -> None:
    song = info(tmp_path / "a.w64", "W64 FLOAT")
    assert not without_mix(song, REAPER, tmp_path) and without_mix(song, DAWPROJECT, tmp_path)


def test_a_name_that_the_project_cannot_hold(tmp_path: Path) -> None:
    song = info(tmp_path / "two\nlines.wav")
    assert "cannot name" in without_mix(song, REAPER, tmp_path / "song")
    assert without_mix(song, DAWPROJECT, tmp_path / "song") == ""


def test_reaper_names_it_from_the_folder_and_dawproject_is_given_it(tmp_path: Path) -> None:
    song = info(tmp_path / "songs" / "a.wav")
    track = mix_of(song, REAPER, PART, tmp_path / "out" / "a")
    assert track.file == os.path.join("..", "..", "songs", "a.wav")  # noqa: PTH118
    assert (track.name, track.first, track.frames, track.muted) == ("mix", 100, 1000, True)
    assert Path(mix_of(song, DAWPROJECT, PART, tmp_path).file) == song.path.resolve()


def test_a_folder_that_is_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "out").symlink_to(tmp_path / "far" / "away")
    track = mix_of(info(tmp_path / "a.wav"), REAPER, PART, tmp_path / "out" / "a")
    assert track.file == os.path.join("..", "..", "..", "a.wav")  # noqa: PTH118


def test_on_another_drive_it_is_named_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_way(*where: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", no_way)
    track = mix_of(info(tmp_path / "a.wav"), REAPER, PART, tmp_path / "out")
    assert Path(track.file) == (tmp_path / "a.wav").resolve()


def test_its_colour_is_its_own() -> None:
    names = ("drums", "bass", "other", "vocals", "guitar", "piano", "residual", "flute", "horn")
    assert MIX_COLOUR not in stem_colours(names).values()
