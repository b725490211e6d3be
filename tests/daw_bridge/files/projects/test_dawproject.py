"""DAWproject: valid by the schema, whole as a zip file, to the sample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from daw_bridge.files.projects.arrangement import Arrangement, Track
from daw_bridge.files.projects.dawproject import metadata_xml, project_xml, write_dawproject
from tests.rigs.dawproject import metadata_schema, project_schema

STEMS = ("drums", "residual")


def made(title: str = "song", start: int = 0, bpm: str = "", prefix: str = "") -> Arrangement:
    tracks = tuple(Track(one, "#009E73", f"{prefix}{one}.wav") for one in STEMS)
    tags = (("bpm", bpm), ("title", "T & <t>\n\x01"), ("artist", "Å"), ("date", "1999"))
    return Arrangement(title, 48000, 2, start, 7_654_321, tracks, tags)


@pytest.mark.parametrize("title", ["song", 'a "b" & <c>', "línea\nzwei\x01", "東京 👩‍🎤", "\udce9"])
@pytest.mark.parametrize("bpm", ["", "97.5"])
def test_both_files_are_valid(title: str, bpm: str) -> None:
    arrangement = made(title, 123_457, bpm, prefix=title)
    project_schema().assertValid(etree.fromstring(project_xml(arrangement)))
    metadata_schema().assertValid(etree.fromstring(metadata_xml(arrangement)))


def test_the_song_is_a_muted_track_beside_the_group() -> None:
    mix = Track("mix", "#E5E5E5", "/songs/a.wav", 1000, 8_000_000, muted=True)
    root = etree.fromstring(project_xml(replace(made(start=1000), mix=mix)))
    project_schema().assertValid(root)
    assert [one.get("name") for one in root.findall("Structure/Track")] == ["song", "mix", "Master"]
    muted = [one.get("id") for one in root.iter("Track")
             if one.find("Channel/Mute").get("value") == "true"]  # fmt: skip
    assert muted == ["mix"]
    [lane] = [one for one in root.iter("Lanes") if one.get("track") == "mix"]
    [clip] = lane.iter("Clip")
    frames = {name: round(float(clip.get(name)) * 48000)
              for name in ("time", "duration", "playStart", "playStop")}  # fmt: skip
    assert frames == {
        "time": 1000, "duration": 7_654_321, "playStart": 1000, "playStop": 7_655_321
    }  # fmt: skip
    assert round(float(clip.find("Audio").get("duration")) * 48000) == 8_000_000
    assert clip.find("Audio/File").get("path") == "mix/a.wav"


def test_the_schema_refuses_what_is_not_in_order() -> None:
    root = etree.fromstring(project_xml(made()))
    channel = root.find(".//Channel")
    assert channel is not None
    channel.append(channel[0])
    assert not project_schema().validate(root)
    root = etree.fromstring(project_xml(made()))
    root.find(".//Volume").set("unit", "dB")
    assert not project_schema().validate(root)


def test_what_is_referred_to_is_there_once() -> None:
    root = etree.fromstring(project_xml(made(bpm="120")))
    names = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(names) == len(set(names))
    named = {one.get(key) for one in root.iter() for key in ("track", "destination")} - {None}
    assert named == {"master-channel", "group-channel", "stem1", "stem2"} and named <= set(names)


def test_a_group_holds_the_stems_and_goes_to_the_master() -> None:
    root = etree.fromstring(project_xml(made('a "b" & <c>')))
    [group, master] = root.findall("Structure/Track")
    assert group.get("name") == 'a "b" & <c>' and master.find("Channel").get("role") == "master"
    assert [one.get("name") for one in group.findall("Track")] == list(STEMS)
    assert [one.get("color") for one in group.findall("Track")] == ["#009E73"] * 2
    assert group.find("Channel").get("destination") == master.find("Channel").get("id")
    for one in group.findall("Track/Channel"):
        assert one.get("destination") == group.find("Channel").get("id")
    for channel in root.iter("Channel"):
        assert channel.find("Volume").get("value") == "1"
        assert channel.find("Pan").get("value") == "0.5"
        assert channel.find("Mute").get("value") == "false"


def test_clips_lie_to_the_sample_whatever_the_tempo() -> None:
    root = etree.fromstring(project_xml(made(start=123_457, bpm="97.3")))
    assert root.find("Transport/Tempo").get("value") == "97.3"
    assert root.find("Arrangement/Lanes").get("timeUnit") == "seconds"
    clips = root.findall(".//Clip")
    assert len(clips) == len(STEMS)
    for clip in clips:
        assert round(float(clip.get("time")) * 48000) == 123_457
        assert round(float(clip.get("duration")) * 48000) == 7_654_321
        assert float(clip.get("playStart")) == float(clip.get("fadeInTime")) == 0.0
        assert round(float(clip.find("Audio").get("duration")) * 48000) == 7_654_321


def test_no_tempo_in_the_tags_is_none_in_the_project() -> None:
    assert etree.fromstring(project_xml(made())).find("Transport") is None


def test_metadata_are_the_tags_and_else_the_songs_name() -> None:
    root = etree.fromstring(metadata_xml(made()))
    assert [(one.tag, one.text) for one in root] == [
        ("Title", "T & <t>"), ("Artist", "Å"), ("Year", "1999")
    ]  # fmt: skip
    untagged = Arrangement("song", 48000, 2, 0, 1, ())
    assert etree.fromstring(metadata_xml(untagged)).findtext("Title") == "song"


@pytest.mark.parametrize("prefix", ["", "línea\nzwei ", "\udce9 "])
def test_the_zip_holds_the_files_by_the_names_that_it_gives(tmp_path: Path, prefix: str) -> None:
    arrangement = made(prefix=prefix)
    for k, one in enumerate(arrangement.tracks):
        (tmp_path / one.file).write_bytes(bytes([k]) * 3_000_000)
    calls: list[None] = []
    write_dawproject(tmp_path / "a", arrangement, tmp_path, lambda: calls.append(None))
    write_dawproject(tmp_path / "b", arrangement, tmp_path, lambda: None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert len(calls) == 6
    with ZipFile(tmp_path / "a") as archive:
        assert archive.testzip() is None
        root = etree.fromstring(archive.read("project.xml"))
        paths = [one.get("path") for one in root.iter("File")]
        assert [archive.read(one) for one in paths] == [b"\0" * 3_000_000, b"\1" * 3_000_000]
        assert sorted(archive.namelist()) == sorted(["project.xml", "metadata.xml", *paths])
