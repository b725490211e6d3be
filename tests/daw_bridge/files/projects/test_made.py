"""`--project`: stems come with a project, whole or not at all, and the user's work in it stays."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import rpp
import soundfile
from lxml import etree

from daw_bridge.errors import BadValue, Cancelled, FileInTheWay
from daw_bridge.files.audio.tagging import tag_flac
from daw_bridge.files.choices import refuse_for_every_song
from daw_bridge.files.request import request_from
from daw_bridge.files.resume import unfinished
from daw_bridge.files.separation import add_project
from tests.rigs.dawproject import metadata_schema, project_schema
from tests.rigs.separator import Separator
from tests.rigs.sounds import load, noise, save
from tests.rigs.tiny_models import STEMS, make_model

ALL = (*STEMS, "residual")


@pytest.fixture
def separate(tmp_path: Path) -> Separator:
    make_model(tmp_path / "tiny.onnx")
    return Separator(tmp_path, tmp_path / "out")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return save(tmp_path / "song.wav", noise(2, 9000))


def items(folder: Path) -> list[tuple[int, Path]]:
    """(first sample in the project, file) of each item of the folder's .rpp that is heard."""
    return [(at, path) for at, path, muted, _ in every_item(folder) if not muted]


def every_item(folder: Path) -> list[tuple[int, Path, bool, int]]:
    """(first sample in the project, file, muted, first sample in the file) of each item."""
    [path] = folder.glob("*.rpp")
    project = rpp.loads(os.fsdecode(path.read_bytes()))
    found = []
    for track in project.findall("TRACK"):
        muted = next(one for one in track if one[0] == "MUTESOLO")[1] == "1"
        for item in track.findall("ITEM"):
            values = {one[0]: one[1] for one in item if isinstance(one, list)}
            at, first = (round(float(values[key]) * 44100) for key in ("POSITION", "SOFFS"))
            [source] = item.findall("SOURCE")
            found.append((at, folder / source[0][1], muted, first))
    return found


def test_the_song_is_a_muted_track_by_a_relative_path(separate: Separator, song: Path) -> None:
    folder = separate(song, project="reaper", start="1000samples")
    [(at, path, _, first)] = [one for one in every_item(folder) if one[2]]
    assert (at, first) == (1000, 1000) and path.samefile(song)
    assert path == folder / "../../song.wav"


def test_a_dawproject_holds_the_song(separate: Separator, tmp_path: Path) -> None:
    song = save(tmp_path / "drums.wav", noise(2, 9000))  # as a stem is called
    folder = separate(song, project="dawproject", start="1000samples")
    with ZipFile(folder / "drums.dawproject") as archive:
        assert archive.read("mix/drums.wav") == song.read_bytes()
        assert archive.read("audio/drums.wav") == (folder / "drums.wav").read_bytes()
    assert not separate.notices


@pytest.mark.parametrize("kind", ["reaper", "dawproject"])
def test_a_song_that_does_not_line_up_is_no_track_and_that_is_said(
    separate: Separator, tmp_path: Path, kind: str
) -> None:
    lossy = save(tmp_path / "song.ogg", noise(2, 9000), subtype="VORBIS")
    planned = separate.plan(lossy, project=kind)
    [words] = [words for code, words in planned.notices() if code == "project_mix"]
    assert words.startswith("the project has no track of the mix: ") and "OGG VORBIS" in words
    folder = separate(lossy, project=kind)
    if kind == "reaper":
        assert not any(muted for _, _, muted, _ in every_item(folder))


def test_reapers_tracks_sum_to_the_mix_where_it_was(separate: Separator, song: Path) -> None:
    folder = separate(song, project="reaper", start="1000samples", end="8001samples")
    tracks = items(folder)
    assert [path.stem for _, path in tracks] == list(ALL)
    assert {first for first, _ in tracks} == {1000}
    total = sum(load(path).astype(np.float64) for _, path in tracks)
    np.testing.assert_allclose(total, load(song)[:, 1000:8001], atol=1e-6)


def test_a_folder_with_a_project_can_be_moved(
    separate: Separator, song: Path, tmp_path: Path
) -> None:
    folder = separate(song, project="reaper", name="{song} {stem}")
    shutil.move(folder, tmp_path / "elsewhere")
    assert all(path.is_file() for _, path in items(tmp_path / "elsewhere"))


@pytest.mark.parametrize("form", ["wav", "flac", "aiff-24"])
def test_dawprojects_tracks_sum_to_the_mix(separate: Separator, song: Path, form: str) -> None:
    folder = separate(song, project="dawproject", format=form, start="1000samples")
    with ZipFile(folder / "song.dawproject") as archive:
        root = etree.fromstring(archive.read("project.xml"))
        project_schema().assertValid(root)
        metadata_schema().assertValid(etree.fromstring(archive.read("metadata.xml")))
        total = np.zeros((8000, 2))
        lanes = [one for one in root.iter("Lanes") if one.get("track", "").startswith("stem")]
        for clip in (clip for lane in lanes for clip in lane.iter("Clip")):
            assert round(float(clip.get("time")) * 44100) == 1000
            data = archive.read(clip.find("Audio/File").get("path"))
            audio, rate_hz = soundfile.read(io.BytesIO(data), always_2d=True)
            assert rate_hz == int(clip.find("Audio").get("sampleRate"))
            total += audio
    atol = 1e-6 if form == "wav" else 1e-5
    np.testing.assert_allclose(total.T, load(song)[:, 1000:], atol=atol)
    assert {path.stem for path in folder.glob("*.*")} == {*ALL, "song", "daw-bridge"}


@pytest.mark.parametrize("kind", ["reaper", "dawproject"])
def test_a_tempo_of_the_tags_is_the_projects(
    separate: Separator, tmp_path: Path, kind: str
) -> None:
    source = save(tmp_path / "song.flac", noise(2, 9000), subtype="PCM_24")
    tag_flac(source, (("bpm", "97.5"), ("title", "Å & B")))
    folder = separate(source, project=kind)
    if kind == "reaper":
        assert "  TEMPO 97.5 4 4" in (folder / "song.rpp").read_text().splitlines()
    else:
        with ZipFile(folder / "song.dawproject") as archive:
            assert b'value="97.5"' in archive.read("project.xml")
            assert "Å &amp; B" in archive.read("metadata.xml").decode()


@pytest.mark.parametrize("name", ['a "b" & c', "it's", "two\nlines", "東京", "\udce9t\udce9"])
def test_songs_of_any_name(separate: Separator, tmp_path: Path, name: str) -> None:
    source = save(tmp_path / "plain.wav", noise(2, 3000)).rename(tmp_path / f"{name}.wav")
    folder = separate(source, project="reaper")
    assert folder.name == name and all(path.is_file() for _, path in items(folder))
    again = separate(source, project="dawproject", song=f"{name} 2")
    with ZipFile(again / f"{name} 2.dawproject") as archive:
        assert archive.testzip() is None


def test_names_that_a_project_cannot_hold_are_refused_before_any_work(
    separate: Separator, tmp_path: Path
) -> None:
    source = save(tmp_path / "two\nlines.wav", noise(2, 3000))
    with pytest.raises(BadValue, match="in a REAPER project"):
        separate.plan(source, project="reaper", name="{song} {stem}")
    with pytest.raises(BadValue, match="a project called"):
        separate.plan(source, project="dawproject", song="x" * 250)


@pytest.mark.parametrize("form", ["mp3", "opus", "stem.mp4", "caf"])
def test_formats_that_do_not_line_up_are_refused_for_every_song(
    separate: Separator, song: Path, tmp_path: Path, form: str
) -> None:
    options = (("model", str(tmp_path / "tiny.onnx")), ("project", "reaper"), ("format", form))
    with pytest.raises(BadValue, match=f"--project reaper with --format {form}"):
        refuse_for_every_song([request_from(song, tmp_path / "out", options)])


def test_a_project_that_there_is_not(song: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="dawproject, reaper"):
        request_from(song, tmp_path, (("project", "cubase"),))


def test_the_record_names_it_and_resume_takes_the_users_work_for_whole(
    separate: Separator, song: Path
) -> None:
    folder = separate(song, project="reaper")
    last = json.loads((folder / "daw-bridge.json").read_text())["files"][-1]
    assert (last["stem"], last["file"]) == ("project", "song.rpp")
    planned = separate.plan(song, project="reaper", resume=1)
    assert unfinished(planned, separate.progress) == ""
    (folder / "song.rpp").write_text("my mix")
    assert unfinished(planned, separate.progress) == ""
    assert not add_project(planned, separate.progress)
    assert (folder / "song.rpp").read_text() == "my mix"


@pytest.mark.parametrize("kind", ["reaper", "dawproject"])
def test_resume_makes_only_the_project_where_the_stems_are_there(
    separate: Separator, song: Path, kind: str
) -> None:
    file = {"reaper": "song.rpp", "dawproject": "song.dawproject"}[kind]
    folder = separate(song)
    made = {one: one.stat().st_mtime_ns for one in folder.glob("*.wav")}
    planned = separate.plan(song, project=kind, resume=1)
    assert unfinished(planned, separate.progress) == ""
    assert add_project(planned, separate.progress)
    assert {one: one.stat().st_mtime_ns for one in folder.glob("*.wav")} == made
    added, record = (folder / file).read_bytes(), (folder / "daw-bridge.json").read_text()
    assert not add_project(planned, separate.progress)
    separate(song, project=kind, force=1)
    assert (folder / file).read_bytes() == added
    assert (folder / "daw-bridge.json").read_text() == record
    (folder / file).unlink()
    assert unfinished(planned, separate.progress) == ""
    assert add_project(planned, separate.progress) and (folder / file).read_bytes() == added


def test_another_project_takes_the_place_of_the_one_that_was_made(
    separate: Separator, song: Path
) -> None:
    folder = separate(song, project="reaper")
    assert add_project(separate.plan(song, project="dawproject", resume=1), separate.progress)
    assert (folder / "song.dawproject").is_file() and not (folder / "song.rpp").exists()
    assert add_project(separate.plan(song, project="reaper", resume=1), separate.progress)
    (folder / "song.rpp").write_text("my mix")
    assert add_project(separate.plan(song, project="dawproject", resume=1), separate.progress)
    assert (folder / "song.rpp").read_text() == "my mix"


def test_a_project_that_is_not_asked_for_any_more_is_no_reason_to_separate(
    separate: Separator, song: Path
) -> None:
    folder = separate(song, project="reaper")
    planned = separate.plan(song, resume=1)
    assert unfinished(planned, separate.progress) == ""
    assert not add_project(planned, separate.progress) and (folder / "song.rpp").is_file()


def test_nothing_is_left_of_an_added_one_that_was_cancelled(
    separate: Separator, song: Path
) -> None:
    folder = separate(song)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    planned = separate.plan(song, project="dawproject", resume=1)
    with pytest.raises(Cancelled):
        add_project(planned, lambda fraction, stage: stage != "project")
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    assert [one.name for one in folder.parent.iterdir()] == ["song"]


def test_an_existing_project_is_in_the_way(separate: Separator, song: Path) -> None:
    folder = separate.out / "song"
    folder.mkdir(parents=True)
    (folder / "song.rpp").write_text("my mix")
    with pytest.raises(FileInTheWay, match=r"already holds song\.rpp"):
        separate.plan(song, project="reaper")


def test_resume_never_replaces_a_project_that_was_saved_since(
    separate: Separator, song: Path
) -> None:
    folder = separate(song, project="reaper")
    made = (folder / "song.rpp").read_bytes()
    separate(song, project="reaper", resume=1, format="flac")
    assert (folder / "song.rpp").read_bytes() != made
    (folder / "song.rpp").write_text("my mix")
    with pytest.raises(FileInTheWay, match="was changed since it was made"):
        separate(song, project="reaper", resume=1)
    assert (folder / "song.rpp").read_text() == "my mix"
    assert (folder / "drums.flac").is_file() and not (folder / "drums.wav").exists()
    separate(song, project="reaper", force=1)
    assert (folder / "song.rpp").read_bytes() == made


@pytest.mark.parametrize("right", ["resume", "force"])
def test_a_project_that_is_no_longer_asked_for_goes_unless_it_was_saved(
    separate: Separator, song: Path, right: str
) -> None:
    folder = separate(song, project="reaper")
    separate(song, **{right: 1})
    assert not (folder / "song.rpp").exists()
    separate(song, project="reaper", **{right: 1})
    (folder / "song.rpp").write_text("my mix")
    separate(song, **{right: 1})
    assert (folder / "song.rpp").read_text() == "my mix"


def test_nothing_is_left_of_one_that_was_cancelled(separate: Separator, song: Path) -> None:
    def stop(fraction: float, stage: str) -> bool:
        return stage != "project"

    separate.progress = stop  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        separate(song, project="dawproject")
    assert not separate.out.exists()
